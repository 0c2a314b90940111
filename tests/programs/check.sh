#!/usr/bin/env bash
# check.sh SLEY SOURCE VERDICTS MORE [ARGUMENT...]: the program fails as it should within 10,000 runs
# for each of some seeds, and its repaired form in none of 300 runs. MORE other than '-' says that
# the default does not reach it.
set -euo pipefail
sley=$1 source=$2 verdicts=$3 more=$4
shift 4
. "$(dirname "$0")/lib.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

build_program "$source" "$work/buggy"
build_program "$source" "$work/fixed" -DFIXED
if [ "$more" = - ]; then
    for seed in 1 2 3; do
        took=$(first_failure "$work/buggy" "$verdicts" "$seed" '' 10000 "$work" "$@")
        if [ -z "$took" ]; then
            echo "$source, seed $seed: not found in 10,000 runs" >&2
            exit 1
        fi
        echo "seed $seed: found in run $took"
    done
fi
"$sley" explore "$work/fixed" --runs 300 --out "$work/out" -- "$@"
