"""Streams over HTTP: their heads and their events, a page at a time."""
import datetime
import re
import uuid

import pytest

from weir_process import Weir, assert_problem, moment


@pytest.fixture(scope="module")
def lives(tmp_path_factory):
    """A server with a stream of three events, user-u0, and another of one."""
    weir = Weir(tmp_path_factory.mktemp("lives") / "data")
    weir.create("u0")
    weir.command("renameUser", userId="u0", name="Name 0")
    weir.create("u1")
    weir.command("deactivateUser", userId="u0")
    yield weir
    assert weir.stop() == 0, weir.log()


# Recorded events.

def test_a_recorded_event_says_all_that_is_known(empty_server):
    before = datetime.datetime.now(datetime.timezone.utc)
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    empty_server.command("createUser", headers={"traceparent": trace}, userId="u1", name="Ada", email="ada@example.org")
    [event] = empty_server.get("/streams/user-u1/events").json()["events"]
    assert list(event) == ["position", "stream", "sequence", "eventId", "recordedAt", "event", "metadata"]
    assert (event["position"], event["stream"], event["sequence"]) == (1, "user-u1", 1)
    assert uuid.UUID(event["eventId"]).version == 7 and str(uuid.UUID(event["eventId"])) == event["eventId"]
    assert abs(moment(event["recordedAt"]) - before) < datetime.timedelta(minutes=1)
    assert event["event"] == {"userCreated": {"userId": "u1", "name": "Ada", "email": "ada@example.org"}}
    assert uuid.UUID(event["metadata"]["commandId"]).version == 7
    assert trace.split("-")[1] == event["metadata"]["traceparent"].split("-")[1]


def test_the_events_are_those_of_the_contract(empty_server):
    empty_server.create("u1", name="Ada", email="ada@example.org")
    empty_server.command("renameUser", userId="u1", name="Grace")
    empty_server.command("changeEmail", userId="u1", email="grace@example.org")
    empty_server.command("deactivateUser", userId="u1", reason="On leave")
    empty_server.command("reactivateUser", userId="u1")
    empty_server.command("deactivateUser", userId="u1")
    assert [event["event"] for event in empty_server.get("/streams/user-u1/events").json()["events"]] == [
        {"userCreated": {"userId": "u1", "name": "Ada", "email": "ada@example.org"}},
        {"userRenamed": {"userId": "u1", "name": "Grace"}},
        {"userEmailChanged": {"userId": "u1", "email": "grace@example.org", "previousEmail": "ada@example.org"}},
        {"userDeactivated": {"userId": "u1", "reason": "On leave"}},
        {"userReactivated": {"userId": "u1"}},
        {"userDeactivated": {"userId": "u1"}},
    ]


# Streams.

def test_a_stream_has_a_head(lives):
    events = lives.get("/streams/user-u0/events").json()["events"]
    assert lives.get("/streams/user-u0").json() == {
        "stream": "user-u0", "sequence": 3, "createdAt": events[0]["recordedAt"], "updatedAt": events[2]["recordedAt"]}


@pytest.mark.parametrize("path", ["/streams/user-nobody", "/streams/user-nobody/events", "/streams/other-u1"])
def test_a_stream_that_does_not_exist_is_404(lives, path):
    assert_problem(lives.get(path), 404, "not-found")


def test_a_stream_is_read_in_order(lives):
    events = lives.get("/streams/user-u0/events").json()["events"]
    assert [event["sequence"] for event in events] == [1, 2, 3]
    assert {event["stream"] for event in events} == {"user-u0"}
    assert [list(event["event"])[0] for event in events] == ["userCreated", "userRenamed", "userDeactivated"]


@pytest.mark.parametrize("query,sequences,following", [
    ("", [1, 2, 3], None),
    ("?from=2", [2, 3], None),
    ("?from=4", [], None),
    ("?limit=2", [1, 2], 3),
    ("?limit=3", [1, 2, 3], None),
    ("?from=2&limit=1", [2], 3),
    ("?direction=forward&from=1&limit=1", [1], 2),
    ("?direction=backward", [3, 2, 1], None),
    ("?direction=backward&limit=2", [3, 2], 1),
    ("?direction=backward&from=2", [2, 1], None),
    ("?direction=backward&from=2&limit=1", [2], 1),
])
def test_a_stream_is_read_a_page_at_a_time(lives, query, sequences, following):
    answer = lives.get("/streams/user-u0/events" + query)
    page = answer.json()
    assert [event["sequence"] for event in page["events"]] == sequences
    assert page.get("next") == following
    assert ('rel="next"' in answer.headers.get("Link", "")) == (following is not None)


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_the_link_leads_through_the_whole_stream(lives, direction):
    sequences, path = [], f"/streams/user-u0/events?limit=1&direction={direction}"
    for _ in range(10):
        answer = lives.get(path)
        sequences += [event["sequence"] for event in answer.json()["events"]]
        link = re.search(r'<([^>]+)>; *rel="?next"?', answer.headers.get("Link", ""))
        if not link:
            break
        path = re.sub(r"^https?://[^/]+", "", link.group(1))
    assert sequences == ([1, 2, 3] if direction == "forward" else [3, 2, 1])


@pytest.mark.parametrize("query", ["from=0", "from=-1", "from=x", "limit=0", "limit=1001", "direction=sideways", "form=1"])
def test_a_stream_read_with_a_bad_parameter_is_refused(lives, query):
    answer = lives.get("/streams/user-u0/events?" + query)
    assert_problem(answer, answer.status_code, "validation" if answer.status_code == 422 else "malformed-request")
    assert answer.status_code in (400, 422)


def test_a_restart_keeps_everything(tmp_path):
    server = Weir(tmp_path / "data")
    for n in range(10):
        server.create(f"u{n}")
        server.command("renameUser", userId=f"u{n}", name=f"Name {n}")
    paths = ["/users", "/users/u3", "/users/by-email/u4@example.org", "/streams/user-u5", "/streams/user-u5/events"]
    before = [(server.get(path).json(), server.get(path).headers["Weir-Position"]) for path in paths]
    assert server.stop() == 0
    server = Weir(tmp_path / "data")
    try:
        assert [(server.get(path).json(), server.get(path).headers["Weir-Position"]) for path in paths] == before
        assert_problem(server.command("createUser", userId="u3", name="X", email="x@example.org"), 409, "UserAlreadyExists")
        assert_problem(server.command("createUser", userId="x", name="X", email="U3@EXAMPLE.ORG"), 409, "EmailTaken")
        assert server.create("u10").json() == {"stream": "user-u10", "sequence": 1, "position": 21}
        assert server.command("renameUser", userId="u3", name="Again").json()["sequence"] == 3
    finally:
        server.kill()


def test_a_stream_is_not_asked_what_it_does_not_answer(server, user):
    server.create(user)
    for query in ("atSequence=1", "foo=1"):
        assert_problem(server.get(f"/streams/user-{user}?{query}"), 422, "validation")
