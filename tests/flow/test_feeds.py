"""Following the log over HTTP: across restarts, and while the server stops."""
import itertools
import json
import time

from feeds import ndjson, sse
from weir_process import Weir, assert_problem


def positions(events):
    return [event["position"] for event in events]


def test_a_feed_goes_on_across_restarts(tmp_path):
    """Each position once, in order, whoever resumes with the last id it saw."""
    seen, server = [], Weir(tmp_path / "data")
    for run in range(3):
        for n in range(5):
            server.create(f"u{run}-{n}")
        with sse(server, "/events", last_event_id=seen[-1] if seen else None) as feed:
            seen += positions(itertools.islice(feed.events(), 3))
        if run == 1:
            server.kill()  # nothing of what was seen is lost
        else:
            assert server.stop() == 0
        server = Weir(tmp_path / "data")
    with sse(server, f"/events?after={seen[-1]}") as feed:
        seen += positions(itertools.islice(feed.events(), 6))
    server.kill()
    assert seen == list(range(1, 16))


def test_a_stopping_server_ends_its_feeds_and_is_gone_at_once(start):
    server = start("--drain-seconds", 30)
    server.create("u1")
    with sse(server, "/events") as one, sse(server, "/streams/user-u1/events") as other:
        for feed in (one, other):
            assert next(name for _, name, _ in feed.messages() if name == "caught-up")
        begun = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - begun < 10
        assert list(one.lines()) == [] and list(other.lines()) == []  # http.client would raise if it were cut


def test_heartbeats_come_as_often_as_was_asked_for(start):
    server = start("--heartbeat-seconds", 0.1)
    server.create("u1")
    with sse(server, "/events?types=userRenamed") as feed:
        lines = (line for line in feed.lines() if line)
        assert [next(lines) for _ in range(4)] == ["retry: 1000", "id: 1", "event: caught-up", 'data: {"position":1}']
        server.create("u2")
        beats = [next(lines) for _ in range(6)]
        assert beats[0::2] == [": heartbeat"] * 3 and beats[5] == "id: 2"


def test_lines_are_a_whole_log(server, user):
    for n in range(30):
        server.create(f"{user}-{n}")
    with ndjson(server, "/events") as feed:
        events = [json.loads(line) for line in feed.lines()]
        head = int(feed.answer.headers["Weir-Position"])
    assert positions(events) == list(range(1, head + 1))
    assert events == server.get(f"/events?limit=1000").json()["events"]


def test_a_read_after_a_write_elsewhere_is_not_before_it(server, user):
    position = server.create(user).headers["Weir-Position"]
    assert server.get(f"/users/{user}", headers={"Weir-Min-Position": position}).status_code == 200
    late = server.get(f"/users/{user}", headers={"Weir-Min-Position": "1000000", "Prefer": "wait=0"})
    assert_problem(late, 503, "unavailable")
    assert late.headers["Retry-After"] == "1"


def test_a_user_is_seen_as_it_was(server, user):
    server.create(user, name="Ada")
    server.command("renameUser", userId=user, name="Grace")
    first, second = server.get(f"/streams/user-{user}/events").json()["events"]
    then = server.get(f"/users/{user}?atSequence=1")
    assert then.json()["name"] == "Ada" and then.headers["ETag"] == '"1"'
    assert then.headers["Weir-Position"] == str(first["position"])
    assert server.get(f"/users/{user}?at={first['recordedAt']}").json() == then.json()
    assert server.get(f"/users/{user}?at={second['recordedAt']}").json() == server.get(f"/users/{user}").json()
    assert_problem(server.get(f"/users/{user}?at=2001-01-01T00:00:00Z"), 404, "not-found")
