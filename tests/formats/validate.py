"""validate.py SCHEMA FILE [--lines]: is FILE, or each of its lines, what the JSON schema says?

Ends with 77 where the package jsonschema is not installed, 1 when something does not fit.
"""
import json
import sys

try:
    from jsonschema.validators import validator_for
except ImportError:
    print("python3-jsonschema is not installed")
    sys.exit(77)


def documents(path, lines):
    with open(path, encoding="utf-8") as file:
        if not lines:
            return [(path, json.load(file))]
        return [(f"{path}:{n}", json.loads(line)) for n, line in enumerate(file, 1)]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    kind = validator_for(schema)
    kind.check_schema(schema)
    validator, faults, count = kind(schema), 0, 0
    for place, document in documents(sys.argv[2], "--lines" in sys.argv):
        count += 1
        for fault in validator.iter_errors(document):
            faults += 1
            where = "/".join(str(part) for part in fault.absolute_path)
            print(f"{place}: {where}: {fault.message[:300]}")
    if count == 0:
        print(f"{sys.argv[2]}: nothing to validate")
    sys.exit(1 if faults or count == 0 else 0)


main()
