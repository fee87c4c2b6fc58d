"""More than the server can do: it says so at once, serves others, keeps within its memory, and is back at once."""
import contextlib
import http.client
import json
import pathlib
import subprocess
import sys
import time

import pytest

from weir_process import Weir

CROWD = pathlib.Path(__file__).with_name("crowd.py")
EVENTS = 200_000
COMMANDERS = 2000  # each has a command in the queue, or sends the next one
QUEUED_COMMANDS = COMMANDERS // 10


@pytest.fixture
def seconds(request):
    return request.config.getoption("--seconds")


@pytest.fixture
def server(tmp_path):
    weir = Weir(tmp_path / "data", "--operations-listen", "127.0.0.1:0", "--queued-commands", QUEUED_COMMANDS)
    yield weir
    weir.kill()


class Crowd:
    """Clients in a process of their own."""

    def __init__(self, kind, server, count, seconds):
        self.kind = kind
        self.process = subprocess.Popen([sys.executable, CROWD, kind, str(server.ports["http"]), str(count), str(seconds)],
                                        stdout=subprocess.PIPE, text=True)

    def wait_until_connected(self):
        assert self.process.stdout.readline() == "connected\n", f"the {self.kind} could not connect"

    def saw(self):
        """What it saw, after its end."""
        text = self.process.stdout.readline()
        assert self.process.wait(60) == 0
        print(f"{self.kind}: {text.strip()}")
        return json.loads(text)


@contextlib.contextmanager
def crowds(*those):
    try:
        for each in those:
            each.wait_until_connected()
        yield
    finally:
        for each in those:
            if sys.exc_info()[0]:
                each.process.kill()


def fill(server, count):
    for first in range(0, count, 5000):
        lines = "".join(json.dumps({"createUser": {"userId": f"x{n}", "name": f"Ada {n}", "email": f"x{n}@example.org"}}) + "\n"
                        for n in range(first, min(count, first + 5000)))
        answer = server.post("/commands", lines, {"Content-Type": "application/x-ndjson"})
        assert answer.text.count('"position"') == lines.count("\n"), answer.text[-300:]


def ask(port, path, connection=None):
    """The status, and how long it took: on a connection of its own, if none is given."""
    begun = time.monotonic()
    one = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    one.request("GET", path)
    answer = one.getresponse()
    answer.read()
    if connection is None:
        one.close()
    return answer.status, time.monotonic() - begun


class Latencies:
    def __init__(self, name):
        self.name, self.all = name, []

    def add(self, answered, expected=(200,)):
        status, took = answered
        assert status in expected, f"{self.name}: {status}"
        self.all.append(took)

    def p99(self):
        self.all.sort()
        shown = [self.all[int(len(self.all) * part)] * 1000 for part in (0.5, 0.99)] + [self.all[-1] * 1000]
        print(f"{self.name}: {len(self.all)}; p50 %.1f ms, p99 %.1f ms, most %.1f ms" % tuple(shown))
        return shown[1] / 1000


def resident_mebibytes(server):
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def kernel_mebibytes():
    """What TCP has of the machine's memory, of all processes."""
    line = next(line for line in pathlib.Path("/proc/net/sockstat").read_text().splitlines() if line.startswith("TCP:"))
    return int(line.split()[-1]) * 4096 / (1 << 20)


def test_new_connections_are_answered_while_readers_of_history_do_not_keep_up(server, seconds, request):
    fill(server, EVENTS)
    memory_before = resident_mebibytes(server)
    port = server.ports["http"]
    kept = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    live, user, of_kept = Latencies("a new connection's /health/live"), Latencies("a new connection's /users/x1"), \
        Latencies("a standing connection's /health/live")
    readers = Crowd("readers", server, request.config.getoption("--readers"), seconds)
    with crowds(readers):
        until = time.monotonic() + seconds - 1
        kernel = 0
        while time.monotonic() < until:
            live.add(ask(port, "/health/live"))
            user.add(ask(port, "/users/x1"))
            of_kept.add(ask(port, "/health/live", kept))
            kernel = max(kernel, kernel_mebibytes())
        memory = resident_mebibytes(server) - memory_before
    saw = readers.saw()
    print(f"memory: {memory:.0f} MiB more than before, {kernel:.0f} MiB of the kernel's")
    slowest = max(live.p99(), user.p99())
    assert slowest < 0.1
    assert of_kept.p99() < 0.1
    assert memory < 250
    assert saw["bytes"] > 0 and "503" not in saw


def test_ten_times_too_much_is_refused_promptly_and_over_at_once(server, seconds):
    fill(server, EVENTS // 10)
    memory_before = resident_mebibytes(server)
    port, operations = server.ports["http"], server.ports["operations"]
    subscribers = Crowd("subscribers", server, 5000, seconds + 2)
    with crowds(subscribers):
        commanders, dawdlers, readers = Crowd("commanders", server, COMMANDERS, seconds), Crowd("dawdlers", server, 500, seconds), \
            Crowd("readers", server, 200, seconds)
        with crowds(commanders, dawdlers, readers):
            user, ready, live = Latencies("a new connection's /users/x1"), Latencies("/health/ready of the operations"), \
                Latencies("/health/live of the operations")
            memory = 0
            until = time.monotonic() + seconds - 3
            while time.monotonic() < until:
                user.add(ask(port, "/users/x1"))
                ready.add(ask(operations, "/health/ready"))
                live.add(ask(operations, "/health/live"))
                memory = max(memory, resident_mebibytes(server) - memory_before)
        commanded = commanders.saw()
        dawdled, read = dawdlers.saw(), readers.saw()
        begun = time.monotonic()
        answer = server.command("createUser", userId="after", name="Ada")
        back = time.monotonic() - begun
        assert answer.status_code == 200, answer.text
    heard = subscribers.saw()
    print(f"memory: {memory:.0f} MiB more than before; a command right after it: {back * 1000:.0f} ms")
    assert commanded["503"] > 0 and commanded["200"] > 0
    assert "without Retry-After" not in commanded
    assert commanded["slowest"] < 5
    assert dawdled.get("408", 0) == 500 or seconds < 12
    assert read["bytes"] > 0 and heard["events"] > 0
    assert user.p99() < 1
    assert max(ready.p99(), live.p99()) < 0.25
    assert memory < 500
    assert back < 1
