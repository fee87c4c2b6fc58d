"""Conditions: If-Match, If-None-Match; and keys that make a retry harmless."""
import concurrent.futures

import pytest
import requests

from weir_process import Weir, assert_problem


# If-Match and If-None-Match on commands.

def rename(server, user, name, **headers):
    return server.command("renameUser", headers={key.replace("_", "-"): value for key, value in headers.items()},
                          userId=user, name=name)


def test_a_command_goes_through_if_the_stream_is_where_the_caller_thinks(server, user):
    server.create(user)
    assert rename(server, user, "B", If_Match='"1"').json()["sequence"] == 2
    assert rename(server, user, "C", If_Match='"2"').json()["sequence"] == 3


def test_a_command_fails_if_the_stream_has_gone_on(server, user):
    server.create(user)
    rename(server, user, "B")
    assert_problem(rename(server, user, "C", If_Match='"1"'), 412, "sequence-mismatch", expected=1, actual=2)
    assert server.get(f"/users/{user}").json()["name"] == "B"


def test_any_stream_that_exists_matches_a_star(server, user):
    assert_problem(rename(server, user, "B", If_Match="*"), 412, "sequence-mismatch", actual=0)
    server.create(user)
    assert rename(server, user, "B", If_Match="*").status_code == 200


def test_a_command_can_ask_that_the_stream_does_not_exist(server, user):
    create = {"userId": user, "name": "Ada", "email": f"{user}@example.org"}
    assert server.command("createUser", headers={"If-None-Match": "*"}, **create).status_code == 200
    assert_problem(server.command("createUser", headers={"If-None-Match": "*"}, **create), 412, "sequence-mismatch",
                   actual=1)


def test_the_sequence_is_checked_before_the_rules(server, user):
    server.create(user)
    assert_problem(server.command("reactivateUser", headers={"If-Match": '"9"'}, userId=user), 412, "sequence-mismatch",
                   expected=9, actual=1)
    assert_problem(server.command("reactivateUser", headers={"If-Match": '"1"'}, userId=user), 409, "UserActive")


@pytest.mark.parametrize("header,value", [("If-Match", "1"), ("If-Match", '"one"'), ("If-Match", '"-1"'),
                                          ("If-Match", '"99999999999999999999"'), ("If-None-Match", '"1"')])
def test_a_condition_that_means_nothing_is_refused(server, user, header, value):
    server.create(user)
    answer = server.command("renameUser", headers={header: value}, userId=user, name="B")
    assert answer.status_code in (400, 412), answer.text
    assert server.get(f"/users/{user}").json()["sequence"] == 1


def test_writers_racing_on_one_stream_see_each_other(server, user):
    """Each success has exactly one predecessor: of all that try from a sequence one gets through."""
    server.create(user)

    def writer(number):
        gone_through = []
        with requests.Session() as session:
            while len(gone_through) < 5:
                seen = session.get(f"{server.url}/users/{user}", timeout=60).json()["sequence"]
                answer = session.post(f"{server.url}/commands", headers={"If-Match": f'"{seen}"'}, timeout=60,
                                      json={"renameUser": {"userId": user, "name": f"writer {number} from {seen}"}})
                if answer.status_code == 200:
                    assert answer.json()["sequence"] == seen + 1
                    gone_through.append(seen)
                else:
                    assert answer.status_code == 412 and answer.json()["actual"] > seen
        return gone_through

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        all_through = [seen for seens in pool.map(writer, range(8)) for seen in seens]
    assert sorted(all_through) == list(range(1, 41))
    events = server.get(f"/streams/user-{user}/events?limit=100").json()["events"]
    assert [int(event["event"]["userRenamed"]["name"].split()[-1]) for event in events[1:]] == list(range(1, 41))


# Idempotency-Key.

def create(server, user, key, name="Ada"):
    return server.command("createUser", headers={"Idempotency-Key": key}, userId=user, name=name,
                          email=f"{user}@example.org")


def test_a_retry_with_the_same_key_gets_the_same_answer(server, user):
    first, again = create(server, user, f"key {user}"), create(server, user, f"key {user}")
    assert first.status_code == again.status_code == 200
    assert "Idempotency-Replayed" not in first.headers and again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    for name in ("ETag", "Location"):
        assert again.headers[name] == first.headers[name]
    assert server.get(f"/streams/user-{user}").json()["sequence"] == 1


def test_a_quoted_key_is_the_same_as_a_bare_one(server, user):
    create(server, user, f"k{user}")
    assert create(server, user, f'"k{user}"').headers.get("Idempotency-Replayed") == "true"


def test_the_answer_is_the_first_one_after_the_stream_has_gone_on(server, user):
    first = create(server, user, f"key {user}")
    rename(server, user, "Grace")
    again = create(server, user, f"key {user}")
    assert again.json() == first.json() and again.headers["ETag"] == '"1"'


def test_member_order_and_white_space_do_not_make_another_command(server, user):
    key = {"Idempotency-Key": f"key {user}"}
    first = server.post("/commands", f'{{"createUser":{{"userId":"{user}","name":"A","email":"{user}@x.org"}}}}', key)
    again = server.post("/commands/createUser", f'{{ "email": "{user}@x.org", "name": "A",\n "userId": "{user}" }}', key)
    assert first.status_code == 200 and again.status_code == 200 and again.json() == first.json()


def test_a_key_stands_for_one_command(server, user):
    create(server, user, f"key {user}")
    assert_problem(create(server, user, f"key {user}", name="Eve"), 422, "idempotency-key-reused")
    assert_problem(create(server, user + "b", f"key {user}"), 422, "idempotency-key-reused")


def test_a_refusal_is_not_remembered(server, user):
    key = f"key {user}"
    assert_problem(server.command("reactivateUser", headers={"Idempotency-Key": key}, userId=user), 409, "UserNotFound")
    server.create(user)
    server.command("deactivateUser", userId=user)
    answer = server.command("reactivateUser", headers={"Idempotency-Key": key}, userId=user)
    assert answer.status_code == 200 and "Idempotency-Replayed" not in answer.headers


def test_a_replay_comes_before_the_condition(server, user):
    headers = {"Idempotency-Key": f"key {user}", "If-None-Match": "*"}
    fields = {"userId": user, "name": "Ada", "email": f"{user}@example.org"}
    assert server.command("createUser", headers=headers, **fields).status_code == 200
    again = server.command("createUser", headers=headers, **fields)
    assert again.status_code == 200 and again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("key", ["", '""', "k" * 256, "caf\u00e9", '"open'])
def test_a_key_that_is_none_is_refused(server, user, key):
    answer = server.request("POST", "/commands", json={"createUser": {"userId": user, "name": "Ada",
                                                                       "email": f"{user}@example.org"}},
                            headers={"Idempotency-Key": key.encode("utf-8")})
    assert_problem(answer, 400, "malformed-request")
    assert server.get(f"/users/{user}").status_code == 404


def test_a_key_of_255_characters_is_taken(server, user):
    key = (user + "k" * 255)[:255]
    assert create(server, user, key).status_code == 200
    assert create(server, user, key).headers["Idempotency-Replayed"] == "true"


def test_thirty_two_at_once_with_one_key_have_one_effect_and_one_answer(server, user):
    body = {"createUser": {"userId": user, "name": "Ada", "email": f"{user}@example.org"}}

    def post(_):
        return requests.post(f"{server.url}/commands", json=body, headers={"Idempotency-Key": f"key {user}"}, timeout=60)

    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(post, range(32)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert server.get(f"/streams/user-{user}").json()["sequence"] == 1


def test_a_key_is_remembered_after_a_restart(tmp_path):
    server = Weir(tmp_path / "data")
    first = create(server, "u1", "the key")
    assert server.stop() == 0
    server = Weir(tmp_path / "data")
    try:
        again = create(server, "u1", "the key")
        assert again.json() == first.json() and again.headers["Idempotency-Replayed"] == "true"
        assert_problem(create(server, "u2", "the key"), 422, "idempotency-key-reused")
    finally:
        server.kill()
