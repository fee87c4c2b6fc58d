"""JSON Schema as the contract uses it: values that keep a schema, values that break it, and whether one does."""
import re

import jsonschema
from hypothesis import strategies as st

TEXT = st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")  # what a string may hold
INTEGERS = st.integers(min_value=-2**63, max_value=2**63 - 1)
ANYTHING = st.recursive(st.none() | st.booleans() | INTEGERS | st.floats(allow_nan=False, allow_infinity=False)
                        | st.text(max_size=30), lambda inner: st.lists(inner, max_size=3)
                        | st.dictionaries(st.text(max_size=10), inner, max_size=3), max_leaves=8)


class Contract:
    """An OpenAPI document and its schemas."""

    def __init__(self, document):
        self.document = closed(document)
        self.resolver = jsonschema.RefResolver("", self.document)

    def operations(self):
        """(path, method, operation) of all."""
        return [(path, method, operation) for path, item in self.document["paths"].items()
                for method, operation in item.items()]

    def resolve(self, node):
        while "$ref" in node:
            node = {**self.resolver.resolve(node["$ref"])[1], **{key: node[key] for key in node if key != "$ref"}}
        return node

    def faults(self, schema, value):
        """What is wrong with a value, one line a fault."""
        checker = jsonschema.Draft202012Validator(schema, resolver=self.resolver)
        return [f"{fault.json_path}: {fault.message}" for fault in checker.iter_errors(value)]

    # Values that keep a schema.

    def values(self, schema):
        schema = self.resolve(schema)
        if "const" in schema:
            return st.just(schema["const"])
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        if "oneOf" in schema or "anyOf" in schema:
            return st.one_of([self.values(choice) for choice in schema.get("oneOf", schema.get("anyOf"))])
        made = {"object": self.objects, "array": self.arrays, "string": strings, "integer": integers,
                "boolean": lambda _: st.booleans(), "number": numbers}[schema["type"]](schema)
        examples = [example for example in schema.get("examples", []) if not self.faults(schema, example)]
        return st.sampled_from(examples) | made if examples else made

    def objects(self, schema):
        required = {name: self.values(schema["properties"][name]) for name in schema.get("required", [])}
        optional = {name: self.values(value) for name, value in schema.get("properties", {}).items() if name not in required}
        return st.fixed_dictionaries(required, optional=optional)

    def arrays(self, schema):
        return st.lists(self.values(schema["items"]), min_size=schema.get("minItems", 0), max_size=schema.get("maxItems", 3),
                        unique_by=repr if schema.get("uniqueItems") else None)

    # Values that break it: one that keeps it with one thing changed, or anything else.

    def broken(self, schema):
        schema = self.resolve(schema)
        changed = self.values(schema).flatmap(lambda value: self.changed(schema, value))
        return (changed | ANYTHING).filter(lambda value: value is not None and self.faults(schema, value))

    def changed(self, schema, value):
        schema = self.resolve(schema)
        if "oneOf" in schema:
            choices = [choice for choice in schema["oneOf"] if not self.faults(choice, value)]
            return self.changed(choices[0], value) if choices else ANYTHING
        if isinstance(value, list):
            longer = [st.just((value or [None]) * (schema["maxItems"] + 1))] if "maxItems" in schema else []
            within = [self.broken(schema["items"]).map(lambda bad, at=at: value[:at] + [bad] + value[at + 1:])
                      for at in range(len(value))]
            return st.one_of([broken_scalars(schema), *longer, *within])
        if not isinstance(value, dict):
            return broken_scalars(schema)
        without = [st.just({name: each for name, each in value.items() if name != gone}) for gone in value]
        with_more = [st.text(min_size=1, max_size=10).map(lambda name: {**value, name: 1})]
        within = [self.broken(schema["properties"][name]).map(lambda bad, name=name: {**value, name: bad}) for name in value]
        return st.one_of(without + with_more + within)


def closed(node):
    """What the contract does not list may come with a later Weir; with this one it is a fault."""
    if isinstance(node, list):
        return [closed(each) for each in node]
    if not isinstance(node, dict):
        return node
    copy = {name: closed(each) for name, each in node.items()}
    if copy.get("type") == "object" and "properties" in copy:
        copy.setdefault("additionalProperties", False)
    return copy


def strings(schema):
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    patterns = [each["pattern"] for each in schema.get("allOf", [schema]) if "pattern" in each]
    if schema.get("format") == "date":
        return st.dates().map(str)
    if not patterns:
        return st.text(TEXT, min_size=least, max_size=most if most is not None else least + 50)
    # Python's $ is before a last line break too, and its \d is any digit; the contract's are not.
    exact = re.compile(re.sub(r"(?<!\\)\$$", r"\\Z", patterns[0]), re.ASCII)
    return st.from_regex(exact).filter(lambda text: least <= len(text) <= (most or len(text))
                                       and all(re.search(each, text, re.ASCII) for each in patterns))


def integers(schema):
    return st.integers(min_value=schema.get("minimum"), max_value=schema.get("maximum"))


def numbers(schema):
    return st.floats(min_value=schema.get("minimum"), max_value=schema.get("maximum"), allow_nan=False, allow_infinity=False)


def broken_scalars(schema):
    near = [ANYTHING]
    if schema.get("type") == "string":
        near.append(st.text(max_size=300))
    for bound, step in (("minimum", -1), ("maximum", 1)):
        if bound in schema:
            near.append(st.just(schema[bound] + step))
    if "maxLength" in schema:
        near.append(st.integers(1, 50).map(lambda more: "x" * (schema["maxLength"] + more)))
    return st.one_of(near)
