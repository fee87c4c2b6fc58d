"""The ledger over HTTP: a second domain beside the users, with nothing of its own but its rules."""
import concurrent.futures
import time

import pytest
import requests

from weir_process import assert_problem


@pytest.fixture
def accounts(server, user):
    """Two open accounts that no other test uses: the first holds 100.00, the second nothing."""
    first, second = f"{user}-a", f"{user}-b"
    for account in (first, second):
        assert server.command("openAccount", accountId=account, owner="Ada").status_code == 200
    assert server.command("deposit", accountId=first, amount=10000).status_code == 200
    return first, second


def transfer(server, first, second, amount, **headers):
    return server.command("transfer", headers={name.replace("_", "-"): value for name, value in headers.items()},
                          fromAccountId=first, toAccountId=second, amount=amount)


def balance(server, account):
    return server.get(f"/accounts/{account}").json()["balance"]


def events_of(server, account):
    return server.get(f"/streams/account-{account}/events?limit=1000").json()["events"]


def report_as_of(server, position, path):
    """The report follows the log by itself: asked until it has come up to this position."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        answer = server.get(path, headers={"Weir-Min-Position": str(position), "Prefer": "wait=30"})
        if answer.status_code == 200 and int(answer.headers["Weir-Position"]) >= position:
            return answer.json()
    raise AssertionError(f"the report did not come up to {position}: {answer.text}")


def test_an_account_lives_from_opening_to_closing(server, user):
    opened = server.command("openAccount", accountId=user, owner="Ada")
    assert opened.json()["stream"] == f"account-{user}" and opened.headers["Location"] == f"/accounts/{user}"
    server.command("deposit", accountId=user, amount=500)
    withdrawn = server.post("/commands/withdraw", {"accountId": user, "amount": 500})
    assert withdrawn.json()["sequence"] == 3
    assert server.command("closeAccount", accountId=user).headers["ETag"] == '"4"'
    answer = server.get(f"/accounts/{user}")
    assert answer.headers["ETag"] == '"4"'
    account = answer.json()
    assert {name: account[name] for name in ("owner", "balance", "status", "sequence")} == \
        {"owner": "Ada", "balance": 0, "status": "CLOSED", "sequence": 4}


def test_more_than_there_is_is_refused_with_what_there_is(server, accounts):
    first, second = accounts
    problem = assert_problem(transfer(server, first, second, 10001), 409, "InsufficientFunds", code="InsufficientFunds",
                             accountId=first, balance=10000, amount=10001)
    assert problem["title"] == "The account holds less than was asked for"
    assert balance(server, first) == 10000 and balance(server, second) == 0
    assert "explanation" in server.get(problem["type"]).json()


@pytest.mark.parametrize("amount", [0, -1, 2**53, 1.5, "1"])
def test_an_amount_is_a_whole_number_of_cents(server, accounts, amount):
    problem = assert_problem(server.command("deposit", accountId=accounts[0], amount=amount), 422, "validation")
    assert {error["pointer"] for error in problem["errors"]} == {"/deposit/amount"}


def test_an_account_holds_no_more_than_json_can_say(server, accounts):
    most = 2**53 - 1
    assert_problem(server.command("deposit", accountId=accounts[0], amount=most), 409, "BalanceTooLarge", amount=most)
    server.command("deposit", accountId=accounts[1], amount=most)
    assert balance(server, accounts[1]) == most
    assert_problem(transfer(server, *accounts, 1), 409, "BalanceTooLarge", accountId=accounts[1])


def test_a_transfer_is_one_command_in_two_streams(server, accounts):
    first, second = accounts
    answer = transfer(server, first, second, 2500, Prefer="return=representation")
    assert answer.json()["stream"] == f"account-{first}" and answer.headers["Location"] == f"/accounts/{first}"
    sent, received = events_of(server, first)[-1], events_of(server, second)[-1]
    assert answer.json()["events"] == [sent, received]
    assert sent["event"] == {"moneySent": {"accountId": first, "toAccountId": second, "amount": 2500}}
    assert received["event"] == {"moneyReceived": {"accountId": second, "fromAccountId": first, "amount": 2500}}
    assert sent["metadata"]["commandId"] == received["metadata"]["commandId"]
    assert received["position"] == sent["position"] + 1 == answer.json()["position"]
    assert sent["recordedAt"] == received["recordedAt"]


def test_a_transfer_is_done_once_by_its_key(server, accounts):
    first, second = accounts
    once = transfer(server, first, second, 10, Idempotency_Key=f"once {first}")
    again = transfer(server, first, second, 10, Idempotency_Key=f"once {first}")
    assert again.json() == once.json() and again.headers["Idempotency-Replayed"] == "true"
    assert balance(server, second) == 10


def test_ten_transfers_at_once_lose_nothing(server, accounts):
    def send(number):
        there, back = accounts if number % 2 else accounts[::-1]
        with requests.Session() as session:
            return session.post(f"{server.url}/commands", timeout=60, json={
                "transfer": {"fromAccountId": there, "toAccountId": back, "amount": 3000 + number}}).status_code

    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(send, range(10)))
    assert set(statuses) <= {200, 409} and 200 in statuses
    assert sum(balance(server, account) for account in accounts) == 10000
    for account in accounts:
        entries = server.get(f"/accounts/{account}/statement").json()["entries"]
        assert all(entry["balance"] >= 0 for entry in entries)
        assert entries[-1]["balance"] == balance(server, account) == sum(entry["amount"] for entry in entries)
    transfers = [list(event["event"])[0] for account in accounts for event in events_of(server, account)]
    assert transfers.count("moneySent") == transfers.count("moneyReceived") == statuses.count(200)


def test_a_statement_is_read_page_by_page(server, accounts):
    first, second = accounts
    for amount in (1, 2, 3):
        transfer(server, first, second, amount)
    page = server.get(f"/accounts/{first}/statement?limit=3").json()
    assert page["next"] == 4
    rest = server.get(f"/accounts/{first}/statement?from={page['next']}").json()
    assert "next" not in rest
    entries = page["entries"] + rest["entries"]
    assert [(entry["kind"], entry["amount"], entry["balance"]) for entry in entries] == \
        [("OPENED", 0, 0), ("DEPOSITED", 10000, 10000), ("SENT", -1, 9999), ("SENT", -2, 9997), ("SENT", -3, 9994)]
    assert entries[-1]["counterparty"] == second
    assert [entry["recordedAt"] for entry in entries] == [event["recordedAt"] for event in events_of(server, first)]


def test_a_statement_is_shown_as_it_was(server, accounts):
    account = accounts[0]
    whole = server.get(f"/accounts/{account}/statement").json()["entries"]
    past = server.get(f"/accounts/{account}/statement?atSequence=1")
    assert past.status_code == 200 and past.json()["entries"] == whole[:1]
    then = server.get(f"/accounts/{account}/statement?at={whole[-1]['recordedAt']}")
    assert then.json()["entries"] == whole


def test_accounts_are_listed(server, accounts):
    listed = server.get(f"/accounts?limit=1&cursor={accounts[0]}").json()
    assert [account["accountId"] for account in listed["accounts"]] == [accounts[1]]


def test_the_month_says_what_moved(empty_server):
    empty_server.command("openAccount", accountId="a", owner="Ada")
    empty_server.command("openAccount", accountId="b", owner="Bob")
    empty_server.command("deposit", accountId="a", amount=70)
    empty_server.command("transfer", fromAccountId="a", toAccountId="b", amount=50)
    last = empty_server.command("withdraw", accountId="b", amount=20).json()["position"]
    month = empty_server.get("/accounts/a").json()["openedAt"][:7]
    report = report_as_of(empty_server, last, f"/reports/ledger-months?from={month}&to=9999-12")
    totals = [sum(each[name] for each in report["months"])
              for name in ("opened", "closed", "deposited", "withdrawn", "transferred")]
    assert totals == [2, 0, 70, 20, 50]  # the clock may have come to another month


def test_a_report_of_no_month_is_refused(server):
    assert_problem(server.get("/reports/ledger-months?from=2026-13&to=2026-12"), 422, "validation")


# Two domains in one server.

def test_each_domain_has_its_own_streams_in_one_log(server, accounts, user):
    server.create(user)
    paths = server.get("/openapi.json").json()["paths"]
    assert {"/users/{userId}", "/accounts/{accountId}", "/commands/createUser", "/commands/transfer"} <= set(paths)
    streams = {server.get(f"/streams/{stream}/events").json()["events"][0]["stream"]
               for stream in (f"user-{user}", f"account-{accounts[0]}")}
    assert streams == {f"user-{user}", f"account-{accounts[0]}"}


def test_a_name_near_that_of_any_domains_command_is_suggested(server):
    problem = assert_problem(server.command("transferr"), 422, "unknown-command")
    assert 'did you mean "transfer"?' in problem["detail"]


def test_a_command_that_is_none_is_told_of_every_domains(server):
    problem = assert_problem(server.post("/commands", {}), 422, "validation")
    assert all(name in problem["errors"][0]["detail"] for name in ("createUser", "transfer"))


def test_commands_of_two_domains_are_one_too_many(server):
    both = {"createUser": {"userId": "u", "name": "Ada", "email": "u@example.org"}, "closeAccount": {"accountId": "a"}}
    problem = assert_problem(server.post("/commands", both), 422, "validation")
    assert len(problem["errors"]) == 1 and "has 2" in problem["errors"][0]["detail"]
