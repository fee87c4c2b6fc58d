"""Thrift over HTTP: what one representation writes, the others read alike. Bodies by Apache Thrift, from idl/ as it stands."""
import base64
import datetime
import importlib
import subprocess
import sys

import pytest
from thrift.Thrift import TApplicationException, TMessageType
from thrift.protocol import TBinaryProtocol, TCompactProtocol, TJSONProtocol
from thrift.transport.TTransport import TMemoryBuffer

from weir_process import ROOT, assert_problem

sys.path.append(str(ROOT / "tests" / "clients" / "thrift"))
import generated  # noqa: E402

TYPE = "application/vnd.apache.thrift."
PROTOCOLS = {"json": TJSONProtocol.TJSONProtocol, "binary": TBinaryProtocol.TBinaryProtocol,
             "compact": TCompactProtocol.TCompactProtocol}
JSON = "application/json"
COMMANDS = "/commands?domain=users"  # a body of Thrift holds no names; with JSON nobody looks at it
OFFERED = [JSON, TYPE + "json", TYPE + "binary", TYPE + "compact"]
every_protocol = pytest.mark.parametrize("protocol", PROTOCOLS)


class Idl:
    """Weir's IDL as Apache Thrift's compiler makes Python of it."""

    def __init__(self, code):
        sys.path.insert(0, str(code))
        self.commands, self.queries, self.events, self.types = (
            importlib.import_module(f"weir.users.{name}.ttypes") for name in ("commands", "queries", "events", "types"))
        self.weir = importlib.import_module("weir.weir.ttypes")
        self.service = importlib.import_module("weir.users.service.UsersService")

    def create(self, user, name="Ada", email=None):
        return self.commands.CreateUserCommand(userId=user, name=name, email=email or f"{user}@example.org")

    def union(self, **member):
        return self.commands.Command(**member)


@pytest.fixture(scope="module")
def idl(tmp_path_factory):
    code = generated.for_python(tmp_path_factory.mktemp("python"))
    subprocess.run([generated.COMPILER, "-nowarn", "--gen", "py", "-r", "-out", code, generated.IDL / "users" / "events.thrift"],
                   check=True)
    return Idl(code)


def encode(struct, protocol):
    buffer = TMemoryBuffer()
    struct.write(PROTOCOLS[protocol](buffer))
    return buffer.getvalue()


def decode(struct, body, protocol):
    """The body as a struct of this type, which it must be to its last byte."""
    buffer = TMemoryBuffer(body)
    read = struct()
    read.read(PROTOCOLS[protocol](buffer))
    assert buffer.read(1) == b""
    return read


def post(server, path, struct, protocol, **headers):
    body = struct if isinstance(struct, bytes) else encode(struct, protocol)
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return server.post(path, body, {"Content-Type": TYPE + protocol, **headers})


def get_as(server, path, struct, protocol):
    answer = server.get(path, headers={"Accept": TYPE + protocol})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == TYPE + protocol
    return decode(struct, answer.content, protocol)


# Commands.

@every_protocol
def test_a_union_in_a_protocol_is_the_command_that_it_is_in_json(server, idl, user, protocol):
    answer = post(server, COMMANDS, idl.union(createUser=idl.create(user)), protocol, Accept=JSON)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"stream": f"user-{user}", "sequence": 1, "position": int(answer.headers["Weir-Position"])}
    assert answer.headers["ETag"] == '"1"' and answer.headers["Location"] == f"/users/{user}"
    assert server.get(f"/users/{user}").json()["email"] == f"{user}@example.org"


@every_protocol
def test_a_struct_in_a_protocol_goes_to_the_path_of_its_command(server, idl, user, protocol):
    answer = post(server, "/commands/createUser", idl.create(user, "Zoë 🐦"), protocol, Accept=JSON)
    assert answer.status_code == 200 and answer.json()["stream"] == f"user-{user}"
    assert server.get(f"/users/{user}").json()["name"] == "Zoë 🐦"


@every_protocol
@pytest.mark.parametrize("sent", [JSON, *(TYPE + name for name in PROTOCOLS)])
def test_the_answer_comes_in_the_protocol_that_the_client_takes_whatever_it_sent(server, idl, user, protocol, sent):
    body = ({"createUser": {"userId": user, "name": "Ada", "email": f"{user}@example.org"}} if sent == JSON
            else encode(idl.union(createUser=idl.create(user)), sent.removeprefix(TYPE)))
    answer = server.post(COMMANDS, body, {"Content-Type": sent, "Accept": TYPE + protocol})
    assert answer.headers["Content-Type"] == TYPE + protocol
    result = decode(idl.weir.CommandResult, answer.content, protocol)
    assert (result.stream, result.sequence, result.position) == (f"user-{user}", 1, int(answer.headers["Weir-Position"]))
    assert not result.replayed


@every_protocol
def test_a_union_that_does_not_say_of_which_domain_it_is_is_refused(server, idl, user, protocol):
    command = idl.union(createUser=idl.create(user))
    unsaid = assert_problem(post(server, "/commands", command, protocol), 400, "malformed-request")
    assert "domain" in unsaid["detail"]
    assert server.get(f"/users/{user}").status_code == 404


@every_protocol
def test_the_domain_must_be_one(server, idl, user, protocol):
    command = idl.union(createUser=idl.create(user))
    unknown = assert_problem(post(server, "/commands?domain=nobody", command, protocol), 400, "malformed-request")
    assert "nobody" in unknown["detail"]
    assert post(server, "/commands?domain=users", command, protocol).status_code == 200


@every_protocol
def test_if_match_holds_with_a_body_of_thrift(server, idl, user, protocol):
    server.create(user)
    rename = idl.union(renameUser=idl.commands.RenameUserCommand(userId=user, name="Lovelace"))
    assert_problem(post(server, COMMANDS, rename, protocol, If_Match='"2"'), 412, "sequence-mismatch", expected=2, actual=1)
    assert post(server, COMMANDS, rename, protocol, If_Match='"1"').status_code == 200
    assert_problem(post(server, COMMANDS, rename, protocol, If_None_Match="*"), 412, "sequence-mismatch", actual=2)


@every_protocol
def test_a_key_stands_for_the_command_and_not_for_how_it_was_written(server, idl, user, protocol):
    key, command = f"key-{user}", idl.union(createUser=idl.create(user))
    first = server.post("/commands", {"createUser": {"userId": user, "name": "Ada", "email": f"{user}@example.org"}},
                        {"Idempotency-Key": key})
    again = post(server, COMMANDS, command, protocol, Idempotency_Key=key, Accept=TYPE + protocol)
    assert first.status_code == again.status_code == 200
    assert again.headers["Idempotency-Replayed"] == "true"
    result = decode(idl.weir.CommandResult, again.content, protocol)
    assert result.replayed and result.position == first.json()["position"]
    other = idl.union(createUser=idl.create(user, "Eve"))
    assert_problem(post(server, COMMANDS, other, protocol, Idempotency_Key=key), 422, "idempotency-key-reused")


@every_protocol
def test_a_refusal_is_a_problem_in_json_whatever_was_asked_for(server, idl, user, protocol):
    server.create(user)
    answer = post(server, COMMANDS, idl.union(createUser=idl.create(user)), protocol, Accept=TYPE + protocol)
    assert_problem(answer, 409, "UserAlreadyExists", code="UserAlreadyExists", userId=user)


# What is wrong with a body.

def assert_malformed(answer):
    assert answer.status_code == 400 and answer.headers["Content-Type"] == "application/problem+json", answer.text
    assert answer.json()["type"] == "/problems/malformed-request" and answer.json()["detail"]


@every_protocol
def test_broken_rules_are_pointed_at_in_a_body_of_thrift(server, idl, protocol):
    wrong = idl.create("no spaces", "", "nowhere")
    for path, struct, at in ((COMMANDS, idl.union(createUser=wrong), "/createUser"), ("/commands/createUser", wrong, "")):
        problem = assert_problem(post(server, path, struct, protocol), 422, "validation")
        assert {each["pointer"] for each in problem["errors"]} == {f"{at}/userId", f"{at}/name", f"{at}/email"}


@every_protocol
def test_a_missing_member_is_pointed_at(server, idl, user, protocol):
    struct = idl.commands.RenameUserCommand(userId=user)
    problem = assert_problem(post(server, "/commands/renameUser", struct, protocol), 422, "validation")
    assert [each["pointer"] for each in problem["errors"]] == ["/name"]


@every_protocol
def test_a_body_that_is_cut_short_or_goes_on_is_malformed(server, idl, user, protocol):
    whole = encode(idl.union(createUser=idl.create(user)), protocol)
    for length in range(len(whole)):
        assert_malformed(post(server, COMMANDS, whole[:length], protocol))
    for more in (b"\0", b"x", whole):
        assert_malformed(post(server, COMMANDS, whole + more, protocol))
    assert server.get(f"/users/{user}").status_code == 404


@every_protocol
def test_a_union_without_a_member_is_refused(server, idl, protocol):
    assert_problem(post(server, COMMANDS, idl.union(), protocol), 422, "validation")


def test_a_body_in_another_protocol_than_it_says_is_refused(server, idl, user):
    for protocol in PROTOCOLS:
        for said in set(PROTOCOLS) - {protocol}:
            answer = post(server, COMMANDS, encode(idl.union(createUser=idl.create(user)), protocol), said)
            assert answer.status_code in (400, 422), (protocol, said, answer.text)
    assert server.get(f"/users/{user}").status_code == 404


@pytest.mark.parametrize("path", [COMMANDS, "/commands/createUser"])
@pytest.mark.parametrize("type", [TYPE + "xml", "application/x-thrift", "application/cloudevents-batch+json", "text/plain"])
def test_another_media_type_is_told_what_is_taken(server, path, type):
    answer = server.post(path, b"\0", {"Content-Type": type})
    assert_problem(answer, 415, "unsupported-media-type")
    taken = [name.strip() for name in answer.headers["Accept-Post"].split(",")]
    assert set(OFFERED) <= set(taken), taken


# What is wanted of an answer.

@pytest.mark.parametrize("accept,expected", [
    (None, JSON), ("*/*", JSON), ("application/*", JSON), (TYPE + "compact", TYPE + "compact"),
    (f"{JSON};q=0.5, {TYPE}binary", TYPE + "binary"), (f"{TYPE}json;q=0.2, {TYPE}compact;q=0.3", TYPE + "compact"),
    (f"{TYPE}compact, {JSON}", JSON), (f"*/*;q=0.1, {TYPE}json", TYPE + "json"), (f"{JSON};q=0, */*", TYPE + "json"),
    (f"text/html, {TYPE}binary;q=0.001", TYPE + "binary"), (f"{TYPE}Binary; q=1", TYPE + "binary")])
def test_of_what_is_offered_the_client_gets_what_it_likes_best(server, user, accept, expected):
    server.create(user)
    for path in (f"/users/{user}", "/users", f"/streams/user-{user}/events"):
        answer = server.get(path, headers={"Accept": accept})
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, expected)
        assert "accept" in [name.strip().lower() for name in answer.headers["Vary"].split(",")]


@pytest.mark.parametrize("accept", ["text/html", f"{JSON};q=0", "*/*;q=0, text/html", "image/*"])
def test_who_takes_nothing_of_it_is_told_what_is_on_offer(server, user, accept):
    server.create(user)
    page = [*OFFERED, "application/cloudevents-batch+json"]
    for path, offered in ((f"/users/{user}", OFFERED), ("/users", OFFERED), (f"/streams/user-{user}/events", page)):
        problem = assert_problem(server.get(path, headers={"Accept": accept}), 406, "not-acceptable")
        assert set(offered) <= set(problem["offered"])
    refused = server.command("renameUser", headers={"Accept": accept}, userId=user, name="Eve")
    assert set(OFFERED) <= set(assert_problem(refused, 406, "not-acceptable")["offered"])
    assert server.get(f"/users/{user}").json()["sequence"] == 1  # refused before anything was done


def microseconds(text):
    return round(datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc).timestamp() * 1_000_000)


@every_protocol
def test_a_user_is_the_same_in_every_protocol(server, idl, user, protocol):
    server.create(user, "Zoë")
    answer = server.get(f"/users/{user}", headers={"Accept": TYPE + protocol})
    assert answer.headers["ETag"] == {"json": '"1-tjson"'}.get(protocol, f'"1-{protocol}"')
    read, json = decode(idl.queries.User, answer.content, protocol), server.get(f"/users/{user}").json()
    assert (read.userId, read.name, read.email, read.sequence) == (user, "Zoë", json["email"], 1)
    assert idl.types.UserStatus._VALUES_TO_NAMES[read.status] == json["status"]
    assert read.createdAt == microseconds(json["createdAt"].rstrip("Z"))
    by_email = get_as(server, f"/users/by-email/{user}@example.org", idl.queries.User, protocol)
    assert by_email == read


@every_protocol
def test_a_list_is_paged_through_in_every_protocol(server, idl, user, protocol):
    for n in range(3):
        server.create(f"{user}-{n}", f"List {user} of {protocol}")
    found, cursor = [], ""
    while True:
        page = get_as(server, f"/users?limit=1&namePrefix=List%20{user}%20of{cursor}", idl.queries.UserList, protocol)
        found += [each.userId for each in page.users]
        if page.nextCursor is None:
            break
        cursor = "&cursor=" + page.nextCursor
    assert found == [f"{user}-{n}" for n in range(3)]


@every_protocol
def test_a_page_of_events_holds_in_every_protocol_what_it_holds_in_json(server, idl, user, protocol):
    server.create(user)
    server.command("renameUser", headers={"Weir-Correlation-Id": "together"}, userId=user, name="Zoë")
    server.command("deactivateUser", userId=user)
    path = f"/streams/user-{user}/events?limit=2"
    page, json = get_as(server, path, idl.weir.EventPage, protocol), server.get(path).json()
    assert page.nextSequence == json["next"] == 3
    structs = {"userCreated": idl.events.UserCreatedEvent, "userRenamed": idl.events.UserRenamedEvent}
    assert len(page.events) == len(json["events"]) == 2
    for read, shown in zip(page.events, json["events"]):
        assert (read.position, read.stream, read.sequence) == (shown["position"], shown["stream"], shown["sequence"])
        assert read.eventId.hex() == shown["eventId"].replace("-", "")
        assert read.recordedAt == microseconds(shown["recordedAt"].rstrip("Z"))
        payload = decode(structs[read.type], read.payload, "compact")
        assert {read.type: vars(payload)} == shown["event"]
        assert {name: value for name, value in vars(read.metadata).items() if value is not None} == shown["metadata"]
    assert page.events[1].metadata.correlationId == "together"
    assert get_as(server, path + "&from=3", idl.weir.EventPage, protocol).nextSequence is None


# Calls by POST /rpc.

def message(method, arguments, protocol, kind=TMessageType.CALL, number=7):
    buffer = TMemoryBuffer()
    writer = PROTOCOLS[protocol](buffer)
    writer.writeMessageBegin(method, kind, number)
    arguments.write(writer)
    writer.writeMessageEnd()
    return buffer.getvalue()


def reply_of(answer, result, protocol, method):
    """The reply's struct; a TApplicationException is raised."""
    assert answer.status_code == 200, answer.text
    buffer = TMemoryBuffer(answer.content)
    reader = PROTOCOLS[protocol](buffer)
    name, kind, number = reader.readMessageBegin()
    assert (name, number) == (method, 7)
    read = TApplicationException() if kind == TMessageType.EXCEPTION else result()
    read.read(reader)
    reader.readMessageEnd()
    assert buffer.read(1) == b""
    if kind == TMessageType.EXCEPTION:
        raise read
    assert kind == TMessageType.REPLY
    return read


@pytest.fixture(params=[(protocol, type) for protocol in PROTOCOLS for type in (TYPE + protocol, "application/x-thrift")],
                ids=lambda each: " ".join(each))
def call(request, server):
    protocol, type = request.param

    def send(method, arguments, result):
        answer = server.post("/rpc", message(method, arguments, protocol), {"Content-Type": type})
        assert answer.headers["Content-Type"] == type
        return reply_of(answer, result, protocol, method)

    return send


def test_a_call_is_answered_in_its_protocol(server, idl, call, user):
    service = idl.service
    done = call("execute", service.execute_args(idl.union(createUser=idl.create(user)), idl.weir.ExecuteOptions()),
                service.execute_result)
    assert (done.success.stream, done.success.sequence) == (f"user-{user}", 1)
    asked = call("getUser", service.getUser_args(idl.queries.GetUserQuery(userId=user)), service.getUser_result)
    assert asked.success.email == server.get(f"/users/{user}").json()["email"]


def test_a_declared_exception_is_in_the_reply(server, idl, call, user):
    server.create(user)
    service = idl.service
    again = call("execute", service.execute_args(idl.union(createUser=idl.create(user)), None), service.execute_result)
    assert again.success is None and again.userAlreadyExists.userId == user
    missing = call("getUser", service.getUser_args(idl.queries.GetUserQuery(userId=f"no-{user}")), service.getUser_result)
    assert missing.success is None and missing.userNotFound.userId == f"no-{user}"


def test_broken_rules_are_the_problem_of_a_reply(idl, call):
    service = idl.service
    refused = call("execute", service.execute_args(idl.union(createUser=idl.create("no spaces")), None), service.execute_result)
    assert refused.problem.status == 422
    assert any(each.pointer.endswith("/userId") for each in refused.problem.errors)


def test_an_unknown_method_is_said_to_be_one(idl, call):
    with pytest.raises(TApplicationException) as thrown:
        call("getNobody", idl.service.getUser_args(idl.queries.GetUserQuery(userId="u1")), idl.service.getUser_result)
    assert thrown.value.type == TApplicationException.UNKNOWN_METHOD


@every_protocol
def test_a_call_that_is_cut_short_is_refused_and_does_nothing(server, idl, user, protocol):
    whole = message("execute", idl.service.execute_args(idl.union(createUser=idl.create(user)), None), protocol)
    for length in range(1, len(whole)):
        answer = server.post("/rpc", whole[:length], {"Content-Type": TYPE + protocol})
        assert answer.status_code in (200, 400), (length, answer.text)
        if answer.status_code == 400:
            assert_problem(answer, 400, "malformed-request")
            continue
        reader = PROTOCOLS[protocol](TMemoryBuffer(answer.content))
        assert reader.readMessageBegin()[1] == TMessageType.EXCEPTION
    assert server.get(f"/users/{user}").status_code == 404


@pytest.mark.parametrize("body", [b"", b"hello", b"\xff" * 40])
def test_what_is_no_message_is_malformed(server, body):
    assert_problem(server.post("/rpc", body, {"Content-Type": "application/x-thrift"}), 400, "malformed-request")


@pytest.mark.parametrize("type", ["application/x-thrift", *(TYPE + name for name in PROTOCOLS)])
def test_calls_are_not_compressed(server, type):
    answer = server.post("/rpc", b"\x1f\x8b", {"Content-Type": type, "Content-Encoding": "gzip"})
    assert_problem(answer, 415, "unsupported-media-type")
    assert answer.headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("type", [JSON, "text/plain", TYPE + "xml"])
def test_calls_come_as_thrift_only(server, type):
    answer = server.post("/rpc", b"{}", {"Content-Type": type})
    assert_problem(answer, 415, "unsupported-media-type")
    assert TYPE + "binary" in answer.headers["Accept-Post"]


def test_what_a_protocol_wrote_is_read_alike_by_all(server, idl, user):
    """The same command in each representation comes to the same payload, byte for byte."""
    payloads = set()
    for n, protocol in enumerate([None, *PROTOCOLS]):
        name, each = "Zoë 🐦", f"{user}-{n}"
        struct = idl.commands.RenameUserCommand(userId=each, name=name)
        server.create(each)
        answer = (server.command("renameUser", userId=each, name=name) if protocol is None
                  else post(server, "/commands/renameUser", struct, protocol))
        assert answer.status_code == 200, answer.text
        for out in PROTOCOLS:
            page = get_as(server, f"/streams/user-{each}/events?from=2", idl.weir.EventPage, out)
            payloads.add(page.events[0].payload.replace(each.encode(), user.encode()))
    assert len(payloads) == 1, [base64.b64encode(each) for each in payloads]
