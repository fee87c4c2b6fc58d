"""At the limits: connections, file descriptors, readers who do not keep up."""
import contextlib
import http.client
import itertools
import json
import os
import resource
import signal
import socket

import pytest

from weir_process import Weir, assert_problem, run_weir


@contextlib.contextmanager
def connections(port, count, request=b""):
    """Open ones, each with a small receive buffer and this sent."""
    with contextlib.ExitStack() as opened:
        made = []
        for _ in range(count):
            one = opened.enter_context(socket.socket())
            one.settimeout(60)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.connect(("127.0.0.1", port))
            one.sendall(request)
            made.append(one)
        yield made


def ask(port, path, method="GET", timeout=60):
    """An answer on a connection of its own: status, header fields, body."""
    one = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        one.request(method, path)
        answer = one.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        one.close()


def head(connection):
    got = b""
    while b"\r\n\r\n" not in got:
        more = connection.recv(65536)
        assert more, got
        got += more
    return got


ALIVE = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"


def create_many(server, count, name="Ada"):
    lines = "".join(json.dumps({"createUser": {"userId": f"many{n}", "name": f"{name} {n}"}}) + "\n" for n in range(count))
    answer = server.post("/commands", lines, {"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 200, answer.text
    assert answer.text.count('"position"') == count


def metric(port, name):
    _, _, body = ask(port, "/metrics")
    return next(float(line.split()[-1]) for line in body.decode().splitlines() if line.startswith(name + " "))


def test_health_and_metrics_answer_at_the_limit_of_connections(start):
    server = start("--connections", 10)
    port = server.ports["http"]
    with connections(port, 10, ALIVE) as those:
        for each in those:
            assert b" 200 " in head(each)
        for path in ["/health/live", "/health/ready", "/metrics"]:
            for method in ["GET", "HEAD"]:
                status, fields, _ = ask(port, path, method)
                assert (status, fields["Connection"]) == (200, "close")
        for path in ["/users/x", "/events", "/nothing", "/health"]:
            status, fields, body = ask(port, path)
            assert (status, fields["Retry-After"]) == (503, "1")
            assert json.loads(body)["type"] == "/problems/overloaded"
        assert metric(port, "weir_http_connections_refused_total") == 4


def test_operations_have_a_listener_of_their_own(start):
    server = start("--operations-listen", "127.0.0.1:0", "--connections", 1)
    own = server.ports["operations"]
    assert own not in [server.ports["http"], server.ports["rpc"]]
    with connections(server.ports["http"], 600, ALIVE):  # more than are refused in words
        for _ in range(3):
            assert json.loads(ask(own, "/health/live")[2]) == {"status": "pass"}
            assert json.loads(ask(own, "/health/ready")[2])["status"] == "pass"
            assert metric(own, "weir_http_connections") >= 1
        for path in ["/", "/users/x", "/events", "/commands", "/admin/projections", "/openapi.json", "/nothing"]:
            assert ask(own, path)[0] == 404
        assert ask(own, "/health/live", "POST")[0] == 405
    server.process.send_signal(signal.SIGTERM)


def test_without_the_option_the_ports_file_names_no_operations(server):
    assert "operations" not in server.ports


def test_the_operations_listener_is_on_loopback_like_the_others():
    code, _, errors = run_weir("serve", "--data", "/nowhere", "--operations-listen", "0.0.0.0:0")
    assert code == 2
    assert "--operations-listen 0.0.0.0:0 can be reached from other machines" in errors


def test_the_operations_listener_says_that_the_server_is_stopping(start):
    server = start("--operations-listen", "127.0.0.1:0", "--drain-seconds", 30)
    body = b'{"createUser": {"userId": "late", "name": "Ada"}}'
    begun = b"POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + \
        b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    with connections(server.ports["http"], 1, begun) as (unfinished,):
        while metric(server.ports["operations"], "weir_http_received_bytes_total") < len(begun):
            pass
        server.process.send_signal(signal.SIGTERM)
        while True:
            status, _, health = ask(server.ports["operations"], "/health/ready")
            if status == 503:
                break
        assert json.loads(health)["checks"]["commands"][0]["output"] == "The server is stopping."
        assert ask(server.ports["operations"], "/health/live")[0] == 200
        unfinished.sendall(body)
        assert b" 200 " in head(unfinished)
    assert server.process.wait(30) == 0


def test_the_soft_limit_of_open_files_is_raised(start):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    server = start(files=f"600:{hard}")
    assert resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE) == (hard, hard)


def test_fewer_connections_are_accepted_where_few_files_can_be_open(start):
    server = start(files=500)
    assert "--connections is" in server.log()
    server.create("x1")
    with connections(server.ports["http"], 500), connections(server.ports["rpc"], 500):
        server.create("x2")  # on a connection that stands; what the store needs is there
        create_many(server, 100)


def test_too_few_files_are_refused_with_a_sentence(tmp_path):
    with pytest.raises(AssertionError) as ended:
        Weir(tmp_path / "data", files=200)
    assert "ended with 2" in str(ended.value)
    assert "this process may open 200 files, and weir needs at least" in str(ended.value)


def test_writing_goes_on_after_a_shortage_of_descriptors(start):
    server = start("--write-buffer-mebibytes", 4)
    with open(f"/proc/{server.process.pid}/maps") as maps:
        if "libubsan" in maps.read():
            pytest.skip("this sanitizer needs descriptors of its own to look at an object, and calls the object invalid without")
    create_many(server, 10)

    def wal_files():
        return set(server.data.glob("*.log"))

    def write(number):
        lines = "".join(json.dumps({"createUser": {"userId": f"w{number}n{n}", "name": "A" * 100}}) + "\n"
                        for n in range(500))
        answer = server.post("/commands", lines, {"Content-Type": "application/x-ndjson"})
        assert answer.text.count('"position"') == 500, answer.text[-300:]

    soft, hard = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
    now = len(os.listdir(f"/proc/{server.process.pid}/fd"))
    before = wal_files()
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (now, hard))  # not one more
    numbers = itertools.count()
    while not wal_files() - before:  # the write buffers were filled: a WAL file and table files had to be made
        write(next(numbers))
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (soft, hard))
    for _ in range(10):
        write(next(numbers))
    server.create("after")
    assert server.get("/health/ready").json()["status"] == "pass"


def test_a_request_is_answered_while_many_readers_do_not_keep_up(start):
    """Every piece of a feed takes a turn, and requests are answered in between."""
    server = start()
    create_many(server, 20_000)
    port = server.ports["http"]
    feed = b"GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: application/x-ndjson\r\n\r\n"
    with connections(port, 300, feed) as readers:
        for each in readers:
            assert b" 200 " in head(each)
        for _ in range(20):
            assert ask(port, "/health/live", timeout=5)[0] == 200
            assert ask(port, "/users/many7", timeout=5)[0] == 200
        assert metric(port, "weir_http_connections") > 300
