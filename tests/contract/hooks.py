"""What OpenAPI cannot say of Weir's requests, for Schemathesis."""
import datetime
import itertools
import re

import schemathesis
from schemathesis.generation import GenerationMode

POSITION_MAX = 2**53 - 1
# Of two that exclude each other the second is left out; docs/http.md says which do.
EXCLUDING_HEADERS = [("If-Match", "If-None-Match")]
EXCLUDING_PARAMETERS = [("atSequence", "at"), ("from", "after")]
# Standards want wrong values of these to be ignored, not refused: W3C Trace Context (section 3.2), RFC 7240 (section 2), and for
# reads RFC 9110 (section 13.1.2). So a wrong one is no request that must be refused, and they are not asked for.
# `domain` is for Thrift bodies, and JSON is sent here.
LENIENT = ["traceparent", "Prefer", "domain"]
LENIENT_OF_READS = ["If-None-Match"]
ENTITY_TAG = r'(W/)?"[!#-\[\]-~]*"'
IF_MATCH = re.compile(rf"\*|{ENTITY_TAG}([ \t]*,[ \t]*{ENTITY_TAG})*")
numbers = itertools.count(1)


@schemathesis.hook
def filter_case(context, case):
    # HTTP wants fields that nobody knows to be ignored (RFC 9110, section 5.1).
    return not any("unknown-property" in name.lower() for name in case.headers or {})


@schemathesis.hook
def before_load_schema(context, raw_schema):
    # JSON Schema leaves open what is checked of a format; the checker here refuses hosts such as ab--c.example, which exist.
    del raw_schema["components"]["schemas"]["EmailAddress"]["format"]
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
    position = str(headers.get("Weir-Min-Position", "")).partition(".")[0]  # no mark that is made up is that of a history
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
    if query.get("direction") == "backward":  # feeds go forward
        query.pop("after", None)
        query.pop("lastEventId", None)
        headers.pop("Last-Event-ID", None)
    if {"from", "to"} <= query.keys() and str(query["to"]) < str(query["from"]):  # a period that ends before it begins
        query["from"], query["to"] = query["to"], query["from"]
    if is_in_the_future(str(query.get("at", ""))):  # the state of then is not known yet: 422
        query.pop("at")
    if not IF_MATCH.fullmatch(str(headers.get("If-Match", "*"))):
        headers["If-Match"] = "*"  # this version writes 0, which the pattern of the contract does not allow
    case.body = with_whole_integers(case.body)
    if isinstance(case.body, list):  # a condition is on the stream of one command
        headers.pop("If-Match", None)
        headers.pop("If-None-Match", None)
    if "Idempotency-Key" in headers:  # a key is for one request
        headers["Idempotency-Key"] = f"key-{next(numbers)}"


def is_in_the_future(time):
    try:
        return datetime.datetime.fromisoformat(time.upper()) > datetime.datetime.now(datetime.timezone.utc)
    except (ValueError, TypeError, OverflowError):
        return False


def with_whole_integers(value):
    """The same with 3 in place of 3.0: JSON Schema has both for integers, Weir only the first (docs/json.md)."""
    if isinstance(value, list):
        return [with_whole_integers(each) for each in value]
    if isinstance(value, dict):
        return {name: with_whole_integers(each) for name, each in value.items()}
    return int(value) if isinstance(value, float) and value.is_integer() else value
