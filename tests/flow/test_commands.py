"""The users' commands over HTTP, and why each may be refused."""
import subprocess

import pytest

from weir_process import assert_problem


def test_a_user_needs_no_more_than_an_id(empty_server):
    said = subprocess.run(["curl", "-sS", "-w", " %{http_code}", f"{empty_server.url}/commands", "-H", "Content-Type: application/json",
                           "-d", '{"createUser": {"userId": "u9"}}'], capture_output=True, text=True, check=True).stdout
    assert said == '{"stream":"user-u9","sequence":1,"position":1} 200'
    shown = empty_server.get("/users/u9").json()
    assert set(shown) == {"userId", "status", "createdAt", "updatedAt", "sequence"}
    assert empty_server.command("createUser", userId="u10").status_code == 200  # no address is no other's
    moved = empty_server.command("changeEmail", {"Prefer": "return=representation"}, userId="u9", email="ada@example.org").json()
    assert moved["events"][0]["event"] == {"userEmailChanged": {"userId": "u9", "email": "ada@example.org"}}
    assert empty_server.get("/users/by-email/ADA@example.org").json()["userId"] == "u9"
    assert_problem(empty_server.command("createUser", userId="u11", email="Ada@example.org"), 409, "EmailTaken")


def test_create_answers_with_where_the_event_stands(empty_server):
    answer = empty_server.command("createUser", userId="u1", name="Ada", email="ada@example.org")
    assert answer.status_code == 200
    assert answer.json() == {"stream": "user-u1", "sequence": 1, "position": 1}
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Location"] == "/users/u1"
    assert answer.headers["Weir-Position"] == "1"


def test_each_command_has_an_operation_of_its_own(server, user):
    answer = server.post("/commands/createUser", {"userId": user, "name": "Ada", "email": f"{user}@example.org"})
    assert answer.status_code == 200 and answer.json()["stream"] == f"user-{user}"
    answer = server.post("/commands/renameUser", {"userId": user, "name": "Grace"})
    assert answer.status_code == 200 and answer.json()["sequence"] == 2
    assert server.get(f"/users/{user}").json()["name"] == "Grace"


def test_a_life_is_one_sequence_of_events(server, user):
    commands = [
        ("createUser", {"name": "Ada", "email": f"{user}@example.org"}),
        ("renameUser", {"name": "Ada Lovelace"}),
        ("changeEmail", {"email": f"{user}@example.com"}),
        ("deactivateUser", {"reason": "On leave"}),
        ("reactivateUser", {}),
    ]
    positions = []
    for sequence, (name, fields) in enumerate(commands, start=1):
        answer = server.command(name, userId=user, **fields)
        assert answer.status_code == 200, answer.text
        assert answer.json()["sequence"] == sequence and answer.headers["ETag"] == f'"{sequence}"'
        positions.append(answer.json()["position"])
    assert positions == list(range(positions[0], positions[0] + 5))
    shown = server.get(f"/users/{user}").json()
    assert (shown["name"], shown["email"], shown["status"], shown["sequence"]) == \
        ("Ada Lovelace", f"{user}@example.com", "ACTIVE", 5)


# Refusals: the business says no.

def test_create_is_refused_if_the_user_exists(server, user):
    server.create(user)
    problem = assert_problem(server.command("createUser", userId=user, name="Eve", email=f"eve.{user}@example.org"),
                             409, "UserAlreadyExists", code="UserAlreadyExists", userId=user)
    assert problem["instance"]


def test_create_is_refused_if_the_user_exists_and_is_inactive(server, user):
    server.create(user)
    server.command("deactivateUser", userId=user)
    assert_problem(server.command("createUser", userId=user, name="Eve", email=f"eve.{user}@example.org"),
                   409, "UserAlreadyExists", userId=user)


def test_create_is_refused_if_the_address_is_taken_in_another_case(server, user):
    server.create(user)
    assert_problem(server.command("createUser", userId=user + "b", name="Eve", email=f"{user.upper()}@EXAMPLE.ORG"),
                   409, "EmailTaken", code="EmailTaken", email=f"{user.upper()}@EXAMPLE.ORG")


def test_an_inactive_user_keeps_the_address(server, user):
    server.create(user)
    server.command("deactivateUser", userId=user)
    assert_problem(server.command("createUser", userId=user + "b", name="Eve", email=f"{user}@example.org"),
                   409, "EmailTaken")


def test_a_freed_address_can_be_taken_again(server, user):
    server.create(user)
    assert server.command("changeEmail", userId=user, email=f"{user}@example.com").status_code == 200
    server.create(user + "b", email=f"{user}@example.org")
    assert_problem(server.command("changeEmail", userId=user, email=f"{user}@Example.org"), 409, "EmailTaken")


def test_change_email_to_another_case_of_the_own_address_is_a_change(server, user):
    server.create(user)
    assert server.command("changeEmail", userId=user, email=f"{user.upper()}@example.org").json()["sequence"] == 2
    assert server.get(f"/users/{user}").json()["email"] == f"{user.upper()}@example.org"


@pytest.mark.parametrize("name,fields", [("renameUser", {"name": "X"}), ("changeEmail", {"email": "x@example.org"}),
                                         ("deactivateUser", {}), ("reactivateUser", {})])
def test_a_user_who_is_not_there_is_not_found(server, name, fields):
    assert_problem(server.command(name, userId="nobody", **fields), 409, "UserNotFound", code="UserNotFound",
                   userId="nobody")


@pytest.mark.parametrize("name,fields", [("renameUser", {"name": "X"}), ("changeEmail", {"email": "y@example.org"}),
                                         ("deactivateUser", {})])
def test_an_inactive_user_can_only_be_reactivated(server, user, name, fields):
    server.create(user)
    assert server.command("deactivateUser", userId=user).status_code == 200
    assert_problem(server.command(name, userId=user, **fields), 409, "UserInactive", code="UserInactive", userId=user)
    assert server.get(f"/users/{user}").json()["sequence"] == 2
    assert server.command("reactivateUser", userId=user).json()["sequence"] == 3


def test_reactivate_is_refused_if_the_user_is_active(server, user):
    server.create(user)
    assert_problem(server.command("reactivateUser", userId=user), 409, "UserActive", code="UserActive", userId=user)


def test_a_refused_command_writes_nothing(empty_server):
    empty_server.create("u1")
    for _ in range(3):
        assert empty_server.command("reactivateUser", userId="u1").status_code == 409
    assert empty_server.get("/users").headers["Weir-Position"] == "1"


# Commands that change nothing.

@pytest.mark.parametrize("name,fields", [("renameUser", {"name": "Ada"}), ("changeEmail", {"email": "{}@example.org"})])
def test_a_command_that_changes_nothing_answers_with_the_present_sequence(server, user, name, fields):
    server.create(user)
    fields = {member: value.format(user) for member, value in fields.items()}
    answer = server.command(name, userId=user, headers={"Prefer": "return=representation"}, **fields)
    assert answer.status_code == 200
    assert answer.json()["sequence"] == 1 and answer.json()["events"] == []
    assert answer.headers["ETag"] == '"1"'


# Prefer.

def test_representation_is_given_if_preferred(server, user):
    answer = server.command("createUser", userId=user, name="Ada", email=f"{user}@example.org",
                            headers={"Prefer": "return=representation"})
    events = answer.json()["events"]
    assert [event["event"] for event in events] == \
        [{"userCreated": {"userId": user, "name": "Ada", "email": f"{user}@example.org"}}]
    assert events[0]["position"] == answer.json()["position"] and events[0]["stream"] == f"user-{user}"
    assert answer.headers.get("Preference-Applied") in (None, "return=representation")


def test_no_representation_is_given_if_it_is_not_preferred(server, user):
    assert "events" not in server.create(user).json()


# Text.

@pytest.mark.parametrize("name", ["Ada Lovelace", "Ægir Þórsson", "山田 太郎", "Zoë \"Zo\" O'Neil", "عائشة", "🦉", "a\\b/c",
                                  "line\nbreak", "n" * 200, "é" * 200])
def test_names_come_back_as_they_were_given(server, user, name):
    server.create(user, name=name)
    assert server.get(f"/users/{user}").json()["name"] == name


@pytest.mark.parametrize("id", ["a", "A.b_c-d", "-", ".", "..", "9" * 64, "by-email"])
def test_every_id_that_the_pattern_allows_is_taken(server, id, user):
    answer = server.command("createUser", userId=id, name="Ada", email=f"{user}@example.org")
    assert answer.status_code == 200 and answer.json()["stream"] == f"user-{id}"
    assert server.get(f"/users/by-email/{user}@example.org").json()["userId"] == id
