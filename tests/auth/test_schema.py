"""docs/access-file.schema.json, by another implementation of JSON Schema: it and Weir find the same files wrong."""
import json
import pathlib

import jsonschema
import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SCHEMA = json.loads((ROOT / "docs" / "access-file.schema.json").read_text())
CASES = json.loads((HERE / "access_files.json").read_text())


def validator(schema):
    return jsonschema.validators.validator_for(schema)(schema)


def escaped(part):
    return str(part).replace("~", "~0").replace("/", "~1")


def pointers(error):
    """Where Weir says a fault is: at a member that is not allowed and at an element that is there twice, not around them."""
    at = "".join("/" + escaped(part) for part in error.absolute_path)
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        return {f"{at}/{escaped(name)}" for name in error.instance if name not in known}
    if error.validator == "uniqueItems":
        return {f"{at}/{i}" for i, value in enumerate(error.instance) if value in error.instance[:i]}
    if "propertyNames" in error.absolute_schema_path:
        return {f"{at}/{escaped(error.instance)}"}
    return {at}


@pytest.mark.parametrize("schema", [SCHEMA, json.loads((ROOT / "src/auth/token_file.schema.json").read_text())],
                         ids=["access file", "token file"])
def test_the_schema_is_one(schema):
    validator(schema).check_schema(schema)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_schema_finds_the_same_faults(case):
    found = set().union(*map(pointers, validator(SCHEMA).iter_errors(case["file"])))
    assert found == (set() if case.get("beyondTheSchema") else set(case["faults"]))


def test_the_page_names_every_member():
    page = (ROOT / "docs" / "access-file.md").read_text()
    objects = [SCHEMA, *(each for each in SCHEMA["$defs"].values() if each.get("type") == "object")]
    assert [name for each in objects for name in each["properties"] if f"`{name}`" not in page] == []


def test_the_example_of_the_page_is_right():
    page = (ROOT / "docs" / "access-file.md").read_text()
    example = page.split("```json\n", 1)[1].split("```", 1)[0]
    validator(SCHEMA).validate(json.loads(example))
