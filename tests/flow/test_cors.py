"""CORS over plain HTTP: off unless origins are named, and then the same for answers, problems and preflights."""
import pytest

from weir_process import Weir, assert_problem, run_weir

PAGE, OTHER = "http://127.0.0.1:3000", "http://127.0.0.1:3001"
ALLOW, EXPOSE = "Access-Control-Allow-Origin", "Access-Control-Expose-Headers"


def words(value):
    return {each.strip().lower() for each in value.split(",")}


@pytest.fixture(scope="module")
def allowing(tmp_path_factory):
    """A server that lets pages of two origins in."""
    weir = Weir(tmp_path_factory.mktemp("allowing") / "data", "--cors-origin", PAGE, "--cors-origin", "https://app.example")
    yield weir
    assert weir.stop() == 0, weir.log()


@pytest.fixture(scope="module")
def open_to_all(tmp_path_factory):
    weir = Weir(tmp_path_factory.mktemp("open") / "data", "--cors-origin", "*")
    yield weir
    assert weir.stop() == 0, weir.log()


def preflight(server, path, origin, method="POST", fields="content-type,idempotency-key"):
    return server.request("OPTIONS", path, headers={"Origin": origin, "Access-Control-Request-Method": method,
                                                    "Access-Control-Request-Headers": fields})


def test_it_is_off_unless_an_origin_is_named(server, user):
    server.create(user)
    for answer in (server.get(f"/users/{user}", headers={"Origin": PAGE}), server.get("/nowhere", headers={"Origin": PAGE}),
                   preflight(server, "/commands", PAGE)):
        assert not [name for name in answer.headers if name.startswith("Access-Control-")]
        assert "Origin" not in answer.headers.get("Vary", "")


@pytest.mark.parametrize("origin", [PAGE, "https://app.example"])
def test_an_allowed_origin_may_read_answers_and_problems(allowing, user, origin):
    allowing.create(user)
    good = allowing.get(f"/users/{user}", headers={"Origin": origin})
    assert good.status_code == 200 and words(good.headers["Vary"]) >= {"accept", "origin"}
    missing = allowing.get("/users/nobody", headers={"Origin": origin})
    assert_problem(missing, 404, "not-found", code="UserNotFound")
    nowhere = allowing.get("/nowhere", headers={"Origin": origin})
    assert_problem(nowhere, 404, "not-found")
    unreadable = allowing.post("/commands", "{", {"Origin": origin})
    assert_problem(unreadable, 400, "malformed-json")
    refused = allowing.post("/commands", "", {"Origin": origin, "Content-Type": "text/plain"})
    assert_problem(refused, 415, "unsupported-media-type")
    wrong = allowing.request("DELETE", "/commands", headers={"Origin": origin})
    assert_problem(wrong, 405, "method-not-allowed")
    for answer in (good, missing, nowhere, unreadable, refused, wrong):
        assert answer.headers[ALLOW] == origin
        assert "origin" in words(answer.headers["Vary"])
        assert words(answer.headers[EXPOSE]) >= {"etag", "location", "weir-position", "idempotency-replayed", "retry-after"}


@pytest.mark.parametrize("origin", [OTHER, "null", "http://127.0.0.1", PAGE + "0", "https://127.0.0.1:3000", PAGE + "/", "*"])
def test_another_origin_is_answered_without_leave(allowing, origin):
    for answer in (allowing.get("/users", headers={"Origin": origin}), preflight(allowing, "/commands", origin)):
        assert not [name for name in answer.headers if name.startswith("Access-Control-")]
        assert "origin" in words(answer.headers["Vary"])


def test_without_an_origin_the_answer_still_varies_by_it(allowing):
    answer = allowing.get("/users")
    assert "origin" in words(answer.headers["Vary"]) and ALLOW not in answer.headers


def test_all_origins_may_be_let_in(open_to_all):
    for origin in (PAGE, OTHER, "null"):
        answer = open_to_all.get("/users", headers={"Origin": origin})
        assert answer.headers[ALLOW] == "*" and "origin" not in words(answer.headers["Vary"])
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert preflight(open_to_all, "/commands", origin).headers[ALLOW] == "*"


@pytest.mark.parametrize("path,methods", [("/commands", {"post"}), ("/commands/createUser", {"post"}), ("/rpc", {"post"}),
                                          ("/users/u1", {"get", "head"}), ("/streams/user-u1/events", {"get", "head"})])
def test_a_preflight_lists_methods_and_header_fields(allowing, path, methods):
    answer = preflight(allowing, path, PAGE)
    assert answer.status_code in (200, 204) and answer.headers[ALLOW] == PAGE
    assert methods <= words(answer.headers["Access-Control-Allow-Methods"])
    assert words(answer.headers["Access-Control-Allow-Headers"]) >= {
        "accept", "authorization", "baggage", "cache-control", "content-type", "tracestate", "idempotency-key", "if-match", "if-none-match", "last-event-id", "prefer", "traceparent",
        "weir-min-position"}
    assert int(answer.headers["Access-Control-Max-Age"]) > 0
    assert "origin" in words(answer.headers["Vary"])


def test_options_that_are_no_preflight_list_what_the_path_takes(allowing):
    answer = allowing.request("OPTIONS", "/commands", headers={"Origin": PAGE})
    assert "post" in words(answer.headers["Allow"]) and "Access-Control-Allow-Methods" not in answer.headers


@pytest.mark.parametrize("origin", ["app.example", "https://App.example", "https://app.example/", "ftp://app.example", ""])
def test_what_is_no_origin_is_refused_at_start(tmp_path, origin):
    code, _, said = run_weir("serve", "--data", tmp_path / "data", "--listen", "127.0.0.1:0", "--cors-origin", origin)
    assert code == 2 and "cors-origin" in said
