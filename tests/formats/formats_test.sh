#!/usr/bin/env bash
# formats_test.sh sarif|json|tap|junit SLEY SOURCES [CONFORMANCE_LIST CANARY_TEST]: what sley writes
# for other tools, held against what those tools expect. Ends with 77 where the tool is missing.
set -euo pipefail
kind=$1
sley=$(realpath "$2")
sources=$(realpath "$3")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "$kind: $*" >&2
    exit 1
}

need() {
    command -v "$1" >/dev/null || { echo "$1 is not installed" >&2; exit 77; }
}

# run CODE FLAG...: in the directory of the test.
run() {
    local expected=$1 code=0
    shift
    (cd "$work" && "$sley" run --runs 1200 --out store "$@" 2>"$work/errors") || code=$?
    [ "$code" = "$expected" ] || fail "sley run $*: exit code $code: $(cat "$work/errors")"
}

validate() {
    python3 "$sources/tests/formats/validate.py" "$@"
}

# A planted fault makes a finding unexpected.
unexpected=(speed.equal-tasks --model thread --fault machine.cores)

test_sarif() {
    need python3
    run 0 deadlock-abba thread-race-on-shared queue --model thread --sarif notes.sarif >/dev/null
    (cd "$sources" && "$sley" run "${unexpected[@]}" deadlock-abba --sarif "$work/mixed.sarif" \
        --out "$work/store" >/dev/null 2>&1) || [ $? = 1 ]
    validate "$sources/tests/formats/sarif-2.1.0.json" "$work/notes.sarif"
    validate "$sources/tests/formats/sarif-2.1.0.json" "$work/mixed.sarif"
    python3 "$sources/tests/formats/sarif_check.py" "$work/notes.sarif" "$work/mixed.sarif"
}

test_json() {
    need python3
    local filters=(deadlock atomic law speed queue --model thread)
    run 0 --json --jobs 1 "${filters[@]}" >"$work/one.jsonl"
    run 0 --json --jobs 2 "${filters[@]}" >"$work/two.jsonl"
    cmp "$work/one.jsonl" "$work/two.jsonl" || fail "two workers print other lines than one"
    run 1 --json "${unexpected[@]}" >"$work/fault.jsonl"
    for file in one fault; do
        validate "$sources/docs/json-lines.schema.json" "$work/$file.jsonl" --lines
    done
    for type in campaign failure progress finding end; do
        grep -q "^{\"type\":\"$type\"" "$work/one.jsonl" || fail "no line of the type $type"
    done
    local begun ended
    begun=$(grep -c '^{"type":"campaign"' "$work/one.jsonl")
    ended=$(grep -c '^{"type":"end"' "$work/one.jsonl")
    [ "$begun" = "$ended" ] || fail "$begun campaigns begin, $ended end"
    # The schema refuses what is wrong.
    sed 's/"runs":/"runz":/' "$work/fault.jsonl" >"$work/wrong.jsonl"
    if validate "$sources/docs/json-lines.schema.json" "$work/wrong.jsonl" --lines >/dev/null; then
        fail "the schema accepts a member that does not exist"
    fi
}

# The grammar of TAP 14, without subtests, which sley does not print.
check_tap() {
    awk '
        NR == 1 { if ($0 != "TAP version 14") bad("no version line"); next }
        /^#/ { next }
        block && $0 == "  ..." { block = 0; next }
        block { if ($0 !~ /^  [a-z]+: ".*"$/) bad("no YAML"); next }
        $0 == "  ---" { if (!point) bad("a block without a test point"); block = 1; next }
        /^(not )?ok [0-9]+ - [^#]*( # SKIP .+)?$/ {
            point = 1
            if ($(/^not/ ? 3 : 2) != ++count) bad("out of order")
            next
        }
        $0 == "1.." count && count { plan++; next }
        { bad("not understood") }
        function bad(why) { print FILENAME ":" NR ": " why ": " $0; wrong = 1 }
        END { if (wrong || plan != 1 || block) exit 1 }
    ' "$1" || fail "$1 is no TAP 14"
}

test_tap() {
    run 0 --tap queue deadlock --model coroutine >"$work/all.tap"
    run 1 --tap "${unexpected[@]}" deadlock-abba >"$work/fault.tap"
    check_tap "$work/all.tap"
    check_tap "$work/fault.tap"
    grep -q '^ok .* # SKIP ' "$work/all.tap" || fail "nothing is skipped"
    grep -q '^not ok 2 - speed.equal-tasks, thread: ' "$work/fault.tap" || fail "no test point fails"
    grep -q '^  replay: ".* replay s1c.* --fault machine.cores"$' "$work/fault.tap" ||
        fail "no command replays what failed"
    sed '$d' "$work/all.tap" >"$work/cut.tap"
    if (check_tap "$work/cut.tap") >/dev/null 2>&1; then
        fail "a document without a plan is accepted"
    fi
    # TAP::Harness 3.44 reads the documents, but not the number of their version.
    need prove
    sed '1s/14/13/' "$work/all.tap" >"$work/all-13.tap"
    sed '1s/14/13/' "$work/fault.tap" >"$work/fault-13.tap"
    prove -e cat "$work/all-13.tap" >"$work/prove" || { cat "$work/prove" >&2; fail "prove"; }
    if prove -e cat "$work/fault-13.tap" >"$work/prove"; then
        fail "prove does not see what failed"
    fi
    grep -q 'Failed test:  2$' "$work/prove" || fail "prove sees something else that failed"
}

test_junit() {
    need python3
    printf 'include("%s")\n' "$4" >"$work/CTestTestfile.cmake"
    (cd "$work" && ctest -R '^(deadlock-abba|thread-race-on-shared)/' --output-junit "$work/ctest.xml") \
        >"$work/log" || { cat "$work/log" >&2; fail "ctest"; }
    CMOCKA_MESSAGE_OUTPUT=xml CMOCKA_XML_FILE="$work/cmocka.xml" "$5" canary.lost-update >/dev/null
    "$sley" list deadlock-abba thread-race-on-shared --ctest >"$work/list"
    python3 - "$work" <<'PYTHON'
import re, sys, xml.etree.ElementTree as tree
work = sys.argv[1]
names = [case.get("name") for case in tree.parse(work + "/ctest.xml").getroot().iter("testcase")]
listed = re.findall(r"^\s*add_test\(\[\[(.+?)\]\]", open(work + "/list").read(), re.M)
cases = [name for name in names if name in listed]
assert len(cases) == len(names) == len(set(names)) > 1, (names, listed)
assert list(tree.parse(work + "/cmocka.xml").getroot().iter("testcase")), "no test case of CMocka"
PYTHON
}

"test_$kind" "$@"
