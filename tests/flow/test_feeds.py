"""Following the log over HTTP: across restarts, and while the server stops."""
import itertools
import json
import re
import shutil
import signal
import socket
import time

from feeds import ndjson, sse
from weir_process import Weir, assert_problem


def log_id(server):
    """The log's last position with its mark."""
    return server.get("/log").json()["id"]


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


def events_sent(server):
    return float(re.search(r'^weir_http_events_sent_total{kind="ndjson"} (\S+)$', server.get("/metrics").text, re.MULTILINE)[1])


def wait_until_the_reader_is_waited_for(server):
    """Some events are sent, and for twenty looks no more."""
    looks = [0]
    while looks[-1] == 0 or len(looks) < 20 or looks[-20] != looks[-1]:
        looks.append(events_sent(server))


def test_lines_that_a_stop_cuts_short_say_so_to_a_slow_reader_too(start):
    server = start()
    commands = "".join(json.dumps({"createUser": {"userId": f"u{n}", "name": "x" * 200, "email": f"u{n}@example.org"}}) + "\n"
                       for n in range(40_000))
    answer = server.post("/commands", commands, headers={"Content-Type": "application/x-ndjson"})
    assert answer.text.count("\n") == 40_000
    idle = [socket.create_connection(("127.0.0.1", server.ports["http"]), timeout=60) for _ in range(16)]  # on all threads
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        connection.settimeout(60)
        connection.connect(("127.0.0.1", server.ports["http"]))
        connection.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: application/x-ndjson\r\n\r\n")
        text = connection.recv(100)
        wait_until_the_reader_is_waited_for(server)
        server.process.send_signal(signal.SIGTERM)  # while the server waits for this reader
        for each in idle:
            assert each.recv(1) == b""  # by now its thread knows of the stop
            each.close()
        while more := connection.recv(65_536):
            text += more
    assert server.process.wait(timeout=30) == 0
    assert text.endswith(b"\r\n0\r\n\r\n")
    event, problem = map(json.loads, text.split(b"\r\n")[-4].splitlines()[-2:])
    assert problem["type"] == "/problems/unavailable"
    assert problem["lastPosition"] == event["position"] < 40_000


def test_a_log_that_was_copied_back_and_written_on_is_another_one(tmp_path):
    """Who saw events that it has not is told, whichever way the position comes back; who saw only what it has goes on."""
    server = Weir(tmp_path / "data")
    for n in range(3):
        server.create(f"kept{n}")
    with sse(server, "/events") as feed:
        kept = [message[0] for message in itertools.islice(feed.messages(), 5) if message[1] == "userCreated"]
    assert server.stop() == 0
    shutil.copytree(tmp_path / "data", tmp_path / "copy")
    server = Weir(tmp_path / "data")
    for n in range(4):
        server.create(f"lost{n}")
    with sse(server, "/events") as feed:
        lost = [message[0] for message in itertools.islice(feed.messages(), 8) if message[1] == "userCreated"][3:]
    page = server.get("/events?after=1&limit=5").json()["lastId"]
    assert server.stop() == 0
    assert [identity.partition(".")[0] for identity in kept + lost] == list("1234567") and page == lost[2]

    server = Weir(tmp_path / "copy")
    try:
        for n in range(2):
            server.create(f"new{n}")
        as_events = {"Accept": "text/event-stream"}
        for identity in lost + [identity.partition(".")[0] for identity in lost[2:]]:
            for path in ("/events", "/streams/user-kept0/events"):
                for answer in (server.get(path, {**as_events, "Last-Event-ID": identity}), server.get(f"{path}?after={identity}"),
                               server.get(f"{path}?after={identity}", {"Accept": "application/x-ndjson"})):
                    assert_problem(answer, 410, "position-of-another-log")
        for identity in lost[:2]:  # the position is there, and the history is another one
            assert_problem(server.get("/users/kept0", {"Weir-Min-Position": identity}), 410, "position-of-another-log")
        for identity in kept:
            with sse(server, "/events", last_event_id=identity) as feed:
                seen = positions(itertools.islice(feed.events(), 5 - int(identity.partition(".")[0])))
            assert seen == list(range(int(identity.partition(".")[0]) + 1, 6))
        assert server.get("/log").json()["position"] == 5
    finally:
        server.kill()


def test_heartbeats_come_as_often_as_was_asked_for(start):
    server = start("--heartbeat-seconds", 0.1)
    server.create("u1")
    with sse(server, "/events?types=userRenamed") as feed:
        lines = (line for line in feed.lines() if line)
        assert [next(lines) for _ in range(4)] == ["retry: 1000", f"id: {log_id(server)}", "event: caught-up", 'data: {"position":1}']
        server.create("u2")
        beats = [next(lines) for _ in range(6)]
        assert beats[0::2] == [": heartbeat"] * 3 and beats[5] == f"id: {log_id(server)}"


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
