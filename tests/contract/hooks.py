"""What OpenAPI cannot say of Weir's requests, for Schemathesis."""
import itertools

import schemathesis
from schemathesis.generation import GenerationMode

POSITION_MAX = 2**53 - 1
# Of two that exclude each other the second is left out; docs/http.md says which do.
EXCLUDING_HEADERS = [("If-Match", "If-None-Match")]
EXCLUDING_PARAMETERS = [("atSequence", "at"), ("from", "after")]
# Standards want wrong values of these to be ignored, not refused: W3C Trace Context (section 3.2), RFC 7240 (section 2), and for
# reads RFC 9110 (section 13.1.2). So a wrong one is no request that must be refused, and they are not asked for.
LENIENT = ["traceparent", "Prefer"]
LENIENT_OF_READS = ["If-None-Match"]
numbers = itertools.count(1)


@schemathesis.hook
def before_load_schema(context, raw_schema):
    named = raw_schema["components"]["parameters"]
    for item in raw_schema["paths"].values():
        for method, operation in item.items():
            lenient = LENIENT + (LENIENT_OF_READS if method == "get" else [])
            operation["parameters"] = [each for each in operation.get("parameters", [])
                                       if named.get(each.get("$ref", "").rpartition("/")[2], each)["name"] not in lenient]


# Values that are right by themselves and cannot stand together, in requests that the contract allows. They are changed to
# others that it allows, so that no check is weakened.
@schemathesis.hook
def before_call(context, case, kwargs):
    headers, query = case.headers or {}, case.query or {}
    position = str(headers.get("Weir-Min-Position", ""))
    if position.isascii() and position.isdigit() and int(position) <= POSITION_MAX:
        headers["Weir-Min-Position"] = "0"  # a later one may never come: 503, after a wait
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    for kept, dropped in EXCLUDING_HEADERS:
        if kept in headers:
            headers.pop(dropped, None)
    for kept, dropped in EXCLUDING_PARAMETERS:
        if kept in query:
            query.pop(dropped, None)
    if {"from", "to"} <= query.keys() and str(query["to"]) < str(query["from"]):  # a period that ends before it begins
        query["from"], query["to"] = query["to"], query["from"]
    if isinstance(case.body, list):  # a condition is on the stream of one command
        headers.pop("If-Match", None)
        headers.pop("If-None-Match", None)
    if "Idempotency-Key" in headers:  # a key is for one request
        headers["Idempotency-Key"] = f"key-{next(numbers)}"
