"""Requests made by chance from the contract of a live server, valid ones and others: whatever comes back stands in the
contract. `WEIR_SEED=n` repeats a run."""
import collections
import http.client
import json
import os
import random
import re
import urllib.parse

import pytest
from hypothesis import HealthCheck, given, seed, settings, strategies as st

from conftest import ROOT, Weir
from schemas import ANYTHING, Contract

SEED = int(os.environ.get("WEIR_SEED") or random.SystemRandom().randrange(2**32))
EXAMPLES = int(os.environ.get("WEIR_EXAMPLES") or 60)
DOCUMENTED = Contract(json.loads((ROOT / "openapi" / "weir.json").read_text())).operations()
OPERATIONS = {operation["operationId"]: (path, method) for path, method, operation in DOCUMENTED}
# The schema cannot say what bytes are a call, which copy of the store there is, when an answer without an end has said enough,
# or which options the server needs. Other tests ask for them: tests/clients, test_backup.py and test_verify.py in tests/flow.
NOT_BY_SCHEMA = {"callThrift", "followCommits", "getStoreCopyFile", "deleteStoreCopy", "makeBackup", "getCheckpoint"}
BY_SCHEMA = [name for name in OPERATIONS if name not in NOT_BY_SCHEMA]
WITH_RULES = [operation["operationId"] for _, _, operation in DOCUMENTED if "422" in operation["responses"] and
              ("requestBody" in operation or any(each.get("in", "header") != "header" for each in operation.get("parameters", [])))]
# What the example of a command takes for granted, beside the examples that stand before it.
BEFORE_EXAMPLE = {"transfer": [{"openAccount": {"accountId": "a2", "owner": "Grace Hopper"}},
                               {"deposit": {"accountId": "a1", "amount": 2500}}]}
# What does not go together with what.
EXCLUDED_BY = {"If-None-Match": {"If-Match"}, "at": {"atSequence"}, "after": {"from", "direction"}}
tally = collections.Counter()


def by_chance(examples):
    def decorate(test):
        relaxed = settings(max_examples=examples, deadline=None, database=None, print_blob=False,
                           suppress_health_check=list(HealthCheck))
        return relaxed(seed(SEED)(test))
    return decorate


class Caller:
    """A client that changes nothing of what it is told to send, and holds every answer to the contract."""

    def __init__(self, server):
        self.address = ("127.0.0.1", server.ports["http"])
        self.contract = Contract(server.get("/openapi.json").json())
        self.connection = None

    def send(self, method, target, headers, body):
        for last_try in (False, True):
            connection, self.connection = self.connection or http.client.HTTPConnection(*self.address, timeout=30), None
            try:
                connection.request(method.upper(), target, body, headers)
                answer = connection.getresponse()
                content = answer.read()
                self.connection = connection  # only what went well is used again
                return answer, content
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                if last_try:  # the first time it may have been closed after the answer before
                    raise

    def call(self, name, target, headers, body=None):
        """Sends a request of an operation; (status, body) of the answer, which keeps the contract."""
        path, method = OPERATIONS[name]
        operation = self.contract.document["paths"][path][method]
        answer, content = self.send(method, target, headers, body)
        tally[name, answer.status] += 1
        asked = f"seed {SEED}: {method} {target} {headers} {body!r}\nanswered {answer.status} {content[:2000]!r}"
        assert answer.status != 500, asked
        assert str(answer.status) in operation["responses"], f"an undocumented status\n{asked}"
        documented = self.contract.resolve(operation["responses"][str(answer.status)])
        self.check_headers(documented, answer, asked)
        if "content" not in documented:
            assert content == b"", asked
            return answer.status, None
        media_type = answer.headers.get_content_type()
        assert media_type in documented["content"], f"an undocumented media type\n{asked}"
        value = json.loads(content) if is_json(media_type) else content.decode("latin-1")
        faults = self.contract.faults(documented["content"][media_type]["schema"], value)
        assert faults == [], f"{faults}\n{asked}"
        if media_type == "application/problem+json":
            assert value["status"] == answer.status, asked
        return answer.status, value

    def check_headers(self, documented, answer, asked):
        for name, header in documented.get("headers", {}).items():
            schema, text = self.contract.resolve(header)["schema"], answer.headers.get(name)
            if text is not None:
                value = int(text) if schema["type"] == "integer" else text
                assert self.contract.faults(schema, value) == [], f"the header {name}\n{asked}"


@pytest.fixture(scope="module")
def caller(server):
    return Caller(server)


def is_json(media_type):
    return media_type.endswith("json") and "thrift" not in media_type and "ndjson" not in media_type


def as_text(value):
    if isinstance(value, list):
        return ",".join(map(as_text, value))
    return value if isinstance(value, str) else json.dumps(value)


def percent_encoded(value):
    return urllib.parse.quote(as_text(value).encode("utf-8", "surrogatepass"), safe="")


@st.composite
def requests(draw, contract, name, break_one=False):
    """(target, headers, body) that keep the contract; or break it in one parameter or the body."""
    path, method = OPERATIONS[name]
    operation = contract.document["paths"][path][method]
    parameters = [contract.resolve(each) for each in operation.get("parameters", [])]
    breakable = [each["name"] + each["in"] for each in parameters if each["in"] != "header"]
    if "requestBody" in operation:
        breakable += ["body"] * 4
    bad = draw(st.sampled_from(breakable)) if break_one else None
    headers, query, body = {}, [], None
    for each in parameters:
        place, is_bad = each["in"], each["name"] + each["in"] == bad
        if not is_bad and place != "path" and not each.get("required") and draw(st.integers(0, 3)):
            continue
        if not is_bad and EXCLUDED_BY.get(each["name"], set()) & {*headers, *(pair.partition("=")[0] for pair in query)}:
            continue
        values = contract.broken(each["schema"]) if is_bad else contract.values(each["schema"])
        if is_bad:
            # As text many a wrong value is a right one.
            values = values.filter(lambda value, schema=each["schema"]: breaks_as_text(contract, schema, as_text(value)))
        value = draw(values)
        if place == "header":
            headers[each["name"]] = as_text(value)
        elif place == "path":
            path = path.replace("{" + each["name"] + "}", percent_encoded(value))
        else:
            query.append(each["name"] + "=" + percent_encoded(value))
    if re.fullmatch(r"\d+\.[0-9a-f]{8}", headers.get("Weir-Min-Position", "")):
        headers["Weir-Min-Position"] = headers["Weir-Min-Position"].partition(".")[0]  # no mark by chance is that of a history
    if "Weir-Min-Position" in headers or "wait=" in headers.get("Prefer", ""):
        headers["Prefer"] = "wait=0"  # it may be for what never comes
    if "requestBody" in operation:
        headers["Content-Type"], content = next(iter(operation["requestBody"]["content"].items()))
        value = draw(contract.broken(content["schema"]) if bad == "body" else contract.values(content["schema"]))
        body = json.dumps(value, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
        if isinstance(value, list):  # no condition on one stream goes with several commands
            headers = {name: each for name, each in headers.items() if name not in ("If-Match", "If-None-Match")}
    return path + ("?" + "&".join(query) if query else ""), headers, body


def breaks_as_text(contract, schema, text):
    """Whether a parameter's text breaks its schema, an enum's number included, which Weir takes for the name."""
    if text == "" or len(text) > 1000:
        return False
    kind = contract.resolve(schema)
    if "oneOf" in kind:
        return all(breaks_as_text(contract, choice, text) for choice in kind["oneOf"])
    if kind.get("type") == "array":
        items = [item.strip() for item in text.split(",") if item.strip()]
        return not items or any(breaks_as_text(contract, kind["items"], item) for item in items)
    if kind.get("type") == "integer":
        try:
            return bool(contract.faults(schema, int(text)))
        except ValueError:
            return True
    if kind.get("type") == "boolean":
        return text not in ("true", "false")
    if "enum" in kind and text.lstrip("-").isdigit():
        return False
    return bool(contract.faults(schema, text))


@pytest.fixture
def fresh_caller(tmp_path):
    weir = Weir(tmp_path / "data")
    yield Caller(weir)
    assert weir.stop() == 0, weir.log()


def shown_requests(contract, name):
    """(command, target, headers, body) of an operation with the values that the contract itself shows."""
    path, method = OPERATIONS[name]
    operation = contract.document["paths"][path][method]
    query = []
    for each in (contract.resolve(parameter) for parameter in operation.get("parameters", [])):
        examples = contract.resolve(each["schema"]).get("examples")
        if each["in"] == "path":
            path = path.replace("{" + each["name"] + "}", percent_encoded(examples[0]))
        elif each["in"] == "query" and each.get("required"):
            query.append(each["name"] + "=" + percent_encoded(examples[0]))
    bodies = operation["requestBody"]["content"]["application/json"]["examples"] if "requestBody" in operation else {None: None}
    for command, body in bodies.items():
        yield (command if name == "executeCommand" else name, path + ("?" + "&".join(query) if query else ""), {"Content-Type": "application/json"},
               body and json.dumps(body["value"]))


@pytest.mark.parametrize("names", [["executeCommand"], [name for name in BY_SCHEMA if name != "executeCommand"]],
                         ids=["one_path", "all_others"])
def test_the_examples_of_the_contract_work(fresh_caller, names):
    for name in names:
        for command, target, headers, body in shown_requests(fresh_caller.contract, name):
            for before in BEFORE_EXAMPLE.get(command, []):
                fresh_caller.call("executeCommand", "/commands", {"Content-Type": "application/json"}, json.dumps(before))
            status, answer = fresh_caller.call(name, target, headers, body)
            assert status in (200, 201, 202), f"{name} {target} {body}: {answer}"


@pytest.mark.parametrize("name", BY_SCHEMA)
def test_valid_requests_are_never_invalid(caller, name):
    @by_chance(EXAMPLES)
    @given(st.data())
    def run(data):
        target, headers, body = data.draw(requests(caller.contract, name))
        status, answer = caller.call(name, target, headers, body)
        assert status not in (400, 406, 413, 414, 415, 431), f"seed {SEED}: {target} {headers} {body!r}: {answer}"
        if status == 422 and "at=" in target:  # a time to come
            assert {fault["pointer"] for fault in answer["errors"]} == {"/at"}, f"seed {SEED}: {target}: {answer}"
        elif status == 422 and "to=" in target:  # a period that ends before it begins
            period = dict(pair.split("=") for pair in target.partition("?")[2].split("&"))
            assert period["to"] < period["from"], f"seed {SEED}: {target}: {answer}"
            assert {fault["pointer"] for fault in answer["errors"]} == {"/to"}, f"seed {SEED}: {target}: {answer}"
        elif status == 422:
            assert answer["type"] == "/problems/idempotency-key-reused", f"seed {SEED}: {target} {body!r}: {answer}"

    run()


@pytest.mark.parametrize("name", WITH_RULES)
def test_invalid_requests_are_refused(caller, name):
    @by_chance(EXAMPLES)
    @given(st.data())
    def run(data):
        target, headers, body = data.draw(requests(caller.contract, name, break_one=True))
        status, answer = caller.call(name, target, headers, body)
        # Any text may be a stream's name, and a domain is only looked at with a body of Thrift.
        if not target.startswith(("/streams/", "/commands?domain=")):
            assert status in (400, 422), f"seed {SEED}: {target} {headers} {body!r}: {status} {answer}"

    run()


NOISE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7e), max_size=60)


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name != "followCommits"])
def test_whatever_is_sent_is_answered_by_the_contract(caller, name):
    path, method = OPERATIONS[name]

    @by_chance(EXAMPLES // 2)
    @given(st.binary(max_size=200) | ANYTHING.map(lambda value: json.dumps(value).encode()),
           st.sampled_from(["application/json", "application/json; charset=utf-8", "application/json; charset=latin1",
                            "text/plain", "", "application/x-thrift", "application/vnd.apache.thrift.json",
                            "application/vnd.apache.thrift.binary", "application/vnd.apache.thrift.compact", "application/x-ndjson",
                            "a/b"]),
           st.dictionaries(st.sampled_from(["If-Match", "If-None-Match", "Idempotency-Key", "Prefer", "Accept", "traceparent",
                                            "Weir-Correlation-Id", "Weir-Causation-Id", "Accept-Encoding",
                                            "Weir-Min-Position", "Last-Event-ID"]), NOISE, max_size=3),
           st.text(min_size=1, max_size=20), NOISE)
    def run(body, media_type, headers, value, query):
        target = path
        while "{" in target:
            target = target[:target.index("{")] + percent_encoded(value) + target[target.index("}") + 1:]
        target += "?" + urllib.parse.quote(query, safe="=&%+,;:@/") if query else ""
        if method == "post":
            caller.call(name, target, {**headers, "Content-Type": media_type}, body)
        else:
            caller.call(name, target, headers)

    run()


@pytest.mark.parametrize("method", ["put", "patch", "delete", "post", "get"])
def test_methods_that_the_contract_does_not_have_are_405(caller, method):
    for path, item in caller.contract.document["paths"].items():
        if method not in item:
            answer, content = caller.send(method, path.replace("{", "").replace("}", ""), {}, None)
            assert answer.status == 405 and json.loads(content)["type"] == "/problems/method-not-allowed", (method, path)
            assert {each.upper() for each in item} <= set(answer.headers["Allow"].split(", "))


def test_every_path_that_the_server_names_is_in_the_contract(server):
    def texts(node):
        if isinstance(node, str):
            return [node]
        return [text for each in (node.values() if isinstance(node, dict) else node) for text in texts(each)]

    paths = {path for path, _ in OPERATIONS.values()}
    named = {text for text in texts(server.get("/").json()) if text.startswith("/")}
    assert len(named) > 10 and named - paths == set()


def test_operations_were_answered_in_many_ways():
    """So that the tests above cannot pass by asking little."""
    for name in BY_SCHEMA:
        assert tally[name, 200] + tally[name, 201] + tally[name, 202], name
    assert {400, 404, 409, 412, 415, 422} <= {status for _, status in tally}
