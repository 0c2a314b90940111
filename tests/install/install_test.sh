#!/usr/bin/env bash
# install_test.sh BUILD: installs sley into an empty prefix, and uses it as another project would.
set -euo pipefail
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/prefix" >"$work/log"
test -f "$work/prefix/share/man/man1/sley.1"
PKG_CONFIG_PATH=$work/prefix/lib/pkgconfig
export PKG_CONFIG_PATH
grep -q '^Version: [0-9]' "$PKG_CONFIG_PATH/sley.pc"

mkdir "$work/project"
cat >"$work/project/CMakeLists.txt" <<'EOF'
cmake_minimum_required(VERSION 3.21)
project(user LANGUAGES NONE)
enable_testing()
find_package(sley REQUIRED)
sley_add_test(locked SOURCES count.c RUNS 500 FLAGS -DLOCKED ARGS 2)
sley_add_test(unlocked SOURCES count.c EXPECT fail RUNS 500)
EOF
cat >"$work/project/count.c" <<'EOF'
#include <sley/sley.h>
#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int count;
static void *add(void *argument)
{
#ifdef LOCKED
    pthread_mutex_lock(&lock);
#endif
    count++;
#ifdef LOCKED
    pthread_mutex_unlock(&lock);
#endif
    return argument;
}
int main(int argc, char **argv)
{
    pthread_t other;
    (void)argv;
    pthread_create(&other, 0, add, 0);
    add(0);
    pthread_join(other, 0);
    sley_check(count == 2);
#ifdef LOCKED
    sley_check(argc == 2);
#endif
    return argc > 2;
}
EOF
cmake -S "$work/project" -B "$work/out" -Dsley_DIR="$work/prefix/lib/cmake/sley" >>"$work/log"
cmake --build "$work/out" >>"$work/log" || { cat "$work/log"; exit 1; }
(cd "$work/out" && ctest --output-on-failure) || exit 1
echo "installed and used"
