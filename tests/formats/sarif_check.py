"""sarif_check.py NOTES MIXED: what the schema cannot say of the two documents."""
import json
import sys


def results(path):
    with open(path, encoding="utf-8") as file:
        run = json.load(file)["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(rule["help"]["text"] for rule in run["tool"]["driver"]["rules"])
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["properties"]["token"] in result["properties"]["replay"]
        assert result["properties"]["replay"] in result["message"]["text"]
    return run["results"]


def places(result, member):
    return [(p["physicalLocation"]["artifactLocation"]["uri"].rsplit("/", 1)[-1],
             p["physicalLocation"]["region"]["startLine"]) for p in result.get(member, [])]


notes, mixed = results(sys.argv[1]), results(sys.argv[2])
assert {result["level"] for result in notes} == {"note"}, "what is expected is a note"

race = next(r for r in notes if r["ruleId"] == "race")
assert places(race, "locations") and places(race, "relatedLocations"), "a race has two places"

cycle = next(r for r in notes if r["ruleId"] == "deadlock:cycle")
waits = [p for p in cycle["relatedLocations"] if "waits for" in p["message"]["text"]]
assert len(waits) >= 2, "every member of a cycle has a place"
assert len({p["message"]["text"] for p in waits}) == len(waits)
taken = [p for p in cycle["relatedLocations"] if "was taken" in p["message"]["text"]]
assert len(taken) == len(waits), "so has where each lock was taken"

error = [r for r in mixed if r["level"] == "error"]
assert error and {r["properties"]["property"] for r in error} == {"speed.equal-tasks"}
place = error[0]["locations"][0]["physicalLocation"]["artifactLocation"]
assert place == {"uri": "scenarios/speed_cpu.c", "uriBaseId": "SRCROOT"}, place
assert all("--fault machine.cores" in r["properties"]["replay"] for r in error)
