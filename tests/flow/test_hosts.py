"""Whom a request is for: on loopback a page of another site must not get in by a name of its own (DNS rebinding)."""
import socket

import pytest

from weir_process import assert_problem, run_weir

FOREIGN = ["evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "192.0.2.1", "[::2]",
           "notlocalhost", "127.0.0.1:x", "[::1", "[::1]x", "127.0.0.1:80:80"]
OWN = ["localhost", "localhost:1", "LOCALHOST:8080", "localhost.", "127.0.0.1", "127.0.0.1:65000", "[::1]", "[::1]:8080"]


@pytest.mark.parametrize("host", FOREIGN)
def test_a_foreign_host_is_refused(server, host):
    answer = server.get("/users", {"Host": host})
    problem = assert_problem(answer, 421, "misdirected-request")
    assert "--allowed-host" in problem["detail"]
    assert server.get(problem["type"]).json()["status"] == 421


def test_a_command_for_a_foreign_host_is_not_carried_out(server, user):
    command = {"createUser": {"userId": user, "name": "Ada"}}
    assert_problem(server.post("/commands", command, {"Host": "evil.example"}), 421, "misdirected-request")
    assert_problem(server.post("/rpc", b"", {"Host": "evil.example"}), 421, "misdirected-request")
    assert server.get(f"/users/{user}").status_code == 404


@pytest.mark.parametrize("host", OWN)
def test_this_machine_is_answered_by_each_of_its_names(server, host):
    assert server.get("/health/live", {"Host": host}).status_code == 200


def status_of(server, head):
    with socket.create_connection(("127.0.0.1", server.ports["http"]), timeout=60) as connection:
        connection.sendall(head)
        return int(connection.recv(1 << 16).split()[1])


def test_the_host_of_an_absolute_target_goes_before(server):
    assert status_of(server, b"GET http://localhost:1/health/live HTTP/1.1\r\nHost: evil.example\r\n\r\n") == 200
    assert status_of(server, b"GET http://evil.example/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n") == 421
    assert status_of(server, b"GET http://localhost@evil.example/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n") == 421


def test_a_request_without_a_host_is_answered(server):
    assert status_of(server, b"GET /health/live HTTP/1.0\r\n\r\n") == 200


def test_each_request_of_a_connection_is_looked_at(server):
    with socket.create_connection(("127.0.0.1", server.ports["http"]), timeout=60) as connection:
        for host, status in (("localhost", 200), ("evil.example", 421), ("localhost", 200), ("evil.example", 421)):
            connection.sendall(f"GET /health/live HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert int(connection.recv(1 << 16).split()[1]) == status


def test_further_hosts_are_allowed_by_name(start):
    server = start("--allowed-host", "weir.example", "--allowed-host", "[2001:db8::1]")
    for host in ("weir.example", "Weir.Example:443", "[2001:db8::1]:8080", "localhost"):
        assert server.get("/health/live", {"Host": host}).status_code == 200
    for host in ("evil.example", "a.weir.example"):
        assert server.get("/health/live", {"Host": host}).status_code == 421


def test_all_hosts_are_allowed_if_the_operator_says_so(start):
    assert start("--allowed-host", "*").get("/health/live", {"Host": "evil.example"}).status_code == 200


def test_beyond_loopback_any_host_is_allowed_unless_some_are_named(start, tmp_path):
    beyond = ["--listen", "0.0.0.0:0", "--insecure"]
    open_to_all = start(*beyond, "--data", tmp_path / "data", listen=False)
    assert open_to_all.get("/health/live", {"Host": "weir.example"}).status_code == 200
    named = start(*beyond, "--allowed-host", "weir.example", "--data", tmp_path / "named", listen=False,
                  data=tmp_path / "named")
    assert named.get("/health/live", {"Host": "weir.example"}).status_code == 200
    assert named.get("/health/live").status_code == 200  # as health checks on the machine itself ask
    assert named.get("/health/live", {"Host": "other.example"}).status_code == 421


@pytest.mark.parametrize("host", ["https://weir.example", "weir.example:443", "weir.example/", "a b", "::1", ""])
def test_what_is_no_host_is_refused_at_start(tmp_path, host):
    code, _, errors = run_weir("serve", "--data", tmp_path / "data", "--allowed-host", host)
    assert code == 2 and "allowed-host" in errors
