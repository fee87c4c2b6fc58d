"""Authentication, roles and the audit log of a real server, by curl's means, ThriftPy and client certificates."""
import importlib
import importlib.util
import json
import re
import signal
import socket
import subprocess
import threading
import time

import pytest

from certificates import Authority
from guarded_weir import FILE, WAIT, GuardedWeir, bearer, wait_until
from weir_process import ROOT, Weir, assert_problem, run_weir

THRIFTPY = "thriftpy" if importlib.util.find_spec("thriftpy") else "thriftpy2"
ROLES = ("nobody", "reader", "writer", "operator", "admin")


def in_seconds(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


@pytest.fixture
def weir(tmp_path):
    server = GuardedWeir(tmp_path)
    yield server
    assert server.stop() == 0


def create(weir, token, user):
    answer = weir.post("/commands", {"createUser": {"userId": user}}, bearer(token))
    assert answer.status_code == 200, answer.text


# Feeds end with the credential.

def follow(weir, token, path, accept):
    """Starts to read a feed: (the lines so far, a function that waits for the feed's end)."""
    answer = weir.get(path, bearer(token, Accept=accept), stream=True)
    assert answer.status_code == 200, answer.text
    lines = []

    def read():
        for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
            lines.append(line)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()

    def end():
        reader.join(WAIT)
        assert not reader.is_alive(), "the feed goes on"
        return lines
    return lines, end


def test_server_sent_events_end_when_the_token_is_revoked(weir):
    create(weir, weir.token("writer"), "u1")
    token = weir.token("reader")
    lines, end = follow(weir, token, "/events", "text/event-stream")
    wait_until(lambda: any("caught-up" in line for line in lines))
    weir.revoke("reader")
    ended = end()
    cut = ended.index("event: cut-short")
    assert_is_unauthorized(json.loads(ended[cut + 1].removeprefix("data: ")))
    assert weir.get("/events", bearer(token)).status_code == 401


def test_server_sent_events_end_when_the_token_expires(weir):
    token = weir.token("reader", expires=in_seconds(4))
    lines, end = follow(weir, token, "/events", "text/event-stream")
    wait_until(lambda: any("caught-up" in line for line in lines))
    assert "event: cut-short" in end()


def test_a_long_poll_ends_when_the_token_is_revoked(weir):
    token = weir.token("reader")
    answers = []
    poll = threading.Thread(target=lambda: answers.append(
        Weir.get(weir, "/events", bearer(token, Prefer="wait=60"))), daemon=True)
    poll.start()
    operator = bearer(weir.token("operator"))
    wait_until(lambda: 'weir_http_subscribers{kind="pages"} 1' in weir.get("/metrics", operator).text)
    weir.revoke("reader")
    poll.join(WAIT)
    assert_problem(answers[0], 401, "unauthorized")


def test_lines_to_a_slow_reader_end_with_a_problem_when_the_token_is_revoked(weir):
    writer = weir.token("writer")
    body = "".join(json.dumps({"createUser": {"userId": f"u{i}", "name": "x" * 150}}) + "\n" for i in range(20_000))
    weir.post("/commands", body, bearer(writer, **{"Content-Type": "application/x-ndjson"})).raise_for_status()
    token = weir.token("reader")
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", weir.ports["http"]))
        client.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: application/x-ndjson\r\n"
                       b"Connection: close\r\nAuthorization: Bearer " + token.encode() + b"\r\n\r\n")
        first = client.recv(1000)
        assert first.startswith(b"HTTP/1.1 200")
        weir.revoke("reader")
        wait_until(lambda: weir.get("/me", bearer(token)).status_code == 401)
        client.settimeout(WAIT)
        rest = first
        while more := client.recv(1 << 16):
            rest += more
    assert b"/problems/unauthorized" in rest[-1000:]
    assert b"u19999" not in rest


def assert_is_unauthorized(problem):
    assert problem["type"] == "/problems/unauthorized" and problem["status"] == 401, problem


def test_lines_of_commands_end_when_the_token_is_revoked(weir):
    token = weir.token("writer")
    with socket.create_connection(("127.0.0.1", weir.ports["http"]), WAIT) as client:
        def line(user):
            text = json.dumps({"createUser": {"userId": user}}) + "\n"
            client.sendall(f"{len(text):x}\r\n{text}\r\n".encode())
        client.sendall(b"POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
                       b"Transfer-Encoding: chunked\r\nAuthorization: Bearer " + token.encode() + b"\r\n\r\n")
        line("u1")
        got = b""
        while b"user-u1" not in got:
            got += client.recv(4096)
        weir.revoke("writer")
        while more := client.recv(4096):
            got += more
    assert b"/problems/unauthorized" in got


def test_a_feed_hides_categories_without_gaps_in_how_far_it_is(weir):
    writer = weir.token("writer")
    for user in ("u1", "u2", "u3"):
        create(weir, writer, user)
    weir.post("/commands", {"openAccount": {"accountId": "a1", "owner": "Ada"}}, bearer(writer)).raise_for_status()
    token = weir.token("accounts")
    page = weir.get("/events", bearer(token)).json()
    assert [event["stream"] for event in page["events"]] == ["account-a1"]
    assert page["lastPosition"] == page["headPosition"] == 4
    lines, _ = follow(weir, token, "/events", "text/event-stream")
    wait_until(lambda: any("caught-up" in line for line in lines))
    assert not any("user-u" in line for line in lines)
    create(weir, writer, "u4")
    assert weir.get("/events?after=4", bearer(token)).json()["lastPosition"] == 5
    assert_problem(weir.get("/events?category=user", bearer(token)), 403, "forbidden")


# The access file.

def test_a_wrong_access_file_is_refused_at_the_start_with_all_its_faults(tmp_path):
    file = tmp_path / "access.json"
    file.write_text(json.dumps({"tokens": "t.json", "roles": {"a": {"comands": []}, "b": {"queries": ["getUsr"]}}}))
    file.chmod(0o600)
    code, _, err = run_weir("serve", "--data", tmp_path / "data", "--auth", file)
    assert code == 2, err
    assert "/roles/a/comands" in err and 'did you mean "commands"' in err, err
    assert not (tmp_path / "data").exists()


def test_a_wrong_access_file_changes_nothing_and_sighup_reads_a_right_one(weir):
    token = weir.token("reader")
    weir.write("{")
    weir.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "was not reloaded" in weir.log())
    assert weir.get("/users", bearer(token)).status_code == 200
    weir.write({**FILE, "roles": {**FILE["roles"], "clerk": {"queries": ["getUser"]}}})
    weir.process.send_signal(signal.SIGHUP)
    clerk = weir.token("clerk")
    assert weir.get("/users", bearer(clerk)).status_code == 403
    assert weir.get("/users/u1", bearer(clerk)).status_code == 404


def test_an_address_beyond_loopback_needs_tls_too(tmp_path):
    file = tmp_path / "access.json"
    file.write_text(json.dumps(FILE))
    file.chmod(0o600)
    code, _, err = run_weir("serve", "--data", tmp_path / "data", "--auth", file, "--listen", "0.0.0.0:0")
    assert code == 2 and "without encryption" in err and "--tls-certificate" in err, err


# The audit log.

def test_the_audit_log_says_who_did_what_and_what_came_of_it(weir):
    weir.get("/users/u1")
    writer, reader = weir.token("writer"), weir.token("reader")
    create(weir, writer, "u1")
    weir.post("/commands", {"createUser": {"userId": "u1"}}, bearer(writer))
    weir.post("/commands", {"createUser": {"userId": "u2"}}, bearer(reader))
    weir.get("/users/u1", bearer(reader))
    wait_until(lambda: len(weir.audit()) >= 4 and weir.audit()[-1].get("caller") == "reader")
    lines = [line for line in weir.audit() if line["action"] not in ("GET /me", "limit")]
    assert [(line.get("caller"), line["action"], line.get("subject"), line["outcome"], line["status"]) for line in lines] == [
        (None, "GET /users/u1", None, "unauthenticated", 401),
        ("writer", "POST /commands", "createUser user-u1", "done", 200),
        ("writer", "POST /commands", "createUser user-u1", "refused", 409),
        ("reader", "POST /commands", None, "forbidden", 403)]
    assert all(line["time"] and line["address"].startswith("127.0.0.1:") and line["trace"] for line in lines)
    assert (weir.data / "audit.log").stat().st_mode & 0o777 == 0o600
    assert writer not in (weir.data / "audit.log").read_text() + weir.log()


def test_a_flood_of_refusals_neither_fills_the_disk_nor_hides_what_known_callers_do(weir):
    admin, reader = weir.token("admin"), weir.token("reader")
    for _ in range(400):
        weir.get("/me")
    weir.get("/metrics", bearer(reader))
    create(weir, admin, "u1")  # its line comes after what was left out
    left_out = re.search(r"^weir_audit_lines_limited_total (\d+)", weir.get("/metrics", bearer(admin)).text, re.M)
    assert int(left_out.group(1)) > 100
    wait_until(lambda: any(line.get("subject") == "createUser user-u1" for line in weir.audit()))
    assert [line["outcome"] for line in weir.audit() if line.get("caller") == "reader"] == ["forbidden"]
    weir.stop()
    assert any(line["action"] == "limit" for line in weir.audit())


def reset(client):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    client.close()


def test_a_client_that_does_not_wait_for_its_answer_has_its_line_too(weir):
    writer = weir.token("writer")
    for i in range(5):
        body = json.dumps({"createUser": {"userId": f"u{i}"}})
        client = socket.create_connection(("127.0.0.1", weir.ports["http"]), WAIT)
        client.sendall(f"POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer {writer}\r\n"
                       f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
        wait_until(lambda: weir.get(f"/users/u{i}", bearer(writer)).status_code == 200)
        reset(client)
    wait_until(lambda: len([line for line in weir.audit() if line["outcome"] == "done"]) == 5)


def test_a_command_whose_body_comes_after_the_revocation_is_refused(weir):
    token, admin = weir.token("writer"), weir.token("admin")
    body = json.dumps({"createUser": {"userId": "late"}}).encode()
    with socket.create_connection(("127.0.0.1", weir.ports["http"]), WAIT) as client:
        client.sendall(b"POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer " +
                       token.encode() + b"\r\nContent-Length: %d\r\n\r\n" % len(body))
        client.sendall(body[:5])
        weir.revoke("writer")
        wait_until(lambda: weir.get("/me", bearer(token)).status_code == 401)
        client.sendall(body[5:])
        assert client.recv(4096).startswith(b"HTTP/1.1 401")
    assert weir.get("/users/late", bearer(admin)).status_code == 404


def test_a_revocation_counts_also_while_the_access_file_is_wrong(weir):
    token = weir.token("reader")
    weir.write({**FILE, "roles": {"clerk": {"commands": ["creatUser"]}}})
    weir.revoke("reader")
    wait_until(lambda: weir.get("/me", bearer(token)).status_code == 401)


def test_the_audit_log_is_a_file_of_its_own(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for wrong in ("/dev/null", tmp_path / "link"):
        code, _, err = run_weir("serve", "--data", tmp_path / "data", "--listen", "127.0.0.1:0", "--audit-log", wrong)
        assert code == 1 and "cannot write the audit log" in err, err


def test_a_connection_that_never_says_who_it_is_ends(tmp_path):
    weir = GuardedWeir(tmp_path, "--request-seconds", "1")
    try:
        with socket.create_connection(("127.0.0.1", weir.ports["rpc"]), WAIT / 2) as client:
            assert client.recv(1) == b""
    finally:
        weir.stop()


# Thrift RPC.

def load(name):
    thriftpy = importlib.import_module(THRIFTPY)
    return thriftpy.load(str(ROOT / "idl" / name), module_name=re.sub(r"\W", "_", name) + "_thrift",
                         include_dirs=[str(ROOT / "idl" / name.split("/")[0])])


class RpcConnection:
    """A plain ThriftPy client: TBinaryProtocol over TBufferedTransport, and two clients of one connection."""

    def __init__(self, weir, **tls):
        thriftpy = THRIFTPY
        transport = importlib.import_module(thriftpy + ".transport")
        protocol = importlib.import_module(thriftpy + ".protocol")
        client = importlib.import_module(thriftpy + ".thrift").TClient
        socket_class = importlib.import_module(thriftpy + ".transport").TSocket
        self.users, self.access = load("users/service.thrift"), load("weir/access.thrift")
        self.socket = socket_class("127.0.0.1", weir.ports["rpc"])
        self.transport = transport.TBufferedTransportFactory().get_transport(self.socket)
        self.transport.open()
        binary = protocol.TBinaryProtocolFactory().get_protocol(self.transport)
        self.access_client = client(self.access.AccessService, binary)
        self.users_client = client(self.users.UsersService, binary)
        of_ledger = protocol.TMultiplexedProtocolFactory(protocol.TBinaryProtocolFactory(), "LedgerService")
        self.ledger = load("ledger/service.thrift")
        self.ledger_client = client(self.ledger.LedgerService, of_ledger.get_protocol(self.transport))

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.transport.close()

    def authenticate(self, token):
        return self.access_client.authenticate(token)

    def assert_ended(self):
        """Well before the end of what an idle connection may last."""
        self.socket.sock.settimeout(WAIT / 2)
        assert self.socket.sock.recv(1) == b""

    def get_user(self, user):
        query = with_queries(self.users).GetUserQuery(userId=user)
        return self.users_client.getUser(query)


def with_queries(service):
    return service.queries


def test_a_thriftpy_client_authenticates_its_connection(weir):
    create(weir, weir.token("writer"), "u1")
    with RpcConnection(weir) as client:
        with pytest.raises(Exception) as refused:
            client.get_user("u1")
        assert refused.value.status == 401
        with pytest.raises(Exception) as refused:
            client.authenticate("weir_wrong")
        assert refused.value.status == 401
        known = client.authenticate(weir.token("reader"))
        assert (known.name, known.roles) == ("reader", ["reader"])
        assert client.get_user("u1").userId == "u1"


def test_a_connection_without_a_caller_has_no_memory_for_long_messages(weir):
    with socket.create_connection(("127.0.0.1", weir.ports["rpc"]), WAIT) as client:
        client.sendall((100_000).to_bytes(4, "big") + b"\x80\x01\x00\x01" + b"\x00" * 30_000)
        got = b""
        while more := client.recv(4096):
            got += more
    assert b"The message is too large." in got


def test_an_rpc_connection_ends_when_its_token_is_revoked(weir):
    with RpcConnection(weir) as client:
        client.authenticate(weir.token("reader"))
        weir.revoke("reader")
        client.assert_ended()


def test_an_rpc_connection_ends_when_its_token_expires(weir):
    with RpcConnection(weir) as client:
        known = client.authenticate(weir.token("reader", expires=in_seconds(4)))
        assert known.expiresAt > time.time() * 1e6
        client.assert_ended()


def test_a_call_over_http_has_the_header_of_its_request(weir):
    thriftpy = THRIFTPY
    protocol = importlib.import_module(thriftpy + ".protocol")
    memory = importlib.import_module(thriftpy + ".transport").TMemoryBuffer
    client = importlib.import_module(thriftpy + ".thrift").TClient
    users = load("users/service.thrift")
    sent = memory()
    caller = client(users.UsersService, protocol.TBinaryProtocolFactory().get_protocol(sent))
    caller._send("getUser", query=users.queries.GetUserQuery(userId="u1"))
    body = sent.getvalue()
    how = {"Content-Type": "application/vnd.apache.thrift.binary"}
    assert weir.post("/rpc", body, how).status_code == 401
    for role, expected in (("reader", b"u1"), ("nobody", b"/problems/forbidden")):
        answer = weir.post("/rpc", body, bearer(weir.token(role), **how))
        assert answer.status_code == 200 and expected in answer.content, answer.content


# Every call that is served, and who may make it. A new one without a row fails the test.
READERS, WRITERS = {"reader", "writer", "admin"}, {"writer", "admin"}
CALLS = {"users": {"execute": WRITERS, "createUser": WRITERS, "renameUser": WRITERS, "changeEmail": WRITERS, "deactivateUser": WRITERS,
                   "reactivateUser": WRITERS, "getUser": READERS, "listUsers": READERS, "getUserByEmail": READERS,
                   "getSignups": READERS},
         "ledger": {"execute": WRITERS, "openAccount": WRITERS, "deposit": WRITERS, "withdraw": WRITERS, "transfer": WRITERS,
                    "closeAccount": WRITERS, "getAccount": READERS, "listAccounts": READERS, "getStatement": READERS,
                    "getMonthlyReport": READERS}}


def test_each_call_is_answered_to_the_roles_of_the_table_and_to_nobody_else(weir):
    users, ledger = load("users/service.thrift"), load("ledger/service.thrift")
    assert set(users.UsersService.thrift_services) == set(CALLS["users"])
    assert set(ledger.LedgerService.thrift_services) == set(CALLS["ledger"])
    deactivate = users.commands.Command(deactivateUser=users.commands.DeactivateUserCommand(userId="x"))
    close = ledger.commands.Command(closeAccount=ledger.commands.CloseAccountCommand(accountId="x"))
    arguments = {"users": {"execute": deactivate,
                           "createUser": users.commands.CreateUserCommand("x"), "renameUser": users.commands.RenameUserCommand("y", "n"),
                           "changeEmail": users.commands.ChangeEmailCommand("y", "e@example.org"),
                           "deactivateUser": users.commands.DeactivateUserCommand("y"),
                           "reactivateUser": users.commands.ReactivateUserCommand("y"),
                           "getUser": users.queries.GetUserQuery("y"), "listUsers": users.queries.ListUsersQuery(),
                           "getUserByEmail": users.queries.GetUserByEmailQuery("e@example.org"),
                           "getSignups": users.queries.GetSignupsQuery("2026-01-01", "2026-01-02")},
                 "ledger": {"execute": close}}
    services = {"users": users.UsersService, "ledger": ledger.LedgerService}
    for role in ROLES:
        with RpcConnection(weir) as client:
            client.authenticate(weir.token(role))
            for domain, caller in (("users", client.users_client), ("ledger", client.ledger_client)):
                for name, allowed in CALLS[domain].items():
                    argument = arguments[domain].get(name) or example_of(ledger, name)
                    try:
                        getattr(caller, name)(argument, *([None] if name == "execute" else []))
                        status = None
                    except Exception as raised:  # which of the declared ones it is, is not this test's
                        declared = {part[1] for part in getattr(services[domain], name + "_result").thrift_spec.values()}
                        assert type(raised).__name__[0].lower() + type(raised).__name__[1:] in declared, repr(raised)
                        status = getattr(raised, "status", None)
                    assert (status == 403) == (role not in allowed), f"{name} for {role}: {status}"
                    assert status != 401


def example_of(service, method):
    """The argument of a method: a struct with a value for each of its fields. Whether it keeps all rules does not matter to those
    who are refused; for the others 422 is as good an answer as any."""
    arguments = getattr(service.LedgerService, method + "_args").thrift_spec
    made = arguments[1][2]()
    for number, (kind, name, *_) in type(made).thrift_spec.items():
        setattr(made, name, {11: "x", 10: 1, 8: 1, 2: True}.get(kind))
    return made


# Client certificates.

def test_a_client_certificate_is_a_caller(tmp_path):
    server_authority, clients = Authority(tmp_path, "authority"), Authority(tmp_path, "clients")
    server = server_authority.server("server")
    known = clients.client("billing", "subjectAltName=URI:spiffe://example.org/billing", subject="/O=Example/CN=billing")
    unknown = clients.client("other", "subjectAltName=URI:spiffe://example.org/other", subject="/O=Example/CN=other")
    weir = GuardedWeir(tmp_path, "--tls-certificate", server.certificate, "--tls-key", server.key,
                       "--tls-client-ca", clients.certificate)
    try:
        def get(path, certificate=None):
            how = ["--cert", certificate.certificate, "--key", certificate.key] if certificate else []
            out = subprocess.run(["curl", "-s", "-w", "\n%{http_code}", "--cacert", server_authority.certificate, *how,
                                  f"https://127.0.0.1:{weir.ports['http']}{path}"], capture_output=True, text=True, timeout=WAIT)
            body, _, status = out.stdout.rpartition("\n")
            return int(status), json.loads(body)
        status, me = get("/me", known)
        assert status == 200 and me["name"] == "billing" and me["authenticatedBy"] == "clientCertificate" and me["expiresAt"]
        assert get("/users", known)[0] == 200
        assert get("/metrics", known)[0] == 403
        assert get("/users", unknown)[0] == 401
        assert get("/users")[0] == 401
    finally:
        weir.session.close()
        weir.stop()
