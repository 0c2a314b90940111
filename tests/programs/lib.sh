# shellcheck shell=bash
# Sourced by what builds and explores the programs of programs.tsv; $sley is the program to use.

# build_program SOURCE OUTPUT [FLAG...]: compiles it as its user would.
build_program() {
    local source=$1 output=$2 compiler=cc
    shift 2
    case "$source" in *.cc) compiler=c++ ;; esac
    "$sley" "$compiler" -Wall -Wextra "$@" -o "$output" "$source"
}

# first_failure PROGRAM VERDICTS SEED STRATEGY RUNS DIRECTORY [ARGUMENT...]: how many runs it took to
# come to a failure with one of the verdicts; nothing if there was none. STRATEGY '' is the default.
# Fails on any other verdict that is no mere report, and on any error.
first_failure() {
    local program=$1 verdicts=$2 seed=$3 strategy=$4 runs=$5 directory=$6 code=0
    shift 6
    local log=$directory/explore.log
    "$sley" explore "$program" --json --progress none --until-event --seed "$seed" \
        ${strategy:+--strategy "$strategy"} --runs "$runs" --out "$directory/out" -- "$@" \
        >"$log" || code=$?
    if [ "$code" -gt 1 ]; then
        echo "$program: sley explore ended with exit code $code" >&2
        return 1
    fi
    # Lines come in the order of their runs.
    awk -v counts="\"verdict\":\"(${verdicts//,/|})[:\"]" -v program="$program" -v seed="$seed" '
        !/"type":"failure"/ || /"verdict":"(race|inversion)"/ { next }
        $0 !~ counts { print program ", seed " seed ": " $0 >"/dev/stderr"; wrong = 1; next }
        !found { match($0, /"run":[0-9]+/); found = substr($0, RSTART + 6, RLENGTH - 6) + 1 }
        END { if (found) print found; exit wrong }' "$log"
}
