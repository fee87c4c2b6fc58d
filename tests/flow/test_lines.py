"""Commands one a line: a conversation that may be as long as it likes."""
import http.client
import json
import pathlib
import re
import select
import shutil
import signal
import socket
import subprocess
import threading

import pytest

WAIT = 60  # seconds; for anything that is going to happen


def creation(user):
    return json.dumps({"createUser": {"userId": user, "name": "Ada", "email": f"{user}@example.org"}})


def renaming(user, name):
    return json.dumps({"renameUser": {"userId": user, "name": name}})


class Conversation:
    """POST /commands in chunks, while the answer is read."""

    def __init__(self, server, headers="", receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(WAIT)
        self.socket.connect(("127.0.0.1", server.ports["http"]))
        self.input = self.socket.makefile("rb")
        self.head = None
        self.socket.sendall(b"POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
                            b"Transfer-Encoding: chunked\r\n" + headers.encode() + b"\r\n")

    def send(self, text):
        data = text.encode() if isinstance(text, str) else text
        self.socket.sendall(b"%x\r\n%s\r\n" % (len(data), data))

    def say(self, *lines):
        self.send("".join(line + "\n" for line in lines))

    def end(self):
        self.socket.sendall(b"0\r\n\r\n")

    def chunks(self):
        """The pieces of the answer; raises EOFError if it is cut short."""
        if self.head is None:
            self.head = b""
            while not self.head.endswith(b"\r\n\r\n"):
                line = self.input.readline()
                if not line:
                    raise EOFError("no head")
                self.head += line
        while True:
            size = self.input.readline()
            if not size:
                raise EOFError("cut short")
            piece = self.input.read(int(size, 16) + 2)[:-2]
            if not piece:
                return
            yield piece

    def answers(self):
        """The answer's lines as they arrive; the last thing is "cut short" if that is what happens."""
        rest = b""
        try:
            for piece in self.chunks():
                *lines, rest = (rest + piece).split(b"\n")
                yield from map(json.loads, lines)
        except EOFError as fault:
            yield str(fault)
        assert rest == b""


def is_problem(answer, kind, line):
    return answer["type"] == f"/problems/{kind}" and answer["line"] == line


def test_each_line_is_answered_before_the_next_is_sent(server, user):
    with_us = Conversation(server)
    with_us.say(creation(user))
    answers = with_us.answers()
    assert next(answers)["sequence"] == 1
    for number in range(2, 20):
        with_us.say(renaming(user, f"name {number}"))
        assert next(answers)["sequence"] == number
    with_us.say(creation(user))
    assert is_problem(next(answers), "UserAlreadyExists", 20)
    with_us.end()
    assert list(answers) == []


def test_half_a_line_waits_for_its_other_half(server, user):
    with_us = Conversation(server)
    line = creation(user) + "\n"
    with_us.send(line + renaming(user, "Grace")[:20])
    answers = with_us.answers()
    assert next(answers)["sequence"] == 1
    with_us.send(renaming(user, "Grace")[20:])
    with_us.end()  # the last line has no end of its own
    assert [answer["sequence"] for answer in answers] == [2]


def test_a_hundred_thousand_lines_are_answered_in_order(server, user):
    count = 100_000
    with_us = Conversation(server)

    def send():
        for begin in range(0, count, 1000):
            with_us.say(*(creation(f"{user}-{number}") if number % 10 else "" if number % 20 else "nonsense"
                          for number in range(begin, begin + 1000)))
        with_us.end()

    sender = threading.Thread(target=send)
    sender.start()
    expected = (number for number in range(count) if number % 10 or not number % 20)
    last = 0
    for answer, number in zip(with_us.answers(), expected, strict=True):
        if number % 10:
            assert answer["stream"] == f"user-{user}-{number}" and answer["position"] > last
            last = answer["position"]
        else:
            assert is_problem(answer, "malformed-json", number + 1)
    sender.join()


@pytest.mark.parametrize("framing", ["LENGTH", "CHUNKS"])
@pytest.mark.parametrize("run", range(5))
def test_pythons_client_may_wait_to_be_asked_for_the_body(server, user, framing, run):
    """http.client sends the body at once, and takes 100 Continue before the answer only."""
    count = 2000
    lines = [(creation(f"{user}-{number}") + "\n").encode() for number in range(count)]
    connection = http.client.HTTPConnection("127.0.0.1", server.ports["http"], timeout=WAIT)
    headers = {"Content-Type": "application/x-ndjson", "Expect": "100-continue"}
    if framing == "LENGTH":
        connection.request("POST", "/commands", b"".join(lines), headers)
    else:
        connection.request("POST", "/commands", iter(lines), headers, encode_chunked=True)
    answer = connection.getresponse()
    answers = answer.read().splitlines()
    connection.close()
    assert answer.status == 200 and len(answers) == count
    assert all(json.loads(line)["sequence"] == 1 for line in answers)


@pytest.mark.skipif(not shutil.which("node"), reason="there is no Node.js here")
@pytest.mark.parametrize("framing", ["LENGTH", "CHUNKS"])
def test_nodes_client_may_wait_to_be_asked_for_the_rest_of_the_body(server, user, framing):
    body = "".join(creation(f"{user}-{number}") + "\n" for number in range(2000))
    program = pathlib.Path(__file__).with_name("ask_to_continue.mjs")
    run = subprocess.run(["node", program, str(server.ports["http"]), "20", framing], input=body.encode(),
                         capture_output=True, timeout=WAIT)
    assert run.returncode == 0, run.stderr.decode()
    assert json.loads(run.stdout) == {"continued": 1, "status": 200, "lines": 2000}


def memory_of(server):
    """The most that the process ever had in memory, in KiB."""
    return int(re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{server.process.pid}/status").read()).group(1))


def test_a_client_that_does_not_take_its_answers_is_not_read_from(server, user):
    with_us = Conversation(server, headers="Prefer: return=representation\r\n", receive_buffer=4096)
    with_us.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
    before = memory_of(server)
    lines = "".join(renaming(f"{user}-nobody", f"n{number}") + "\n" for number in range(1000))
    chunk = b"%x\r\n%s\r\n" % (len(lines), lines.encode())
    sent = 0
    with_us.socket.setblocking(False)
    # Until nothing goes in for a while: a second is long where both are on one machine.
    rest = chunk
    while select.select([], [with_us.socket], [], 1)[1]:
        rest = rest[with_us.socket.send(rest):]
        if not rest:
            rest, sent = chunk, sent + 1000
        assert sent < 1_000_000
    assert memory_of(server) - before < 64 << 10
    with_us.socket.settimeout(WAIT)
    # Then everything still comes.
    sender = threading.Thread(target=lambda: (with_us.socket.sendall(rest), with_us.end()))
    sender.start()
    answers = list(with_us.answers())
    sender.join()
    assert len(answers) == sent + 1000
    assert all(answer["code"] == "UserNotFound" and answer["line"] == line for line, answer in enumerate(answers, 1))


def test_a_client_that_has_sent_all_may_close_its_half(server, user):
    with_us = Conversation(server)
    with_us.say(creation(user), renaming(user, "Grace"))
    with_us.end()
    with_us.socket.shutdown(socket.SHUT_WR)
    assert [answer["sequence"] for answer in with_us.answers()] == [1, 2]


def test_a_body_that_breaks_off_never_looks_complete(server, user):
    with_us = Conversation(server)
    with_us.say(creation(user))
    with_us.send(renaming(user, "Gra")[:30])
    with_us.socket.shutdown(socket.SHUT_WR)
    first, problem, end = with_us.answers()
    assert first["sequence"] == 1 and end == "cut short"
    assert is_problem(problem, "malformed-request", 2)
    assert server.get(f"/users/{user}").json()["sequence"] == 1


def test_a_client_that_is_gone_leaves_what_was_carried_out(server, user):
    with_us = Conversation(server)
    with_us.say(creation(user))
    assert next(with_us.answers())["sequence"] == 1
    with_us.say(*(renaming(user, f"name {number}") for number in range(1000)))
    with_us.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # so that closing resets
    with_us.input.close()
    with_us.socket.close()
    other = f"{user}-other"
    assert server.create(other).status_code == 200  # nothing hangs
    events = server.get(f"/streams/user-{user}/events?limit=1000").json()["events"]
    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))


def test_a_body_that_stands_still_ends_with_a_timeout(start, user):
    server = start("--request-seconds", "0.5")
    with_us = Conversation(server)
    with_us.say(creation(user))
    answers = with_us.answers()
    assert next(answers)["sequence"] == 1
    problem, end = answers
    assert is_problem(problem, "timeout", 2) and end == "cut short"


def test_a_body_that_goes_on_may_take_longer_than_a_request(start, user):
    server = start("--request-seconds", "1")
    with_us = Conversation(server)
    with_us.say(creation(user))
    answers = with_us.answers()
    next(answers)
    for number in range(2, 12):
        assert not select.select([with_us.socket], [], [], 0.2)[0]  # nothing comes unasked
        with_us.say(renaming(user, f"name {number}"))
        assert next(answers)["sequence"] == number
    with_us.end()
    assert list(answers) == []


def test_a_stop_ends_it_with_a_problem_and_loses_nothing(start, user):
    server = start()
    with_us = Conversation(server)
    with_us.say(creation(user))
    answers = with_us.answers()
    assert next(answers)["sequence"] == 1
    server.process.send_signal(signal.SIGTERM)
    problem, end = answers
    assert is_problem(problem, "unavailable", 2) and end == "cut short"
    assert server.process.wait(WAIT) == 0
    assert start().get(f"/users/{user}").json()["sequence"] == 1


def test_a_retry_with_the_same_key_does_nothing_twice(server, user):
    key = f"Idempotency-Key: import {user}\r\n"
    first = Conversation(server, key)
    first.say(creation(user), renaming(user, "B"))
    assert [answer["sequence"] for answer in (next(answers) for answers in [first.answers()] * 2)] == [1, 2]
    first.socket.close()  # it never said that this was all
    again = Conversation(server, key)
    again.say(creation(user), renaming(user, "B"), renaming(user, "C"))
    again.end()
    assert [(answer["sequence"], answer.get("replayed", False)) for answer in again.answers()] == \
        [(1, True), (2, True), (3, False)]


def test_imports_leave_room_for_everybody_else(start, user):
    server = start("--queued-commands", "16")
    imports = [Conversation(server) for _ in range(4)]

    def run(number):
        def send():
            imports[number].say(*(creation(f"{user}-{number}-{line}") for line in range(3000)))
            imports[number].end()

        sender = threading.Thread(target=send)
        sender.start()
        answers = list(imports[number].answers())
        sender.join()
        assert len(answers) == 3000 and all("position" in answer for answer in answers), answers[-1]
        done.append(number)

    done = []
    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for number in range(20):
        assert server.create(f"{user}-{number}").status_code == 200
    for thread in threads:
        thread.join()
    assert sorted(done) == [0, 1, 2, 3]
