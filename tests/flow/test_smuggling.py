"""Requests that two readers could end at different places, sent to Weir itself and through nginx. Weir takes nothing in a body
for a request; behind a front it takes what the front took, request for request; and nobody gets the answer of another."""
import collections
import io
import itertools
import json
import re
import socket
import time

import pytest

import nginx
from weir_process import Weir

WAIT = 60  # seconds; for anything that is going to happen
VIA = ["weir", "buffered", "streamed"]
numbers = itertools.count(1)

# {canary} is a whole request that would create a user, {canary_bytes} its length, {canary_hex} the same as a chunk's size;
# {beyond} is the length of all that stands behind the head.
POST = "POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
GET = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n"
AS_BODY = "Content-Length: {canary_bytes}\r\n\r\n{canary}"
AS_CHUNK = "{canary_hex}\r\n{canary}\r\n0\r\n\r\n"


def obfuscated(coding_lines):
    """Two shapes: who reads chunks sees the end before the canary; who reads Content-Length sees it before the canary."""
    return [POST + "Content-Length: {beyond}\r\n" + coding_lines + "\r\n0\r\n\r\n{canary}",
            POST + "Content-Length: 4\r\n" + coding_lines + "\r\n" + AS_CHUNK]


CODINGS = ["Transfer-Encoding: chunked\r\n", "Transfer-Encoding: CHUNKED\r\n", "Transfer-Encoding:\tchunked\r\n",
           "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding: chunkedx\r\n", "Transfer-Encoding : chunked\r\n",
           "Transfer-Encoding\t: chunked\r\n", " Transfer-Encoding: chunked\r\n", "X: y\r\n Transfer-Encoding: chunked\r\n",
           "Transfer-Encoding:\r\n chunked\r\n", "Transfer-Encoding: \x0bchunked\r\n", "Transfer-Encoding: \x0cchunked\r\n",
           "Transfer-Encoding: chunked\x00\r\n", "Transfer-Encoding: \x00chunked\r\n", "Transfer-Encoding\x00: chunked\r\n",
           "X: y\nTransfer-Encoding: chunked\r\n", "X: y\rTransfer-Encoding: chunked\r\n", "Transfer-Encoding\n: chunked\r\n",
           "Transfer-Encoding: chunked\n", "Transfer-Encoding: 'chunked'\r\n", "Transfer-Encoding: \"chunked\"\r\n",
           "Transfer-Encoding: chunked;q=1\r\n", "Transfer-Encoding: identity\r\n", "Transfer-Encoding: identity, chunked\r\n",
           "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding: chunked, chunked\r\n", "Transfer-Encoding: ,chunked\r\n",
           "Transfer-Encoding:\r\n", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
           "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-encoding: cow\r\n", "Transfer-Encoding: chunked\r\nTE: trailers\r\n", "\xa0Transfer-Encoding: chunked\r\n",
           "Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n"]
# Fields of other names: only the length counts.
NO_CODINGS = ["Transfer_Encoding: chunked\r\n", "TransferEncoding: chunked\r\n", "X-Transfer-Encoding: chunked\r\n", "TE: chunked\r\n"]

LENGTHS = ["Content-Length: 0\r\nContent-Length: {canary_bytes}\r\n", "Content-Length: {canary_bytes}\r\nContent-Length: 0\r\n",
           "Content-Length: {canary_bytes}\r\nContent-Length: {canary_bytes}\r\n",
           "Content-Length: 0, {canary_bytes}\r\n", "Content-Length: {canary_bytes}, {canary_bytes}\r\n",
           "Content-Length: +{canary_bytes}\r\n", "Content-Length: -0\r\n", "Content-Length: -{canary_bytes}\r\n",
           "Content-Length: 0x{canary_hex}\r\n", "Content-Length: {canary_bytes}.0\r\n", "Content-Length: 0 {canary_bytes}\r\n",
           "Content-Length: {canary_bytes} 0\r\n", "Content-Length: {canary_bytes}\x00\r\n", "Content-Length: \x0b{canary_bytes}\r\n",
           "Content-Length: 1e3\r\n", "Content-Length:\r\n", "Content-Length: \"{canary_bytes}\"\r\n",
           "Content-Length: 18446744073709551616\r\n", "Content-Length: 4294967296\r\n", "Content-Length: 99999999999999999999999\r\n",
           "Content-Length : {canary_bytes}\r\n", " Content-Length: {canary_bytes}\r\n", "Content-Length:\r\n {canary_bytes}\r\n",
           "X: y\nContent-Length: {canary_bytes}\r\n", "X: y\rContent-Length: {canary_bytes}\r\n",
           "Content-Length: {canary_bytes}\n", "Content-Length: 00000{canary_bytes}\r\n",
           "Content-Length: {canary_bytes}\r\nContent_Length: 0\r\n", "Connection: Content-Length\r\nContent-Length: {canary_bytes}\r\n"]

# The canary stands where one reading has a body or a trailer; {canary} alone never follows a request that ends plainly.
CHUNKS = ["1{zeros}\r\n{canary}", "ffffffffffffffff\r\n{canary}", "fffffffffffffffff\r\n{canary}", "7fffffffffffffff\r\n{canary}",
          "100000000\r\n{canary}", "-1\r\n{canary}", "+0\r\n\r\n{canary}", "0x0\r\n\r\n{canary}", " 0\r\n\r\n{canary}", "0 \r\n\r\n{canary}x",
          "\t0\r\n\r\n{canary}", "0\n\r\n{canary}", "0\r\n\n{canary}", "0\n\n{canary}", "0\r\r\n{canary}", "0\r\n\r{canary}", "0\x00\r\n\r\n{canary}",
          "\r\n0\r\n\r\n{canary}", "0;a\nb\r\n\r\n{canary}", "0;a\rb\r\n\r\n{canary}", "0;a=\"\r\n\r\n\"\r\n{canary}", "0;\n\r\n{canary}",
          "1;a=b\nX\r\n0\r\n\r\n{canary}", "1\r\nab\r\n0\r\n\r\n{canary}", "1\r\na0\r\n\r\n{canary}", "1\r\na\n0\r\n\r\n{canary}", "1\r\na\r0\r\n\r\n{canary}",
          "0\r\nno colon\r\n\r\n{canary}", "0\r\n{canary}", "0\r\nX: y\n\r\n{canary}", "0\r\n X: y\r\n\r\n{canary}", "0\r\nX : y\r\n\r\n{canary}", "0_0\r\n\r\n{canary}",
          "g\r\n\r\n{canary}", "{canary_hex};a=b\r\n{canary}\r\n0\r\nX: y\r\n\r\n", "{canary_hex}\r\n{canary}\r\n000;x\r\n\r\n",
          "{canary_hex}\r\n{canary}\r\n0\r\nContent-Length: 0\r\nTransfer-Encoding: identity\r\nHost: evil.example\r\n\r\n"]

OTHERS = {
    "a GET with a body": GET + AS_BODY,
    "a GET with chunks": GET + "Transfer-Encoding: chunked\r\n\r\n" + AS_CHUNK,
    "an OPTIONS with a body": "OPTIONS /commands HTTP/1.1\r\nHost: localhost\r\n" + AS_BODY,
    "a method that is not taken, with a body": "DELETE /commands HTTP/1.1\r\nHost: localhost\r\n" + AS_BODY,
    "a method that nobody knows, with a body": "SMUGGLE /commands HTTP/1.1\r\nHost: localhost\r\n" + AS_BODY,
    "a path that is not there, with a body": "POST /nothing HTTP/1.1\r\nHost: localhost\r\n" + AS_BODY,
    "a body of an unknown type": "POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n" + AS_BODY,
    "a foreign host, with a body": "POST /commands HTTP/1.1\r\nHost: evil.example\r\n" + AS_BODY,
    "a body after 100": POST + "Expect: 100-continue\r\n" + AS_BODY,
    "a body that is refused before 100": "POST /nothing HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n" + AS_BODY,
    "a GET that expects 100": GET + "Expect: 100-continue\r\n" + AS_BODY,
    "chunks after 100": POST + "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n" + AS_CHUNK,
    "an unknown expectation": POST + "Expect: smuggling\r\n" + AS_BODY,
    "after Connection: close": GET + "Connection: close\r\n\r\n{canary}",
    "after Connection: close in a list": GET + "Connection: x, close\r\n\r\n{canary}",
    "after HTTP/1.0": "GET /health/live HTTP/1.0\r\nHost: localhost\r\n\r\n{canary}",
    "HTTP/1.0 with chunks": "POST /commands HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{canary}",
    "HTTP/1.0 with chunks, kept alive": "POST /commands HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n"
                                        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{canary}",
    "HTTP/1.0 with chunks and a length": "POST /commands HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\nContent-Length: 5\r\n"
                                         "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{canary}",
    "HTTP/0.9": "GET /health/live\r\n{canary}",
    "the preface of HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{canary}",
    "an upgrade to HTTP/2": GET + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n" + AS_BODY,
    "an upgrade to a WebSocket": GET + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                       "Sec-WebSocket-Version: 13\r\n" + AS_BODY,
    "lines that end with LF": "GET /health/live HTTP/1.1\nHost: localhost\nContent-Length: {canary_bytes}\n\n{canary}",
    "a head that ends with LF": GET + "X: y\r\n\n{canary}",
    "a head that ends with CR CR LF": GET + "\r\r\n{canary}",
    "a space after the version": "POST /commands HTTP/1.1 \r\nHost: localhost\r\n" + AS_BODY,
    "two hosts": "GET /health/live HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n" + AS_BODY,
    "no host": "POST /commands HTTP/1.1\r\n" + AS_BODY,
    "a request in a target": "GET /%0d%0aHost:%20localhost%0d%0a%0d%0a HTTP/1.1\r\nHost: localhost\r\n" + AS_BODY,
    "a field without a colon": GET + "Content-Length\r\n" + AS_BODY,
    "a field without a name": GET + ": x\r\n" + AS_BODY,
    "a NUL in a value": GET + "X: \x00\r\n" + AS_BODY,
    "a length that never comes": POST + "Content-Length: 100000\r\n\r\n{canary}",
}

SHAPES = {
    **{f"coding {number}.{half} {lines!r}": shape for number, lines in enumerate(CODINGS)
       for half, shape in enumerate(obfuscated(lines))},
    **{f"no coding {lines!r}": obfuscated(lines)[0] for lines in NO_CODINGS},
    **{f"length {number} {lines!r}": POST + lines + "\r\n{canary}" for number, lines in enumerate(LENGTHS)},
    **{f"chunks {number} {body!r}": CHUNKED + body for number, body in enumerate(CHUNKS)},
    **OTHERS,
}


class Site:
    """Weir, and nginx before it."""

    def __init__(self, home):
        self.weir = Weir(home / "data")
        self.front = nginx.Nginx(home / "nginx", self.weir.ports["http"])
        self.ports = {"weir": self.weir.ports["http"], **self.front.ports}
        for user in ("honest", "other"):
            self.weir.create(user)

    def connect(self, via):
        connection = socket.create_connection(("127.0.0.1", self.ports[via]), timeout=WAIT)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def say_all(self, via, request):
        """Sends bytes and then nothing more; all that is answered."""
        with self.connect(via) as connection:
            try:
                connection.sendall(request)
                connection.shutdown(socket.SHUT_WR)
            except (BrokenPipeError, ConnectionResetError, OSError):
                pass  # it was refused before its end
            answered = b""
            try:
                while piece := connection.recv(1 << 16):
                    answered += piece
            except ConnectionResetError:
                pass
            return answered

    def connections_of_weir(self):
        return int(re.search(r"weir_http_connections_accepted_total (\d+)", self.weir.get("/metrics").text).group(1))

    def answered(self):
        """How often Weir has answered with each status, but for its metrics."""
        counted = collections.Counter()
        for labels, count in re.findall(r"^weir_http_requests_total\{(.*)\} (\d+)$", self.weir.get("/metrics").text, re.MULTILINE):
            label = dict(re.findall(r'(\w+)="([^"]*)"', labels))
            if label["route"] != "/metrics":
                counted[label["status"]] += int(count)
        return counted

    def honest_clients_get_their_own(self, via):
        """On new connections: through the front they come to Weir on the one that was used before. Ends when the front has
        written down what it saw: it does so before it closes a connection."""
        for user in ("honest", "other"):
            with Reader(self.connect(via)) as client:
                for path, fields in ((f"/users/{user}", ""), (f"/users/nobody-{user}", "Connection: close\r\n")):
                    client.send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n")
                    status, _, text = client.answer()
                    assert user in json.loads(text).get("userId", ""), (status, text)
                    assert status == (404 if "nobody" in path else 200)
                assert client.input.read() == b""

    def answered_since(self, before, count):
        """What Weir has answered since then. It counts an answer after it has sent it, so so many are waited for."""
        until = time.monotonic() + WAIT
        while (made := self.answered() - before).total() < count and time.monotonic() < until:
            pass
        return made

    def close(self):
        self.front.kill()
        assert self.weir.stop() == 0, self.weir.log()


class Reader:
    """A client that reads answers strictly."""

    def __init__(self, connection):
        self.connection = connection
        self.input = connection.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.input.close()
        self.connection.close()

    def send(self, request):
        self.connection.sendall(request.encode("latin-1"))

    def answer(self, method="GET"):
        """(status, fields, body) of the next answer that is no 1xx; EOFError where there is none, or none to its end."""
        while True:
            status, fields = head(self.input)
            if status >= 200:
                return status, fields, body(self.input, method, status, fields)


def head(source):
    line = source.readline()
    if not line:
        raise EOFError("no answer")
    status = re.fullmatch(rb"HTTP/1\.1 (\d{3}) [ -~]*\r\n", line)
    assert status, line
    fields = {}
    while (line := source.readline()) != b"\r\n":
        field = re.fullmatch(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([ -~]*)\r\n", line)
        assert field, line
        name = field.group(1).decode().lower()
        assert name not in ("content-length", "transfer-encoding") or name not in fields, "framed twice"
        fields[name] = field.group(2).decode()
    assert not {"content-length", "transfer-encoding"} <= fields.keys(), fields
    return int(status.group(1)), fields


def body(source, method, status, fields):
    if method == "HEAD" or status in (204, 304) or status < 200:
        return b""
    if "content-length" in fields:
        text = source.read(int(fields["content-length"]))
        if len(text) < int(fields["content-length"]):
            raise EOFError("cut short")
        return text
    if fields.get("transfer-encoding") != "chunked":
        assert fields.get("connection") == "close", fields
        return source.read()
    return b"".join(chunks(source))


def chunks(source):
    while True:
        size = source.readline()
        if not size.endswith(b"\r\n"):
            raise EOFError("cut short")
        piece = source.read(int(size, 16) + 2)
        if len(piece) < int(size, 16) + 2:
            raise EOFError("cut short")
        assert piece.endswith(b"\r\n")
        if piece == b"\r\n":
            return
        yield piece[:-2]


def answers_in(answered):
    """The statuses of all answers but 1xx in these bytes, which hold nothing else. The request was no HEAD."""
    source, statuses = io.BytesIO(answered), []
    while source.tell() < len(answered):
        status, fields = head(source)
        if status >= 200:
            body(source, "GET", status, fields)
            statuses.append(status)
    return statuses


pytestmark = pytest.mark.skipif(not nginx.program(), reason="nginx is not there: script/bootstrap --test installs it")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    made = Site(tmp_path_factory.mktemp("site"))
    yield made
    made.close()


def filled(shape):
    """The shape as bytes, and the name of the user whom its canary would create."""
    user = f"canary{next(numbers)}"
    command = json.dumps({"createUser": {"userId": user, "name": "Smuggled"}})
    canary = ("POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              f"Content-Length: {len(command)}\r\n\r\n{command}")
    values = {"{canary_bytes}": str(len(canary)), "{canary_hex}": f"{len(canary):x}", "{zeros}": "0" * 16, "{canary}": canary}
    for name, value in values.items():
        shape = shape.replace(name, value)
    beyond = len(shape) - shape.index("\r\n\r\n") - 4 if "\r\n\r\n" in shape else 0
    return shape.replace("{beyond}", str(beyond)).encode("latin-1"), user


HONEST = collections.Counter({"200": 2, "404": 2})  # of honest_clients_get_their_own


def attack(site, via, request):
    """Sends the request and nothing more, and then honest ones: the bytes of the answers to the first, what Weir answered in all,
    and what the front passed on in all."""
    before, seen_before = site.answered(), len(site.front.seen())
    received = site.say_all(via, request)
    site.honest_clients_get_their_own(via)
    seen = site.front.seen()[seen_before:]
    count = HONEST.total() + len(answers_in(received)) if via == "weir" else len(seen)
    return received, site.answered_since(before, count), seen


@pytest.mark.parametrize("name", SHAPES)
def test_no_request_is_smuggled_to_weir(site, name):
    request, user = filled(SHAPES[name])
    received, answered, _ = attack(site, "weir", request)
    assert site.weir.get(f"/users/{user}").status_code == 404, f"the smuggled command was carried out: {received}"
    statuses = answers_in(received)
    assert len(statuses) <= 1 and 500 not in statuses, received  # one request, one answer
    assert answered.total() == len(statuses) + HONEST.total(), (received, answered)


@pytest.mark.parametrize("via", ["buffered", "streamed"])
@pytest.mark.parametrize("name", SHAPES)
def test_no_request_is_smuggled_through_the_front(site, via, name):
    """nginx overlooks some faults, such as lines that end with LF, so that the canary may be the client's own second request.
    Then nginx says so. Weir must see neither more requests than nginx does, nor others."""
    request, user = filled(SHAPES[name])
    received, answered, passed_on = attack(site, via, request)
    assert answered == collections.Counter(line.split()[-1] for line in passed_on), (received, passed_on)
    carried_out = site.weir.get(f"/users/{user}").status_code == 200
    assert carried_out == ("POST /commands 200" in passed_on), (received, passed_on)
    assert not any(line.endswith(" 500") for line in passed_on), received


@pytest.mark.parametrize("via", VIA)
def test_the_canary_would_be_seen(site, via):
    """So that the tests above cannot pass by looking at nothing: behind a request that ends, the canary is one of its own."""
    request, user = filled(GET + "\r\n{canary}")
    received, answered, passed_on = attack(site, via, request)
    assert answers_in(received) == [200, 200]
    assert site.weir.get(f"/users/{user}").status_code == 200
    assert answered == HONEST + collections.Counter({"200": 2})
    assert passed_on[:-4] == ([] if via == "weir" else ["GET /health/live 200", "POST /commands 200"])


@pytest.mark.parametrize("via", ["buffered", "streamed"])
def test_the_front_keeps_one_connection(site, via):
    """So that whatever a hostile request left on it would be before the next client's."""
    site.honest_clients_get_their_own(via)
    before = site.connections_of_weir()
    for _ in range(3):
        site.honest_clients_get_their_own(via)
    assert site.connections_of_weir() == before


@pytest.mark.parametrize("via", VIA)
def test_the_host_of_an_absolute_target_counts(site, via):
    for target_host, host, status in (("localhost", "evil.example", 200), ("evil.example", "localhost", 421)):
        with Reader(site.connect(via)) as client:
            client.send(f"GET http://{target_host}/users/honest HTTP/1.1\r\nHost: {host}\r\n\r\n")
            assert client.answer()[0] == status
    site.honest_clients_get_their_own(via)


def tag_of_honest(site):
    return site.weir.get("/users/honest").headers["ETag"]


@pytest.mark.parametrize("via", VIA)
def test_answers_without_a_body_are_followed_by_the_next(site, via):
    """HEAD, 204, 304 and errors, each time with a request behind it on the same connection."""
    user = f"user{next(numbers)}"
    command = json.dumps({"createUser": {"userId": user, "name": "Ada"}})
    asked = [("HEAD", "/users/honest", "", 200), ("HEAD", "/users/nobody", "", 404), ("HEAD", "/events?limit=1", "", 200),
             ("HEAD", "/nothing", "", 404), ("HEAD", "/openapi.json", "", 200), ("OPTIONS", "/commands", "", 204),
             ("GET", "/users/honest", f"If-None-Match: {tag_of_honest(site)}\r\n", 304), ("GET", "/users/nobody", "", 404),
             ("HEAD", "/users/honest", f"If-None-Match: {tag_of_honest(site)}\r\n", 304), ("DELETE", "/users/honest", "", 405),
             ("HEAD", "/events", "Accept: application/x-ndjson\r\n", 200),
             ("GET", "/events?limit=1", "Accept: application/x-ndjson\r\n", 200),
             ("POST", "/commands", "Content-Type: application/json\r\nExpect: 100-continue\r\n"
                                   f"Content-Length: {len(command)}\r\n", 200)]
    with Reader(site.connect(via)) as client:
        for method, path, fields, status in asked:
            client.send(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n" + (command if method == "POST" else ""))
            assert client.answer(method)[0] == status, (method, path)
            client.send("GET /users/other HTTP/1.1\r\nHost: localhost\r\n\r\n")
            status, _, text = client.answer()
            assert (status, json.loads(text)["userId"]) == (200, "other"), (method, path)


@pytest.mark.parametrize("via", VIA)
def test_a_client_that_leaves_in_the_middle_leaves_nothing_behind(site, via):
    for _ in range(3):
        with Reader(site.connect(via)) as client:
            client.send("GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
            status, fields = head(client.input)
            assert status == 200 and next(chunks(client.input)), fields
        site.honest_clients_get_their_own(via)


FEED = ("GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n", "")
LINES = ("POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n",
         json.dumps({"createUser": {"userId": "first", "name": "Ada"}}) + "\n")


@pytest.mark.parametrize("via, head_of_request, line", [("weir", *FEED), ("buffered", *FEED), ("streamed", *FEED), ("weir", *LINES),
                                                        ("streamed", *LINES)])  # buffered, Weir sees lines only when they are all there
def test_an_answer_that_is_cut_short_has_no_end(tmp_path, via, head_of_request, line):
    """If Weir dies in the middle, no client takes what there is for all there is, and no front adds an end."""
    site = Site(tmp_path)
    try:
        with Reader(site.connect(via)) as client:
            client.send(head_of_request + (f"{len(line):x}\r\n{line}\r\n" if line else ""))
            status, _ = head(client.input)
            pieces = chunks(client.input)
            assert status == 200 and next(pieces)
            site.weir.kill()
            with pytest.raises((EOFError, ConnectionResetError)):
                for _ in pieces:
                    pass
    finally:
        site.front.kill()
        site.weir.kill()
