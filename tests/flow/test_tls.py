"""TLS for HTTP and Thrift RPC, by clients that others wrote: curl, openssl, Python's ssl and requests, ThriftPy, Apache Thrift."""
import concurrent.futures
import contextlib
import http.client
import importlib
import importlib.util
import json
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time

import pytest
import requests

import thrift.protocol.TBinaryProtocol
import thrift.transport.TSSLSocket
import thrift.transport.TTransport
from certificates import Authority
from weir_process import ROOT, Weir, assert_problem, run_weir, with_the_thriftpy_that_is_here

WAIT = 60  # seconds; for anything that is going to happen


class Files:
    """All certificates of this file's tests."""

    def __init__(self, directory):
        self.authority = Authority(directory, "authority")
        self.server = self.authority.server("server")
        self.other_server = self.authority.server("other-server")
        self.clients = Authority(directory, "clients")
        self.client = self.clients.client("billing", "subjectAltName=URI:spiffe://example.org/billing",
                                          subject="/O=Example/CN=billing")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return Files(tmp_path_factory.mktemp("certificates"))


def options(certificate, *further):
    return ["--tls-certificate", certificate.certificate, "--tls-key", certificate.key, *further]


class TlsWeir(Weir):
    """A server whose client trusts the authority of its certificate."""

    def __init__(self, files, *how, **named):
        self.files = files
        super().__init__(*how, **named)
        self.session.trust_env = False  # no other authorities, wherever the developer's environment names some
        self.session.verify = str(files.authority.certificate)

    @property
    def url(self):
        return f"https://127.0.0.1:{self.ports['http']}"

    def context(self, shown=None):
        """What a client of Python's ssl connects with; `shown`: its own certificate."""
        made = ssl.create_default_context(cafile=self.files.authority.certificate)
        if shown:
            made.load_cert_chain(shown.certificate, shown.key)
        return made

    def connect(self, context=None, port="http"):
        """A connection over TLS, by Python's ssl."""
        tcp = socket.create_connection(("127.0.0.1", self.ports[port]), timeout=WAIT)
        return (context or self.context()).wrap_socket(tcp, server_hostname="127.0.0.1")

    def tcp(self, port="http"):
        return socket.create_connection(("127.0.0.1", self.ports[port]), timeout=WAIT)

    def metric(self, name):
        for line in self.get("/metrics").text.splitlines():
            if line.startswith(name + " "):
                return float(line.rsplit(" ", 1)[1])
        raise AssertionError(f"no metric {name}")

    def failures(self, reason, of="http"):
        return self.metric(f'weir_{of}_tls_handshake_failures_total{{reason="{reason}"}}')

    def wait_for_failures(self, reason, count, of="http"):
        """A client is told before its failure is counted."""
        until = time.monotonic() + WAIT
        while self.failures(reason, of) < count:
            assert time.monotonic() < until and self.process.poll() is None, self.log()
        assert self.failures(reason, of) == count

    def wait_for_log(self, words, times=1):
        until = time.monotonic() + WAIT
        while self.log().count(words) < times:
            assert time.monotonic() < until and self.process.poll() is None, self.log()
            assert self.get("/health/live").status_code == 200


@pytest.fixture(scope="module")
def server(tmp_path_factory, files):
    weir = TlsWeir(files, tmp_path_factory.mktemp("weir") / "data", *options(files.server))
    yield weir
    assert weir.stop() == 0, weir.log()


@pytest.fixture
def start(tmp_path, files):
    started = []

    def begin(*further, certificate=None, data="data"):
        started.append(TlsWeir(files, tmp_path / data, *options(certificate or files.server), *further))
        return started[-1]

    yield begin
    for weir in started:
        weir.kill()


GET = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"


def read_answer(connection):
    """One answer with a Content-Length, of a socket: (status, head, body)."""
    text = b""
    while b"\r\n\r\n" not in text:
        more = connection.recv(1 << 16)
        assert more, text
        text += more
    head, _, body = text.partition(b"\r\n\r\n")
    length = int(re.search(rb"Content-Length: (\d+)", head).group(1))
    while len(body) < length:
        more = connection.recv(1 << 16)
        assert more, (head, body)
        body += more
    return int(head.split()[1]), head.decode(), body


# Clients.

def test_curl_gets_an_answer_over_http_1_1(server, files):
    curl = ["curl", "-sv", "--cacert", files.authority.certificate, f"https://localhost:{server.ports['http']}/health/live"]
    run = subprocess.run([*map(str, curl)], capture_output=True, text=True, timeout=WAIT)
    assert run.returncode == 0 and json.loads(run.stdout) == {"status": "pass"}
    assert re.search(r"ALPN.*server accepted.*http/1\.1", run.stderr), run.stderr
    assert "SSL connection using TLSv1.3" in run.stderr
    untrusting = subprocess.run(["curl", "-s", f"https://localhost:{server.ports['http']}/health/live"], timeout=WAIT)
    assert untrusting.returncode == 60
    before = server.failures("refused_by_client")
    assert before >= 1


def s_client(server, *arguments, text=GET, port="http"):
    """openssl s_client: (exit code, all that it printed)."""
    run = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{server.ports[port]}", "-CAfile",
                          str(server.files.authority.certificate), "-verify_return_error", *arguments],
                         input=text, capture_output=True, timeout=WAIT)
    return run.returncode, (run.stdout + run.stderr).decode(errors="replace")


@pytest.mark.parametrize("option,version", [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")])
def test_openssl_connects_by_each_version(server, option, version):
    code, printed = s_client(server, option, "-ign_eof", text=GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert code == 0 and re.search(rf"^New, {version}, Cipher is", printed, re.MULTILINE), printed
    assert "HTTP/1.1 200 OK" in printed and "Verify return code: 0 (ok)" in printed
    assert not re.search(r"Compression: (?!NONE)", printed) and not re.search(r"Max Early Data: [1-9]", printed)


@pytest.mark.parametrize("option", ["-tls1", "-tls1_1"])
def test_an_old_version_is_refused(server, option):
    before = server.failures("version")
    code, printed = s_client(server, option, "-cipher", "DEFAULT@SECLEVEL=0")
    assert code != 0 and "protocol version" in printed, printed
    server.wait_for_failures("version", before + 1)


@pytest.mark.parametrize("cipher", ["AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA"])
def test_a_cipher_without_forward_secrecy_or_authenticated_encryption_is_refused(server, cipher):
    before = server.failures("cipher")
    code, printed = s_client(server, "-tls1_2", "-cipher", f"{cipher}@SECLEVEL=0")
    assert code != 0 and "handshake failure" in printed, printed
    server.wait_for_failures("cipher", before + 1)


def test_a_protocol_that_the_server_does_not_speak_is_refused(server):
    before = server.failures("alpn")
    code, printed = s_client(server, "-alpn", "h2")
    assert code != 0 and "no application protocol" in printed, printed
    server.wait_for_failures("alpn", before + 1)
    assert "ALPN protocol: http/1.1" in s_client(server, "-alpn", "h2,http/1.1")[1]


def interactive(server, *arguments):
    return subprocess.Popen(["openssl", "s_client", "-connect", f"127.0.0.1:{server.ports['http']}", *arguments],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def read_until(stream, words):
    text = b""
    while words not in text:
        line = stream.readline()
        assert line, text
        text += line
    return text


def test_a_client_cannot_renegotiate(server):
    with interactive(server, "-tls1_2") as client:
        read_until(client.stdout, b"Extended master secret")
        client.stdin.write(b"R\n")
        client.stdin.flush()
        assert b"no renegotiation" in client.stdout.read()
    assert server.get("/health/live").status_code == 200


def test_a_client_may_change_its_keys(server):
    with interactive(server, "-tls1_3") as client:
        read_until(client.stdout, b"Verify return code")
        for _ in range(3):
            client.stdin.write(b"K\n")  # asks for new keys of the server as well
            client.stdin.flush()
            read_until(client.stdout, b"KEYUPDATE")
        client.stdin.write(GET)
        client.stdin.flush()
        read_until(client.stdout, b"HTTP/1.1 200 OK")
        client.kill()


def test_a_session_is_resumed(server):
    context = server.context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with server.connect(context) as first:
        session = first.session
        assert session.has_ticket
    tcp = server.tcp()
    with context.wrap_socket(tcp, server_hostname="127.0.0.1", session=session) as second:
        assert second.session_reused
        second.sendall(GET)
        assert read_answer(second)[0] == 200


# What goes over it.

def test_a_connection_is_kept_for_many_requests(server, user):
    before = server.metric("weir_http_tls_handshakes_total")
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(server.files.authority.certificate)
        for n in range(20):
            created = session.post(server.url + "/commands", json={"createUser": {"userId": f"{user}-{n}", "name": "Ada"}})
            assert created.status_code == 200, created.text
            assert session.get(server.url + f"/users/{user}-{n}").json()["name"] == "Ada"
    assert server.metric("weir_http_tls_handshakes_total") == before + 1


def test_requests_ahead_are_answered_in_order(server):
    with server.connect() as connection:
        connection.sendall(GET * 50 + GET.replace(b"live", b"ready"))
        seen = b""
        while seen.count(b"HTTP/1.1 200 OK") < 51:
            more = connection.recv(1 << 16)
            assert more
            seen += more


def test_long_bodies_go_both_ways(server, user):
    commands = [{"createUser": {"userId": f"{user}-{n}", "name": "x" * 150, "email": f"{user}-{n}@{'e' * 60}.{'f' * 60}.org"}}
                for n in range(900)]
    body = json.dumps(commands).ljust(1 << 20)  # the limit, and many records of TLS
    answer = server.post("/commands", body)
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["results"]) == 900
    page = server.get(f"/events?after={answer.json()['position'] - 900}&limit=1000")
    assert len(page.content) > 500_000 and len(page.json()["events"]) == 900
    assert [event["event"]["userCreated"]["userId"] for event in page.json()["events"]] == \
        [command["createUser"]["userId"] for command in commands]


def test_a_slow_reader_gets_all_of_a_long_answer(server, user):
    for n in range(3):
        server.post("/commands", [{"createUser": {"userId": f"{user}-{n}-{m}", "name": "y" * 200}} for m in range(1000)])
    tcp = socket.socket()
    tcp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    tcp.settimeout(WAIT)
    tcp.connect(("127.0.0.1", server.ports["http"]))
    with server.context().wrap_socket(tcp, server_hostname="127.0.0.1") as connection:
        connection.sendall(b"GET /events HTTP/1.0\r\nHost: localhost\r\nAccept: application/x-ndjson\r\n\r\n")
        received = b""
        while more := connection.recv(700):
            received += more
    lines = received.partition(b"\r\n\r\n")[2].splitlines()
    assert [json.loads(line)["position"] for line in lines] == list(range(1, len(lines) + 1)) and len(lines) >= 3000


def test_commands_one_a_line_are_answered_while_they_come(server, user):
    with server.connect() as connection:
        connection.sendall(b"POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
                           b"Transfer-Encoding: chunked\r\n\r\n")
        seen = b""
        for n in range(5):
            line = json.dumps({"createUser": {"userId": f"{user}-{n}", "name": "Ada"}}).encode() + b"\n"
            connection.sendall(b"%x\r\n%s\r\n" % (len(line), line))
            while f'"user-{user}-{n}"'.encode() not in seen:
                more = connection.recv(1 << 16)
                assert more, seen
                seen += more
        connection.sendall(b"0\r\n\r\n")
        while not seen.endswith(b"0\r\n\r\n"):
            more = connection.recv(1 << 16)
            assert more, seen
            seen += more


def test_an_event_stream_brings_events_as_they_happen(server, user):
    connection = http.client.HTTPSConnection("127.0.0.1", server.ports["http"], timeout=WAIT, context=server.context())
    connection.request("GET", "/events?after=head", headers={"Accept": "text/event-stream"})
    with contextlib.closing(connection), connection.getresponse() as feed:
        for n in range(3):
            server.create(f"{user}-{n}")
            while True:
                line = feed.readline()
                assert line
                if line.startswith(b"data:") and b"userCreated" in line:
                    break
            assert f"{user}-{n}".encode() in line


# How connections end.

class Bytes:
    """A client whose bytes of TLS the test sends and takes itself."""

    def __init__(self, server, context=None):
        self.tcp = server.tcp()
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = (context or server.context()).wrap_bio(self.incoming, self.outgoing, server_hostname="127.0.0.1")

    def flush(self):
        if data := self.outgoing.read():
            self.tcp.sendall(data)

    def until_done(self, step):
        while True:
            try:
                done = step()
                self.flush()
                return done
            except ssl.SSLWantReadError:
                self.flush()
                more = self.tcp.recv(1 << 16)
                if not more:
                    raise EOFError from None
                self.incoming.write(more)

    def send(self, data):
        self.tls.write(data)
        self.flush()

    def recv(self, size):
        return self.until_done(lambda: self.tls.read(size))


@pytest.mark.parametrize("says_so", [True, False])
def test_a_client_that_ends_its_half_gets_its_answer(server, says_so):
    """With TLS's close_notify and without."""
    client = Bytes(server)
    client.until_done(client.tls.do_handshake)
    client.tls.write(GET)
    if says_so:
        with pytest.raises(ssl.SSLWantReadError):
            client.tls.unwrap()
    client.flush()
    client.tcp.shutdown(socket.SHUT_WR)
    assert read_answer(client)[0] == 200
    client.tcp.close()


@pytest.mark.parametrize("says_so", [True, False])
def test_a_feed_ends_when_its_client_does(server, says_so):
    subscribers = 'weir_http_subscribers{kind="sse"}'
    assert server.metric(subscribers) == 0
    client = Bytes(server)
    client.until_done(client.tls.do_handshake)
    client.send(b"GET /events?after=head HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
    assert b"200 OK" in client.recv(1 << 16)
    assert server.metric(subscribers) == 1
    if not says_so:  # a record whose second half is still to come is no end
        client.tls.write(b"G")
        client.tcp.sendall(client.outgoing.read()[:7])
    server.create(f"ends-{says_so}")
    seen = b""
    while f"ends-{says_so}".encode() not in seen:
        seen += client.recv(1 << 16)
    assert server.metric(subscribers) == 1
    if says_so:
        with pytest.raises(ssl.SSLWantReadError):
            client.tls.unwrap()
        client.flush()
    client.tcp.shutdown(socket.SHUT_WR)
    client.tcp.close()
    until = time.monotonic() + WAIT
    while server.metric(subscribers) != 0:
        assert time.monotonic() < until
    assert server.get("/health/live").status_code == 200


def test_the_server_says_that_it_ends_a_connection(start):
    """A client of TLS takes an end without close_notify for an attack."""
    server = start("--drain-seconds", "30")
    idle, asked = server.connect(), server.connect()
    asked.sendall(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert read_answer(asked)[0] == 200
    assert asked.recv(1) == b""  # raises if there was no close_notify
    rpc = server.connect(port="rpc")
    idle.sendall(GET)
    assert read_answer(idle)[0] == 200
    server.session.close()
    server.process.send_signal(signal.SIGTERM)
    assert idle.recv(1) == b"" and rpc.recv(1) == b""
    assert server.process.wait(timeout=WAIT) == 0


def test_a_request_in_progress_is_answered_when_it_stops(start):
    server = start("--drain-seconds", "60", "--request-seconds", "60")
    body = json.dumps({"createUser": {"userId": "u1", "name": "Ada"}}).encode()
    with server.connect() as slow:
        slow.sendall(b"POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                     b"Content-Length: %d\r\n\r\n" % len(body) + body[:1])
        server.get("/health/live")
        server.session.close()
        server.process.send_signal(signal.SIGTERM)
        until = time.monotonic() + WAIT
        while "stopping on SIGTERM" not in server.log():
            assert time.monotonic() < until
        slow.sendall(body[1:])
        assert read_answer(slow)[0] == 200
        assert slow.recv(1) == b""
    assert server.process.wait(timeout=WAIT) == 0


# Handshakes that come to nothing.

def client_hello(server):
    client = Bytes(server)
    with pytest.raises(ssl.SSLWantReadError):
        client.tls.do_handshake()
    return client, client.outgoing.read()


@pytest.mark.parametrize("sent", ["nothing", "half", "a hello alone"])
def test_a_slow_handshake_is_ended(start, sent):
    server = start("--request-seconds", "0.5", "--idle-seconds", "60")
    for port in ("http", "rpc"):
        before = server.failures("timeout", port)
        client, hello = client_hello(server)
        client.tcp.close()
        with server.tcp(port) as tcp:
            if sent != "nothing":
                tcp.sendall(hello[:len(hello) // 2] if sent == "half" else hello)
            begun = time.monotonic()
            try:
                while tcp.recv(1 << 16):
                    pass
            except ConnectionResetError:
                pass
            assert time.monotonic() - begun < 30
        server.wait_for_failures("timeout", before + 1, port)


def test_many_half_handshakes_do_not_keep_others_from_being_served(start):
    server = start("--request-seconds", "60", "--threads", "1")
    client, hello = client_hello(server)
    client.tcp.close()
    with contextlib.ExitStack() as held:
        for n in range(300):
            tcp = held.enter_context(server.tcp())
            tcp.sendall(hello if n % 2 else hello[:100])
        begun = time.monotonic()
        with server.connect() as connection:
            connection.sendall(GET)
            assert read_answer(connection)[0] == 200
        assert time.monotonic() - begun < 5
        assert server.metric("weir_http_connections") >= 300
        # They are nothing that has been asked: a stop does not wait for them.
        begun = time.monotonic()
        assert server.stop(seconds=30) == 0
        assert time.monotonic() - begun < 9


def test_plain_http_is_told_to_use_tls(start):
    server = start("--hsts-seconds", "60")
    answer = requests.get(server.url.replace("https", "http") + "/users/u1", timeout=WAIT)
    problem = assert_problem(answer, 400, "malformed-request")
    assert "TLS" in problem["detail"] and "https" in problem["detail"]
    assert "Strict-Transport-Security" not in answer.headers
    server.wait_for_failures("not_tls", 1)
    body = json.dumps({"createUser": {"userId": "u1", "name": "Ada"}}).ljust(1 << 19)
    answer = requests.post(server.url.replace("https", "http") + "/commands", data=body, timeout=WAIT)
    assert answer.status_code == 400
    assert server.get("/users/u1").status_code == 404


def test_a_call_without_tls_is_closed(server):
    before = server.failures("not_tls", "rpc")
    with server.tcp("rpc") as tcp:
        tcp.sendall(b"\x80\x01\x00\x01\x00\x00\x00\x07getUser\x00\x00\x00\x01\x00")
        with contextlib.suppress(ConnectionResetError):
            assert tcp.recv(100) == b""
    server.wait_for_failures("not_tls", before + 1, "rpc")


def test_bytes_that_break_tls_end_only_their_connection(server):
    before = server.failures("malformed")
    with server.tcp() as tcp:
        tcp.sendall(b"\x16\x03\x01\x00\x20" + b"\xff" * 32)
        received = b""
        with contextlib.suppress(ConnectionResetError):
            while more := tcp.recv(100):
                received += more
        assert received[:1] in (b"\x15", b"")  # an alert
    server.wait_for_failures("malformed", before + 1)
    client = Bytes(server)
    client.until_done(client.tls.do_handshake)
    client.tcp.sendall(b"\x17\x03\x03\x00\x40" + b"\x00" * 64)
    with pytest.raises((ssl.SSLError, ConnectionResetError, EOFError)):
        while True:
            client.recv(100)
    client.tcp.close()
    assert server.get("/health/live").status_code == 200


# Certificates of clients.

@pytest.fixture(scope="module")
def asking(tmp_path_factory, files):
    """A server that asks clients for certificates."""
    weir = TlsWeir(files, tmp_path_factory.mktemp("asking") / "data",
                   *options(files.server, "--tls-client-ca", files.clients.certificate, "--log-level", "trace"))
    yield weir
    assert weir.stop() == 0, weir.log()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_client_shows_its_certificate(asking, files, version):
    context = asking.context(files.client)
    context.maximum_version = version
    times = asking.log().count("and the client CN=billing,O=Example")
    with asking.connect(context) as connection:
        connection.sendall(GET)
        assert read_answer(connection)[0] == 200
        assert not connection.session.has_ticket
    asking.wait_for_log("and the client CN=billing,O=Example", times + 1)


def test_a_client_may_show_none(asking):
    assert asking.get("/health/live").status_code == 200


def assert_refused(server, shown, version, port="http"):
    """A client with this certificate is refused."""
    before = server.failures("client_certificate", port)
    context = server.context(shown)
    context.maximum_version = version
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        with server.connect(context, port) as connection:
            connection.sendall(GET)
            while connection.recv(1 << 16):
                pass
            raise AssertionError("closed without an alert")
    server.wait_for_failures("client_certificate", before + 1, port)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("port", ["http", "rpc"])
def test_a_certificate_that_does_not_hold_is_refused(asking, files, version, port, tmp_path):
    foreign = Authority(tmp_path, "foreign").client("billing")
    of_a_server = files.clients.server("no-client")
    for shown in (foreign, of_a_server, files.clients.ended("ended")):
        assert_refused(asking, shown, version, port)
    assert asking.get("/health/live").status_code == 200


# Thrift clients.

def thriftpy_client(server, context=None):
    """ThriftPy's own TLS socket; Debian's, or where Debian has none any more its successor."""
    name = "thriftpy" if importlib.util.find_spec("thriftpy") else "thriftpy2"
    library = importlib.import_module(name)
    ssl_socket = importlib.import_module(f"{name}.transport.sslsocket").TSSLSocket
    thrift_module = importlib.import_module(f"{name}.thrift")
    protocol = importlib.import_module(f"{name}.protocol")
    transport = importlib.import_module(f"{name}.transport")
    root = ROOT / "idl"
    users = library.load(str(root / "users" / "service.thrift"), module_name="users_service_thrift")
    over = transport.TBufferedTransportFactory().get_transport(
        ssl_socket("127.0.0.1", server.ports["rpc"], ssl_context=context or server.context(), socket_timeout=WAIT * 1000))
    over.open()
    return users, thrift_module.TClient(users.UsersService, protocol.TBinaryProtocolFactory().get_protocol(over)), over


@pytest.mark.parametrize("shows", [False, True])
def test_thriftpy_calls_over_tls(server, asking, files, user, shows):
    weir = asking if shows else server
    users, client, over = thriftpy_client(weir, weir.context(files.client) if shows else None)
    weir.create(user)
    for _ in range(10):
        assert client.getUser(users.queries.GetUserQuery(userId=user)).name == "Ada"
    over.close()
    assert weir.metric("weir_rpc_tls_handshakes_total") >= 1


def test_apache_thrift_reaches_the_port_over_tls(server):
    """A call that the service does not have is answered, so the bytes went both ways."""
    over = thrift.transport.TTransport.TBufferedTransport(thrift.transport.TSSLSocket.TSSLSocket(
        "127.0.0.1", server.ports["rpc"], ca_certs=str(server.files.authority.certificate), cert_reqs=ssl.CERT_REQUIRED))
    over.open()
    protocol = thrift.protocol.TBinaryProtocol.TBinaryProtocol(over)
    protocol.writeMessageBegin("noSuchCall", 1, 1)
    protocol.writeStructBegin("noSuchCall_args")
    protocol.writeFieldStop()
    protocol.writeStructEnd()
    protocol.writeMessageEnd()
    over.flush()
    name, kind, _ = protocol.readMessageBegin()
    assert (name, kind) == ("noSuchCall", 3)
    over.close()


# Certificates that change while it runs.

class Changing:
    """Files that a server reads, whose content changes."""

    def __init__(self, directory, first):
        self.certificate, self.key = directory / "now.pem", directory / "now.key"
        self.become(first)

    def become(self, other):
        """Each whole at any moment, as certbot and Kubernetes do it."""
        for source, target in ((other.certificate, self.certificate), (other.key, self.key)):
            shutil.copy(source, target.with_suffix(".new"))
            target.with_suffix(".new").rename(target)


def serial_of(server):
    """Of the certificate that a new connection is shown."""
    with server.connect() as connection:
        return int(connection.getpeercert()["serialNumber"], 16)


@pytest.fixture
def changing(tmp_path, files):
    return Changing(tmp_path, files.server)


def test_sighup_loads_certificates_and_keeps_connections(start, files, changing):
    server = start(certificate=changing)
    assert serial_of(server) == files.server.serial
    kept = server.connect()
    feed = server.connect()
    feed.sendall(b"GET /events?after=head HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
    assert b"200 OK" in feed.recv(1 << 16)
    changing.become(files.other_server)
    server.process.send_signal(signal.SIGHUP)
    server.wait_for_log("the TLS certificate was reloaded")
    assert serial_of(server) == files.other_server.serial
    kept.sendall(GET)
    assert read_answer(kept)[0] == 200
    server.create("u1")
    seen = b""
    while b"userCreated" not in seen:
        more = feed.recv(1 << 16)
        assert more
        seen += more


def test_certificates_that_change_are_loaded(start, files, changing):
    server = start(certificate=changing)
    changing.become(files.other_server)
    server.wait_for_log("the TLS certificate was reloaded")
    assert serial_of(server) == files.other_server.serial
    with server.connect(port="rpc") as rpc:
        assert int(rpc.getpeercert()["serialNumber"], 16) == files.other_server.serial


def test_certificates_that_are_wrong_change_nothing(start, files, changing):
    server = start(certificate=changing)
    not_loaded = "was not reloaded, the previous one stays in use"
    shutil.copy(files.other_server.key, changing.key)
    server.wait_for_log(not_loaded)
    assert "does not belong to" in server.log()
    assert serial_of(server) == files.server.serial
    changing.certificate.write_text("nonsense")
    server.process.send_signal(signal.SIGHUP)
    server.wait_for_log("holds no certificate in PEM")
    changing.certificate.unlink()
    server.process.send_signal(signal.SIGHUP)
    server.wait_for_log("cannot read the TLS certificate")
    assert serial_of(server) == files.server.serial
    loaded = server.log().count("the TLS certificate was reloaded")
    changing.become(files.other_server)
    server.process.send_signal(signal.SIGHUP)
    server.wait_for_log("the TLS certificate was reloaded", loaded + 1)
    assert serial_of(server) == files.other_server.serial
    assert server.metric("weir_tls_certificate_not_after_seconds") > time.time() + 20 * 86400


def test_an_authority_that_goes_is_trusted_no_longer(start, files, tmp_path):
    authorities = tmp_path / "authorities.pem"
    shutil.copy(files.clients.certificate, authorities)
    server = start("--tls-client-ca", authorities)
    with server.connect(server.context(files.client)) as connection:
        connection.sendall(GET)
        assert read_answer(connection)[0] == 200
    shutil.copy(Authority(tmp_path, "next").certificate, authorities)
    server.process.send_signal(signal.SIGHUP)
    server.wait_for_log("the TLS certificate was reloaded")
    assert_refused(server, files.client, ssl.TLSVersion.TLSv1_3)


def test_a_chain_is_sent_whole(start, files, tmp_path):
    between = Authority(tmp_path, "between", signed_by=files.authority)
    leaf = between.server("leaf")
    leaf.certificate.write_text(leaf.certificate.read_text() + between.certificate.read_text())
    server = start(certificate=leaf)
    assert server.get("/health/live").status_code == 200


def test_an_rsa_certificate_serves_both_versions(start, files):
    server = start(certificate=files.authority.server("rsa", key=("-newkey", "rsa:2048", "-nodes")))
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = server.context()
        context.maximum_version = version
        with server.connect(context) as connection:
            connection.sendall(GET)
            assert read_answer(connection)[0] == 200


# Start.

def start_fails(tmp_path, words, *arguments):
    listening = [] if "--listen" in arguments else ["--listen", "127.0.0.1:0"]
    code, _, errors = run_weir("serve", "--data", tmp_path / "data", *listening, *arguments)
    assert code != 0 and not (tmp_path / "data").exists()
    assert len(errors.strip().splitlines()) == 1, errors
    for word in words:
        assert word in errors, errors


def test_what_cannot_serve_is_refused_at_start(tmp_path, files):
    other_key = ["--tls-certificate", files.server.certificate, "--tls-key", files.other_server.key]
    start_fails(tmp_path, ["server.pem", "other-server.key", "does not belong"], *other_key)
    for lone in (["--tls-certificate", files.server.certificate], ["--tls-key", files.server.key]):
        start_fails(tmp_path, ["go together"], *lone)
    start_fails(tmp_path, ["--tls-client-ca needs"], "--tls-client-ca", files.clients.certificate)
    start_fails(tmp_path, ["--hsts-seconds needs"], "--hsts-seconds", "60")
    missing = tmp_path / "missing.pem"
    start_fails(tmp_path, [str(missing), "No such file"], "--tls-certificate", missing, "--tls-key", files.server.key)
    start_fails(tmp_path, [str(tmp_path), "directory"], "--tls-certificate", files.server.certificate, "--tls-key", tmp_path)
    start_fails(tmp_path, ["holds no private key"], "--tls-certificate", files.server.certificate, "--tls-key",
                files.server.certificate)
    start_fails(tmp_path, ["holds no certificate"], *options(files.server, "--tls-client-ca", files.server.key))
    locked = tmp_path / "locked.key"
    subprocess.run(["openssl", "pkey", "-in", files.server.key, "-aes128", "-passout", "pass:secret", "-out", locked], check=True)
    start_fails(tmp_path, ["locked.key has a passphrase"], "--tls-certificate", files.server.certificate, "--tls-key", locked)
    damaged = tmp_path / "damaged.pem"
    damaged.write_text(files.server.certificate.read_text().replace("M", "N", 1))
    start_fails(tmp_path, ["damaged.pem holds a damaged certificate"], "--tls-certificate", damaged, "--tls-key", files.server.key)
    small = files.authority.server("small", key=("-newkey", "rsa:1024", "-nodes"))
    start_fails(tmp_path, ["small.pem is not accepted", "key too small"], *options(small))


def test_tls_does_not_make_callers_known(tmp_path, files):
    start_fails(tmp_path, ["other machines", "--insecure"], *options(files.server, "--listen", "0.0.0.0:0"))


def test_a_certificate_that_has_ended_is_told(start, files, tmp_path):
    ended = files.authority.ended("past")
    ended.key.chmod(0o644)
    server = start(certificate=ended)
    log = server.log()
    assert "ended on" in log and "may be read by every user" in log
    assert "serves https://127.0.0.1:" in log and "Thrift RPC over TLS" in log
    assert server.ports["scheme"] == "https"


def test_browsers_are_told_to_stay_with_tls(start, server):
    strict = start("--hsts-seconds", "31536000")
    assert strict.get("/health/live").headers["Strict-Transport-Security"] == "max-age=31536000"
    assert strict.get("/nowhere").headers["Strict-Transport-Security"] == "max-age=31536000"
    with strict.session.get(strict.url + "/events?after=head", headers={"Accept": "text/event-stream"}, stream=True) as feed:
        assert feed.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in server.get("/health/live").headers


def test_many_connections_at_once(server):
    def ask(_):
        with server.connect() as connection:
            connection.sendall(GET)
            return read_answer(connection)[0]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert list(pool.map(ask, range(200))) == [200] * 200


# The page about it.

def test_the_page_is_true(tmp_path):
    page = (ROOT / "docs" / "tls.md").read_text()
    make, serve = re.findall(r"^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    subprocess.run(["bash", "-euc", make], cwd=tmp_path, check=True, capture_output=True, timeout=WAIT)
    assert serve.startswith("weir serve --data data --tls-certificate weir.pem --tls-key weir.key")
    weir = Weir(tmp_path / "data", "--tls-certificate", tmp_path / "weir.pem", "--tls-key", tmp_path / "weir.key")
    try:
        command, shown = re.search(r"^```console\n\$ (.*?)\n(.*?)\n```", page, re.DOTALL | re.MULTILINE).groups()
        command = command.replace("localhost:8080", f"localhost:{weir.ports['http']}")
        run = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, timeout=WAIT)
        assert run.stdout.strip() == shown, run.stderr
        python, text = re.search(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```", page, re.DOTALL | re.MULTILINE).groups()
        python = with_the_thriftpy_that_is_here(python.replace("9090", str(weir.ports["rpc"])))
        (tmp_path / "idl").symlink_to(ROOT / "idl")
        run = subprocess.run([sys.executable, "-c", python], cwd=tmp_path, capture_output=True, text=True, timeout=WAIT)
        assert run.stdout == text, run.stderr
    finally:
        weir.kill()
