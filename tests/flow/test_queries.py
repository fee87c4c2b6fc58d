"""Queries over HTTP: one user, pages of users, by address, reports; entity tags and positions."""
import datetime
import urllib.parse

import pytest

from weir_process import Weir, assert_problem, moment


def test_a_user_is_shown_as_the_events_say(server, user):
    server.create(user, name="Ada")
    answer = server.get(f"/users/{user}")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/json"
    shown = answer.json()
    assert list(shown) == ["userId", "name", "email", "status", "createdAt", "updatedAt", "sequence"]
    assert shown["createdAt"] == shown["updatedAt"]
    server.command("renameUser", userId=user, name="Grace")
    later = server.get(f"/users/{user}").json()
    assert later["createdAt"] == shown["createdAt"] and moment(later["updatedAt"]) > moment(shown["updatedAt"])
    assert later["sequence"] == 2


def test_a_user_who_is_not_there_is_404(server):
    assert_problem(server.get("/users/nobody"), 404, "not-found", code="UserNotFound", userId="nobody")


def test_an_id_that_cannot_be_is_refused(server):
    problem = assert_problem(server.get("/users/not%20an%20id"), 422, "validation")
    assert problem["errors"][0]["pointer"] == "/userId"


def test_a_user_is_found_by_address_in_any_case(server, user):
    server.create(user, email=f"{user}@example.org")
    for address in (f"{user}@example.org", f"{user.upper()}@Example.ORG", f"{user}%40example.org"):
        answer = server.get(f"/users/by-email/{address}")
        assert answer.json()["userId"] == user and answer.json()["email"] == f"{user}@example.org"


def test_an_address_that_nobody_has_is_404(server):
    assert_problem(server.get("/users/by-email/nobody@example.org"), 404, "not-found", code="EmailNotFound",
                   email="nobody@example.org")


def test_an_address_that_was_left_finds_nobody(server, user):
    server.create(user)
    server.command("changeEmail", userId=user, email=f"{user}@example.com")
    assert_problem(server.get(f"/users/by-email/{user}@example.org"), 404, "not-found", code="EmailNotFound")
    assert server.get(f"/users/by-email/{user}@example.com").json()["userId"] == user


# Pages.

@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A server with 120 users: every third inactive, every second's name begins with A."""
    weir = Weir(tmp_path_factory.mktemp("many") / "data")
    for n in range(120):
        weir.create(f"m{n:03}", name=("Ada" if n % 2 == 0 else "Bo") + str(n))
        if n % 3 == 0:
            assert weir.command("deactivateUser", userId=f"m{n:03}").status_code == 200
    yield weir
    assert weir.stop() == 0, weir.log()


def walk(server, query, pages_max=1000):
    """All users of all pages, and the sizes of the pages."""
    users, sizes, cursor = [], [], None
    while len(sizes) < pages_max:
        page = server.get("/users", params={**query, **({"cursor": cursor} if cursor else {})})
        assert page.status_code == 200, page.text
        users += page.json()["users"]
        sizes.append(len(page.json()["users"]))
        cursor = page.json().get("next")
        if cursor is None:
            return users, sizes
    raise AssertionError("the pages do not end")


def test_a_page_holds_fifty_users_unless_told(many):
    page = many.get("/users").json()
    assert [user["userId"] for user in page["users"]] == [f"m{n:03}" for n in range(50)]
    assert isinstance(page["next"], str)


@pytest.mark.parametrize("limit", [1, 7, 60, 119, 120, 121, 1000])
def test_pages_together_hold_every_user_once_in_order(many, limit):
    users, sizes = walk(many, {"limit": limit})
    assert [user["userId"] for user in users] == [f"m{n:03}" for n in range(120)]
    assert max(sizes) <= limit


def test_next_is_absent_at_the_end(many):
    assert "next" not in many.get("/users?limit=1000").json()


def test_users_are_filtered_by_status(many):
    users, _ = walk(many, {"limit": 10, "status": "INACTIVE"})
    assert [user["userId"] for user in users] == [f"m{n:03}" for n in range(0, 120, 3)]
    assert {user["status"] for user in users} == {"INACTIVE"}


def test_users_are_filtered_by_the_beginning_of_the_name(many):
    users, _ = walk(many, {"limit": 10, "namePrefix": "Ada1", "status": "ACTIVE"})
    assert [user["name"] for user in users] == [f"Ada{n}" for n in range(120)
                                                if n % 2 == 0 and n % 3 != 0 and str(n).startswith("1")]


def test_a_user_who_comes_between_two_pages_is_on_the_second(empty_server):
    for user in ("a", "b", "d"):
        empty_server.create(user)
    first = empty_server.get("/users?limit=2").json()
    empty_server.create("c")
    second = empty_server.get("/users", params={"limit": 2, "cursor": first["next"]}).json()
    assert [user["userId"] for user in second["users"]] == ["c", "d"]


@pytest.mark.parametrize("query,pointer", [("limit=0", "/limit"), ("limit=1001", "/limit"), ("limit=many", "/limit"),
                                           ("status=GONE", "/status"), ("colour=red", "/colour"),
                                           ("namePrefix=" + "x" * 201, "/namePrefix")])
def test_a_parameter_that_breaks_a_rule_is_named(many, query, pointer):
    problem = assert_problem(many.get("/users?" + query), 422, "validation")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_a_cursor_that_was_never_given_out_is_refused_or_empty(many):
    answer = many.get("/users", params={"cursor": "\x00\xff nonsense"})
    assert answer.status_code in (200, 400, 422)


# Reports.

@pytest.mark.parametrize("path,at", [
    ("/reports/signups?from=2026-02-30&to=2026-03-01", "/from"), ("/reports/signups?from=2026-02-01&to=2026-02-29", "/to"),
    ("/reports/signups?from=2026-11-28&to=2026-11-01", "/to"), ("/reports/ledger-months?from=2026-12&to=2026-01", "/to")])
def test_a_period_has_days_of_the_calendar_and_does_not_end_before_it_begins(server, path, at):
    problem = assert_problem(server.get(path), 422, "validation")
    assert [each["pointer"] for each in problem["errors"]] == [at]


def test_signups_are_counted_by_day(empty_server):
    for n in range(5):
        empty_server.create(f"u{n}")
    empty_server.command("deactivateUser", userId="u0")
    now = datetime.datetime.now(datetime.timezone.utc).date()
    days = [now - datetime.timedelta(days=1), now]  # the day may end between the commands and here
    report = empty_server.get(f"/reports/signups?from={days[0]}&to={days[1]}").json()
    assert sum(day["created"] for day in report["days"]) == 5
    assert sum(day["deactivated"] for day in report["days"]) == 1
    assert {day["day"] for day in report["days"]} <= {str(day) for day in days}
    assert empty_server.get("/reports/signups?from=2001-01-01&to=2001-12-31").json() == {"days": []}


@pytest.mark.parametrize("query,pointers", [("", {"/from", "/to"}), ("from=2026-11-01", {"/to"}),
                                            ("from=2026-13-01&to=2026-11-30", {"/from"}),
                                            ("from=yesterday&to=tomorrow", {"/from", "/to"})])
def test_a_report_names_every_day_that_is_no_day(server, query, pointers):
    problem = assert_problem(server.get("/reports/signups?" + query), 422, "validation")
    assert {error["pointer"] for error in problem["errors"]} == pointers


def test_spaces_and_pluses_are_found_as_encoders_of_forms_write_them(server, user):
    for number, name in enumerate((f"{user} L", f"{user}+L")):
        server.create(f"{user}-{number}", name=name)
    for encode in (urllib.parse.urlencode, lambda query: urllib.parse.urlencode(query, quote_via=urllib.parse.quote)):
        for number, name in enumerate((f"{user} L", f"{user}+L")):
            found = server.get("/users?" + encode({"namePrefix": name})).json()["users"]
            assert [each["userId"] for each in found] == [f"{user}-{number}"]
    assert server.get("/events?types=userCreated,+userRenamed").status_code == 200


# Entity tags, HEAD, positions.

def test_the_entity_tag_of_a_user_is_the_sequence(server, user):
    server.create(user)
    assert server.get(f"/users/{user}").headers["ETag"] == '"1"'
    server.command("renameUser", userId=user, name="Grace")
    assert server.get(f"/users/{user}").headers["ETag"] == '"2"'


@pytest.mark.parametrize("tags", ['"1"', 'W/"1"', '"7", "1"', "*"])
def test_what_the_client_has_already_is_not_sent_again(server, user, tags):
    server.create(user)
    answer = server.get(f"/users/{user}", headers={"If-None-Match": tags})
    assert answer.status_code == 304 and answer.content == b"" and answer.headers["ETag"] == '"1"'


def test_what_has_changed_is_sent(server, user):
    server.create(user)
    server.command("renameUser", userId=user, name="Grace")
    answer = server.get(f"/users/{user}", headers={"If-None-Match": '"1"'})
    assert answer.status_code == 200 and answer.json()["name"] == "Grace"


@pytest.mark.parametrize("path", ["/users/{}", "/users", "/users/by-email/{}@example.org", "/streams/user-{}",
                                  "/streams/user-{}/events", "/health/live", "/users/nobody", "/nowhere"])
def test_head_is_get_without_the_body(server, user, path):
    server.create(user)
    path = path.format(user)
    get, head = server.get(path), server.request("HEAD", path)
    assert head.status_code == get.status_code and head.content == b""
    for name in ("Content-Type", "ETag", "Content-Length"):
        assert head.headers.get(name) == get.headers.get(name), name


@pytest.mark.parametrize("path", ["/users/{}", "/users", "/users/by-email/{}@example.org", "/streams/user-{}",
                                  "/streams/user-{}/events", "/users/nobody"])
def test_a_read_says_what_position_it_reflects(server, user, path):
    position = server.create(user).json()["position"]
    assert int(server.get(path.format(user)).headers["Weir-Position"]) >= position


def test_an_answer_can_be_had_in_json_only_where_json_is_acceptable(server, user):
    server.create(user)
    for accept in ("*/*", "application/*", "application/json", "text/html, application/json;q=0.1", "application/JSON"):
        assert server.get(f"/users/{user}", headers={"Accept": accept}).status_code == 200
    assert_problem(server.get(f"/users/{user}", headers={"Accept": "image/png"}), 406, "not-acceptable")
    assert_problem(server.get(f"/users/{user}", headers={"Accept": "application/json;q=0"}), 406, "not-acceptable")
