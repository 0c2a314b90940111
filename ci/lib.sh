# shellcheck shell=bash
# Sourced by every script in ci/; leaves the working directory at the top of the repository.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
# shellcheck disable=SC2034  # used by the scripts that source this file
jobs=$(nproc)

# quietly LOG COMMAND...: the command's output goes to LOG, and is shown only when it fails.
quietly() {
    local log=$1 rc=0
    shift
    "$@" >"$log" 2>&1 </dev/null || rc=$?
    if [ "$rc" -ne 0 ]; then
        cat "$log" >&2
        echo "failed with exit code $rc: $*" >&2
    fi
    return "$rc"
}

# configure PRESET [-DNAME=VALUE...]: runs CMake only when the preset file or the arguments have
# changed since last time; the generated build notices changes to CMakeLists.txt by itself.
configure() {
    local preset=$1 dir=build/$1
    shift
    local stamp=$dir/ci-configured args="$*"
    if [ -f "$dir/build.ninja" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$args" ] &&
        [ ! CMakePresets.json -nt "$stamp" ]; then
        return 0
    fi
    mkdir -p "$dir"
    quietly "$dir/ci-configure.log" cmake --preset "$preset" "$@" || return
    echo "$args" >"$stamp"
}

# build PRESET [ARGUMENT...]: builds what is out of date in a configured preset.
build() {
    local preset=$1
    shift
    quietly "build/$preset/ci-build.log" cmake --build --preset "$preset" "$@"
}

# sources PATTERN...: the repository's files, NUL separated, also those not yet added; a file that
# is deleted but still in the index is left out.
sources() {
    git ls-files -z --cached --others --exclude-standard -- "$@" |
        while IFS= read -r -d '' file; do
            if [ -f "$file" ]; then
                printf '%s\0' "$file"
            fi
        done
}
