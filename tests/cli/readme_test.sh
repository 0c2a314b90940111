#!/usr/bin/env bash
# readme_test.sh SLEY README: every token that README shows replays, but for those of programs that
# the reader writes.
set -euo pipefail
sley=$1
count=0
while read -r token; do
    code=0
    "$sley" replay "$token" >/dev/null 2>/tmp/readme.$$ || code=$?
    if [ "$code" -gt 1 ]; then
        echo "README: $token: $(cat /tmp/readme.$$)" >&2
        rm -f /tmp/readme.$$
        exit 1
    fi
    count=$((count + 1))
done < <(grep -o 's1ca/[^ `]*' "$2" | grep -v '^s1ca/counter/' | grep -v '[.][.][.]' | sort -u)
rm -f /tmp/readme.$$
echo "$count tokens replay"
[ "$count" -ge 4 ]
