"""The log over HTTP: streams, their events, and the whole log, a page at a time."""
import datetime
import re
import uuid

import pytest

from weir_process import Weir, assert_problem

UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}(\d{3})?)?Z")


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """A log of 60 events: 20 users created, renamed, and every second one deactivated, then ten more created."""
    weir = Weir(tmp_path_factory.mktemp("log") / "data")
    for n in range(20):
        weir.create(f"u{n}")
        weir.command("renameUser", userId=f"u{n}", name=f"Name {n}")
        if n % 2 == 0:
            weir.command("deactivateUser", userId=f"u{n}")
    for n in range(10):
        weir.create(f"v{n}")
    yield weir
    assert weir.stop() == 0, weir.log()


# Recorded events.

def test_a_recorded_event_says_all_that_is_known(empty_server):
    before = datetime.datetime.now(datetime.timezone.utc)
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    empty_server.command("createUser", headers={"traceparent": trace}, userId="u1", name="Ada", email="ada@example.org")
    [event] = empty_server.get("/events").json()["events"]
    assert list(event) == ["position", "stream", "sequence", "eventId", "recordedAt", "event", "metadata"]
    assert (event["position"], event["stream"], event["sequence"]) == (1, "user-u1", 1)
    assert uuid.UUID(event["eventId"]).version == 7 and str(uuid.UUID(event["eventId"])) == event["eventId"]
    assert UTC.fullmatch(event["recordedAt"])
    recorded = datetime.datetime.fromisoformat(event["recordedAt"].replace("Z", "+00:00"))
    assert abs(recorded - before) < datetime.timedelta(minutes=1)
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
    assert [event["event"] for event in empty_server.get("/events").json()["events"]] == [
        {"userCreated": {"userId": "u1", "name": "Ada", "email": "ada@example.org"}},
        {"userRenamed": {"userId": "u1", "name": "Grace"}},
        {"userEmailChanged": {"userId": "u1", "email": "grace@example.org", "previousEmail": "ada@example.org"}},
        {"userDeactivated": {"userId": "u1", "reason": "On leave"}},
        {"userReactivated": {"userId": "u1"}},
        {"userDeactivated": {"userId": "u1"}},
    ]


def test_recorded_times_never_go_backwards(log):
    times = [event["recordedAt"] for event in log.get("/events?limit=1000").json()["events"]]

    def micros(text):
        whole, _, fraction = text.rstrip("Z").partition(".")
        return whole + "." + fraction.ljust(6, "0")

    assert sorted(map(micros, times)) == list(map(micros, times))


# Streams.

def test_a_stream_has_a_head(log):
    events = log.get("/streams/user-u0/events").json()["events"]
    assert log.get("/streams/user-u0").json() == {
        "stream": "user-u0", "sequence": 3, "createdAt": events[0]["recordedAt"], "updatedAt": events[2]["recordedAt"]}


@pytest.mark.parametrize("path", ["/streams/user-nobody", "/streams/user-nobody/events", "/streams/other-u1"])
def test_a_stream_that_does_not_exist_is_404(log, path):
    assert_problem(log.get(path), 404, "not-found")


def test_a_stream_is_read_in_order(log):
    events = log.get("/streams/user-u0/events").json()["events"]
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
def test_a_stream_is_read_a_page_at_a_time(log, query, sequences, following):
    answer = log.get("/streams/user-u0/events" + query)
    page = answer.json()
    assert [event["sequence"] for event in page["events"]] == sequences
    assert page.get("next") == following
    assert ('rel="next"' in answer.headers.get("Link", "")) == (following is not None)


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_the_link_leads_through_the_whole_stream(log, direction):
    sequences, path = [], f"/streams/user-u0/events?limit=1&direction={direction}"
    for _ in range(10):
        answer = log.get(path)
        sequences += [event["sequence"] for event in answer.json()["events"]]
        link = re.search(r'<([^>]+)>; *rel="?next"?', answer.headers.get("Link", ""))
        if not link:
            break
        path = re.sub(r"^https?://[^/]+", "", link.group(1))
    assert sequences == ([1, 2, 3] if direction == "forward" else [3, 2, 1])


@pytest.mark.parametrize("query", ["from=0", "from=-1", "from=x", "limit=0", "limit=1001", "direction=sideways", "form=1"])
def test_a_stream_read_with_a_bad_parameter_is_refused(log, query):
    answer = log.get("/streams/user-u0/events?" + query)
    assert_problem(answer, answer.status_code, "validation" if answer.status_code == 422 else "malformed-request")
    assert answer.status_code in (400, 422)


# The whole log.

def test_positions_are_dense(log):
    page = log.get("/events?limit=1000").json()
    assert [event["position"] for event in page["events"]] == list(range(1, 61))
    assert page["lastPosition"] == page["headPosition"] == 60


def test_a_page_holds_a_hundred_events_unless_told_and_goes_on_after_the_last(log):
    assert len(log.get("/events").json()["events"]) == 60
    page = log.get("/events?after=10&limit=5").json()
    assert [event["position"] for event in page["events"]] == [11, 12, 13, 14, 15]
    assert (page["lastPosition"], page["headPosition"]) == (15, 60)


def test_at_the_head_there_is_nothing(log):
    assert log.get("/events?after=60").json() == {"events": [], "lastPosition": 60, "headPosition": 60}


@pytest.mark.parametrize("limit", [1, 7, 59, 60, 1000])
@pytest.mark.parametrize("query,expected", [
    ("", 60), ("&category=user", 60), ("&category=account", 0), ("&types=userDeactivated", 10),
    ("&types=userCreated,userRenamed", 50), ("&category=user&types=userRenamed", 20)])
def test_going_on_after_the_last_position_misses_nothing(log, limit, query, expected):
    seen, after = [], 0
    for _ in range(100):
        page = log.get(f"/events?after={after}&limit={limit}{query}").json()
        assert page["lastPosition"] >= after and len(page["events"]) <= limit
        assert all(after < event["position"] <= page["lastPosition"] for event in page["events"])
        seen += page["events"]
        after = page["lastPosition"]
        if after == page["headPosition"]:
            break
    assert after == 60 and len(seen) == expected
    assert [event["position"] for event in seen] == sorted({event["position"] for event in seen})
    if "types" in query:
        types = query.split("types=")[1].split(",")
        assert all(list(event["event"])[0] in types for event in seen)


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=1001", "limit=", "afterwards=1"])
def test_a_log_read_with_a_bad_parameter_is_refused(log, query):
    answer = log.get("/events?" + query)
    assert answer.status_code in (400, 422)
    assert_problem(answer, answer.status_code, "validation" if answer.status_code == 422 else "malformed-request")


def test_an_empty_log_is_a_log(empty_server):
    answer = empty_server.get("/events")
    assert answer.json() == {"events": [], "lastPosition": 0, "headPosition": 0}
    assert answer.headers["Weir-Position"] == "0"
    assert empty_server.get("/users").json() == {"users": []}


def test_a_restart_keeps_everything(tmp_path):
    server = Weir(tmp_path / "data")
    for n in range(10):
        server.create(f"u{n}")
        server.command("renameUser", userId=f"u{n}", name=f"Name {n}")
    paths = ["/events", "/users", "/users/u3", "/users/by-email/u4@example.org", "/streams/user-u5", "/streams/user-u5/events"]
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
