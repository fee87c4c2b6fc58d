"""What goes wrong is said in one form: RFC 9457's problems, for every error without exception."""
import http.client
import json
import re
import socket

import pytest

from weir_process import assert_problem

ADA = {"userId": "ada", "name": "Ada", "email": "ada@example.org"}


def assert_invalid(answer, *pointers):
    """422 with faults at exactly these pointers, each with a detail. Gives the details."""
    problem = assert_problem(answer, 422, "validation")
    assert {error["pointer"] for error in problem["errors"]} == set(pointers)
    assert all(error["detail"] for error in problem["errors"])
    return {error["pointer"]: error["detail"] for error in problem["errors"]}


# Where there is nothing, and what cannot be done with what there is.

@pytest.mark.parametrize("path", ["/nowhere", "/users/u1/friends", "/commandos", "/users/", "/users//"])
def test_a_path_that_leads_nowhere(server, path):
    assert_problem(server.get(path), 404, "not-found")


def test_two_slashes_are_not_one(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.ports["http"], timeout=20)
    connection.request("GET", "//")  # requests makes one of them
    answer = connection.getresponse()
    assert answer.status == 404 and json.loads(answer.read())["type"] == "/problems/not-found"
    connection.close()


@pytest.mark.parametrize("method,path,allowed", [
    ("GET", "/commands", {"POST"}), ("DELETE", "/commands", {"POST"}), ("GET", "/commands/createUser", {"POST"}),
    ("POST", "/users", {"GET", "HEAD"}), ("DELETE", "/users/u1", {"GET", "HEAD"}), ("PUT", "/streams/user-u1/events", {"GET", "HEAD"}),
    ("PATCH", "/streams/user-u1", {"GET", "HEAD"}), ("TRACE", "/users/u1", {"GET", "HEAD"}),
    ("POST", "/health/live", {"GET", "HEAD"})])
def test_a_method_that_a_path_does_not_know(server, method, path, allowed):
    answer = server.request(method, path)
    assert_problem(answer, 405, "method-not-allowed")
    assert allowed <= {name.strip() for name in answer.headers["Allow"].split(",")}


@pytest.mark.parametrize("path", ["/users/u1", "/commands", "/nowhere"])
def test_a_method_that_nobody_knows(server, path):
    problem = assert_problem(server.request("BREW", path), 501, "not-implemented")
    assert "POST" in problem["detail"] and server.get(problem["type"]).json()["status"] == 501


@pytest.mark.parametrize("type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "nonsense", ""])
def test_a_body_of_another_media_type(server, type):
    answer = server.post("/commands", {"createUser": ADA}, {"Content-Type": type})
    assert_problem(answer, 415, "unsupported-media-type")
    assert "application/json" in answer.headers["Accept-Post"]


@pytest.mark.parametrize("type", ["application/json", "application/json; charset=utf-8", "Application/JSON",
                                  'application/json;charset="UTF-8"'])
def test_json_by_every_name_it_goes_by(server, user, type):
    answer = server.post("/commands", {"createUser": {**ADA, "userId": user, "email": f"{user}@example.org"}},
                         {"Content-Type": type})
    assert answer.status_code == 200


def test_an_answer_that_the_client_does_not_take(server, user):
    answer = server.post("/commands", {"createUser": {**ADA, "userId": user}}, {"Accept": "image/png"})
    assert_problem(answer, 406, "not-acceptable")
    assert server.get(f"/users/{user}").status_code == 404


# JSON that is none.

@pytest.mark.parametrize("body,line,column", [
    ("", 1, None), ("{", 1, None), ("nonsense", 1, None), ('{"createUser": {"userId": "u1",}}', 1, None),
    ('{\n  "createUser": {\n    "userId": "u1"\n    "name": "Ada"\n  }\n}', 4, None),
    ('{"createUser": {"userId": "u1"}} trailing', 1, None), ("{'createUser': {}}", 1, None),
    ('{"createUser": {"userId": "\\ud800"}}', 1, None), ('{"a": 01}', 1, None)])
def test_text_that_is_no_json(server, body, line, column):
    problem = assert_problem(server.post("/commands", body), 400, "malformed-json")
    assert problem["line"] == line and problem["column"] >= 1


def test_bytes_that_are_no_utf8(server):
    answer = server.post("/commands", b'{"createUser": {"userId": "u1", "name": "\xff\xfe", "email": "a@b.org"}}')
    assert answer.status_code in (400, 422)
    assert_problem(answer, answer.status_code, "malformed-json" if answer.status_code == 400 else "validation")


@pytest.mark.parametrize("depth", [65, 1000, 100_000])
def test_json_that_is_nested_too_deep(server, depth):
    answer = server.post("/commands", '{"createUser": ' + "[" * depth + "]" * depth + "}")
    assert answer.status_code in (400, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"


# JSON that is no command.

@pytest.mark.parametrize("body", ["null", "1", '"createUser"', "{}", '{"createUser": null}',
                                  '{"createUser": {}, "renameUser": {}}', "true"])
def test_json_that_is_no_command(server, body):
    answer = server.post("/commands", body)
    assert answer.status_code == 422 and answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("name,near", [("creatUser", "createUser"), ("createuser", "createUser"),
                                       ("renameUsers", "renameUser"), ("deactivate_user", "deactivateUser")])
def test_an_unknown_command_and_the_name_that_may_be_meant(server, name, near):
    problem = assert_problem(server.post("/commands", {name: ADA}), 422, "unknown-command")
    assert name in json.dumps(problem) and near in json.dumps(problem)


def test_an_unknown_command_that_is_near_to_nothing(server):
    problem = assert_problem(server.post("/commands", {"launchRocket": {}}), 422, "unknown-command")
    assert "launchRocket" in json.dumps(problem)


def test_an_operation_of_an_unknown_command(server):
    answer = server.post("/commands/creatUser", ADA)
    assert_problem(answer, 404, "not-found")


# Commands that break rules.

def test_all_faults_are_named_at_once(server):
    answer = server.post("/commands", {"createUser": {"userId": "no spaces", "name": "", "email": "nonsense"}})
    assert_invalid(answer, "/createUser/userId", "/createUser/name", "/createUser/email")


def test_no_string_holds_the_character_zero(server, user):
    server.create(user)
    for body, at in (({"createUser": {**ADA, "name": "a\0b"}}, "/createUser/name"),
                     ({"deactivateUser": {"userId": user, "reason": "a\0b"}}, "/deactivateUser/reason"),
                     ({"openAccount": {"accountId": "a1", "owner": "a\0b"}}, "/openAccount/owner")):
        assert "U+0000" in assert_invalid(server.post("/commands", body), at)[at]
    assert_invalid(server.get("/users?namePrefix=a%00b"), "/namePrefix")


def test_pointers_lead_into_the_body_that_was_sent(server):
    assert_invalid(server.post("/commands/renameUser", {"userId": "u/1"}), "/userId", "/name")


def test_members_that_are_missing_are_named(server):
    assert_invalid(server.post("/commands", {"changeEmail": {}}), "/changeEmail/userId", "/changeEmail/email")
    assert_invalid(server.post("/commands", {"createUser": {**ADA, "userId": None}}), "/createUser/userId")


def test_an_unknown_member_is_named_with_the_one_that_may_be_meant(server):
    details = assert_invalid(server.post("/commands", {"createUser": {**ADA, "e-mail": "x"}}), "/createUser/e-mail")
    assert "email" in details["/createUser/e-mail"]
    details = assert_invalid(server.post("/commands", {"createUser": {**ADA, "Name": "x"}}), "/createUser/Name")
    assert "name" in details["/createUser/Name"]


def test_a_pointer_escapes_what_rfc_6901_says(server):
    assert_invalid(server.post("/commands", {"createUser": {**ADA, "a/b~c": 1}}), "/createUser/a~1b~0c")


@pytest.mark.parametrize("value", [1, 1.5, True, [], {}, ["u1"]])
def test_a_value_of_another_type_is_named(server, value):
    assert_invalid(server.post("/commands", {"createUser": {**ADA, "userId": value}}), "/createUser/userId")


def test_a_member_that_comes_twice_is_refused(server):
    answer = server.post("/commands", '{"createUser": {"userId": "u1", "userId": "u2", "name": "A", "email": "a@b.org"}}')
    assert answer.status_code in (400, 422) and "userId" in answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("id", ["", "a" * 65, "a b", "a/b", "é", "a\n", "a\x00"])
def test_an_id_that_the_pattern_does_not_allow(server, id):
    assert_invalid(server.post("/commands", {"createUser": {**ADA, "userId": id}}), "/createUser/userId")


@pytest.mark.parametrize("email", ["", "ada", "@example.org", "ada@", "ada@example", "a b@example.org", "ada@@example.org",
                                   "ada@-example.org", "ada@example.org ", "a" * 65 + "@example.org",
                                   "ada@" + "e" * 250 + ".org", "ada@exa_mple.org", "ada\x00@example.org", "ädä@example.org"])
def test_an_address_that_is_not_plausible(server, email):
    assert_invalid(server.post("/commands", {"createUser": {**ADA, "email": email}}), "/createUser/email")


@pytest.mark.parametrize("email", ["ada+list@example.org", "o'neil@example.co.uk", "a@xn--bcher-kva.example", "1@2.museum"])
def test_an_address_that_is_plausible(server, user, email):
    assert server.command("createUser", userId=user, name="Ada", email=email).status_code == 200


@pytest.mark.parametrize("name", ["", "n" * 201, "é" * 201])
def test_a_name_that_is_too_short_or_too_long(server, name):
    assert_invalid(server.post("/commands", {"createUser": {**ADA, "name": name}}), "/createUser/name")


# Limits.

def test_a_body_over_the_limit(server):
    body = '{"createUser": {"userId": "u1", "name": "' + "n" * (1 << 20) + '", "email": "a@b.org"}}'
    answer = server.post("/commands", body)
    assert_problem(answer, 413, "content-too-large")
    assert str(1 << 20) in answer.text


def test_a_body_over_the_limit_is_refused_before_it_is_sent(server):
    with socket.create_connection(("127.0.0.1", server.ports["http"]), timeout=30) as connection:
        connection.sendall(b"POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                           b"Content-Length: 10000000000\r\n\r\n")
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.status == 413 and answer.headers["Content-Type"] == "application/problem+json"


def test_headers_over_the_limit(server):
    answer = server.get("/users", headers={"X-Long": "x" * (17 << 10)})
    assert_problem(answer, 431, "headers-too-large")


def test_a_target_over_the_limit(server):
    answer = server.get("/users?namePrefix=" + "x" * (9 << 10))
    assert_problem(answer, 414, "uri-too-long")


def raw(server, request):
    """Sends bytes and gives (status, headers, body) of the answer."""
    with socket.create_connection(("127.0.0.1", server.ports["http"]), timeout=30) as connection:
        connection.sendall(request)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, answer.headers, answer.read()


@pytest.mark.parametrize("request_bytes", [
    b"nonsense\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /users HTTP/1.1\r\nHost : x\r\n\r\n",
    b"POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Length: many\r\n\r\n",
    b"POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    b"GET /users/%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", b"GET /% HTTP/1.1\r\nHost: localhost\r\n\r\n", b"GET users HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"])
def test_bytes_that_are_no_http(server, request_bytes):
    status, headers, body = raw(server, request_bytes)
    assert status in (400, 501, 505)
    assert headers["Content-Type"] == "application/problem+json" and json.loads(body)["status"] == status


def test_a_chunked_body_is_taken(server, user):
    body = json.dumps({"createUser": {**ADA, "userId": user, "email": f"{user}@example.org"}}).encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (1, body[i:i + 1]) for i in range(len(body))) + b"0\r\n\r\n"
    status, _, _ = raw(server, b"POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                               b"Transfer-Encoding: chunked\r\n\r\n" + chunks)
    assert status == 200


def test_the_caller_who_asks_first_is_told_to_go_on(server, user):
    body = json.dumps({"createUser": {**ADA, "userId": user, "email": f"{user}@example.org"}}).encode()
    with socket.create_connection(("127.0.0.1", server.ports["http"]), timeout=30) as connection:
        connection.sendall(b"POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                           b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body))
        assert connection.recv(1024).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")


def test_requests_of_one_connection_are_answered_in_order(server, user):
    server.create(user)
    paths = [f"/users/{user}", "/nowhere", f"/streams/user-{user}/events", f"/users/{user}"]
    with socket.create_connection(("127.0.0.1", server.ports["http"]), timeout=30) as connection:
        connection.sendall(b"".join(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() for path in paths[:-1])
                           + f"GET {paths[-1]} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    assert re.findall(rb"HTTP/1\.1 (\d{3}) ", received) == [b"200", b"404", b"200", b"200"]


# What the problems say of themselves.

@pytest.mark.parametrize("kind", ["validation", "malformed-json", "not-found", "sequence-mismatch", "unknown-command",
                                  "idempotency-key-reused", "EmailTaken", "UserAlreadyExists"])
def test_a_type_can_be_looked_up(server, kind):
    answer = server.get(f"/problems/{kind}")
    assert answer.status_code == 200 and answer.text


def test_an_error_says_nothing_from_inside(server):
    for answer in (server.get("/users/nobody"), server.post("/commands", "{"), server.get("/nowhere")):
        for word in ("rocksdb", "boost", "std::", "nlohmann", ".cpp", "exception"):
            assert word not in answer.text.lower()


def test_an_encoded_body_is_415(server):
    answer = server.post("/commands", {"createUser": {"userId": "gz"}}, {"Content-Encoding": "gzip"})
    assert answer.status_code == 415 and answer.headers["Accept-Encoding"] == "identity"
    assert answer.json()["type"] == "/problems/unsupported-media-type"


def test_a_path_is_never_suggested_for_itself(server):
    for path in ("/users/", "/streams/", "/users/by-email/"):
        answer = server.get(path)
        assert answer.status_code == 404 and f'"{path}"' not in answer.json()["detail"]
