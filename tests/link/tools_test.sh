#!/bin/sh
# tools_test.sh REDIRECT OBJCHECK [COMPILER [OBJCOPY]]: the two tools as a build calls them, with
# their exit codes.
set -eu
redirect=$1
objcheck=$2
compiler=${3:-clang}
objcopy=${4:-objcopy}
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

# expect CODE COMMAND...: stderr is kept in the file errors.
expect() {
    expected=$1
    shift
    code=0
    "$@" 2>"$directory/errors" || code=$?
    if [ "$code" -ne "$expected" ]; then
        cat "$directory/errors" >&2
        echo "exit code $code instead of $expected: $*" >&2
        exit 1
    fi
}

# said TEXT: the last command wrote a line that contains TEXT.
said() {
    if ! grep -qF -- "$1" "$directory/errors"; then
        cat "$directory/errors" >&2
        echo "not said: $1" >&2
        exit 1
    fi
}

cat >"$directory/code.c" <<'END'
#include <pthread.h>
static _Thread_local int calls;
int locked(pthread_mutex_t *mutex);
int locked(pthread_mutex_t *mutex)
{
    calls++;
    return pthread_mutex_lock(mutex) + pthread_mutex_unlock(mutex);
}
END
"$compiler" -fsanitize=thread -femulated-tls -c "$directory/code.c" -o "$directory/raw.o"

# An object as the compiler leaves it has one problem per function that would reach libc.
expect 1 "$objcheck" "$directory/raw.o"
said "$directory/raw.o: pthread_mutex_lock would reach libc"
said "$directory/raw.o: pthread_mutex_unlock would reach libc"

# The printed list makes objcopy redirect them, and nothing is left to say.
expect 0 "$redirect" >"$directory/names"
grep -qx 'pthread_mutex_lock sley_pthread_mutex_lock' "$directory/names"
"$objcopy" --redefine-syms="$directory/names" "$directory/raw.o" "$directory/code.o"
expect 0 "$objcheck" "$directory/code.o"
[ ! -s "$directory/errors" ]

# A file that cannot be read outranks a problem and does not hide it.
expect 2 "$objcheck" "$directory/raw.o" "$directory/none.o" "$directory/code.o"
said "sley-objcheck: cannot open '$directory/none.o'"
said "$directory/raw.o: pthread_mutex_lock would reach libc"

expect 2 "$objcheck"
said 'usage: sley-objcheck [--quiet | --name NAME] OBJECT...'
expect 2 "$redirect" --list
said "not '--list'"
if [ -w /dev/full ]; then
    expect 2 "$redirect" >/dev/full
    said 'cannot write to stdout'
fi
