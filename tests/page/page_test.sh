#!/usr/bin/env bash
# page_test.sh SLEY PAGE_BENCH CHROMIUM: opens the pages of `sley explain --html` and
# `sley report --html` in a headless Chromium, uses them by keyboard, and fails if anything is wrong
# with them.
set -euo pipefail
sley=$(realpath "$1")
bench=$(realpath "$2")
chromium=$3
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

probe=probe.js

# open NAME [FLAG...]: loads NAME.html with the probe in its head; the document as it is then.
open() {
    local name=$1
    shift
    {
        echo "<script>document.documentElement.dataset.guilty = ${guilty:-2};</script>"
        echo '<script>'
        cat "$here/$probe"
        echo '</script>'
    } >probe.html
    sed -e "/<head>/r probe.html" "$name.html" >"$name-probed.html"
    timeout 60 "$chromium" --headless --no-sandbox --disable-gpu --no-first-run \
        --user-data-dir="$work/profile" --window-size=1280,900 --enable-logging=stderr "$@" \
        --dump-dom "file://$work/$name-probed.html" >"$name.dom" 2>"$name.log" || {
        echo "$name: the browser failed" >&2
        tail -5 "$name.log" >&2
        exit 1
    }
}

attribute() {
    grep -o "data-$2=\"[^\"]*\"" "$1.dom" | tail -1 | cut -d'"' -f2
}

check() {
    local name=$1 result
    result=$(attribute "$name" result)
    if [ "$result" != ok ]; then
        echo "$name: ${result:-the page did not load}" >&2
        exit 1
    fi
    if grep -q 'CONSOLE.*"Uncaught\|CONSOLE.*ERROR' "$name.log"; then
        grep CONSOLE "$name.log" >&2
        exit 1
    fi
}

token() {
    "$sley" run "$1" --model thread --json --out store | grep "\"verdict\":\"$2\"" | head -1 |
        sed 's/.*"token":"\([^"]*\)".*/\1/'
}

for pair in "deadlock-abba deadlock:cycle" "thread-race-on-shared race"; do
    read -r property verdict <<<"$pair"
    "$sley" explain --html "$property.html" "$(token "$property" "$verdict")" >/dev/null || [ $? = 1 ]
    if grep -Eq '(src|href)="?https?:|url\(|@import|fetch\(' "$property.html"; then
        echo "$property.html loads something from elsewhere" >&2
        exit 1
    fi
    open "$property"
    check "$property"
    size=$(stat -c %s "$property.html")
    echo "$property: $size bytes, usable after $(attribute "$property" opened) ms"
    if [ "$size" -ge 300000 ]; then
        echo "$property.html: $size bytes for a short run, more than 300,000" >&2
        exit 1
    fi
done

if [ "$(attribute deadlock-abba runs)" != 2 ]; then
    echo "deadlock-abba.html shows $(attribute deadlock-abba runs) runs, not the shrunk one and its" \
        "original" >&2
    exit 1
fi

# A run of models other than threads, whose clock moves.
"$sley" report --html timed --out store --model coroutine speed.equal-tasks >/dev/null
cp timed/speed.equal-tasks-coroutine.html timed.html
guilty=1 open timed
check timed
if ! [ "$(attribute timed span)" -gt 0 ]; then
    echo "timed.html: virtual time does not pass: '$(attribute timed span)' ns" >&2
    exit 1
fi
echo "timed: $(attribute timed span) ns of virtual time"

# light_and_dark NAME: the page has a ground of its own for each.
light_and_dark() {
    local name=$1 light dark
    open "$name" --blink-settings=preferredColorScheme=0
    check "$name"
    light=$(attribute "$name" scheme):$(attribute "$name" ground)
    open "$name" --blink-settings=preferredColorScheme=1
    check "$name"
    dark=$(attribute "$name" scheme):$(attribute "$name" ground)
    if [ "$light" = "$dark" ]; then
        echo "$name looks the same in light and in dark mode: $light" >&2
        exit 1
    fi
}

light_and_dark deadlock-abba

# The findings of some properties, one of them unexpected because of a planted fault.
probe=dashboard_probe.js
"$sley" report --html dashboard --out store --fault machine.cores deadlock thread-race speed \
    heartbeat call >report.txt || [ $? = 1 ]
grep -q '^the findings as a page: dashboard/index.html$' report.txt
cp dashboard/index.html index.html
if grep -Eq '(src|href)="?https?:|url\(|@import|fetch\(' index.html; then
    echo "index.html loads something from elsewhere" >&2
    exit 1
fi
light_and_dark index
links=$(attribute index links)
for link in $links; do
    if ! [ -s "dashboard/$link" ]; then
        echo "index.html leads to $link, which does not exist" >&2
        exit 1
    fi
done
pages=$(find dashboard -name '*.html' ! -name index.html | wc -l)
if [ "$(wc -w <<<"$links")" -ne "$pages" ] || [ "$pages" -lt 10 ]; then
    echo "index.html does not lead to each of $pages pages: $links" >&2
    exit 1
fi
echo "dashboard: $(attribute index rows) properties, $pages pages"
# Without the property there is no plot of its numbers.
"$sley" report --html bare --out store deadlock-abba >/dev/null
if ! grep -q '"plots":\[\]' bare/index.html; then
    echo "a plot shows what was not measured" >&2
    exit 1
fi
# One of the pages is used as those of sley explain are.
probe=probe.js
cp dashboard/deadlock-abba-thread.html linked.html
open linked
check linked

"$bench" 100000 large.html
open large
check large
size=$(stat -c %s large.html)
echo "100,000 steps: $size bytes, usable after $(attribute large opened) ms"
if [ "$size" -ge 20000000 ]; then
    echo "large.html: $size bytes for 100,000 steps, more than 20,000,000" >&2
    exit 1
fi
