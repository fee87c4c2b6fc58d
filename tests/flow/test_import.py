"""weir import: a log out of a file, as it was recorded."""
import json
import subprocess

import pytest

from weir_process import ENVIRONMENT, PROGRAM, assert_problem, run_weir

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
REPORTS = ["/reports/signups?from=2001-01-01&to=9999-12-31", "/reports/ledger-months?from=2001-01&to=9999-12"]


def fill(server):
    """Both domains: users, accounts, an array, a transfer, and metadata."""
    for number in range(1, 31):
        server.create(f"u{number}", name=f"Zoë \"{number}\" 🦉")
    for number in range(1, 11):
        assert server.command("deactivateUser", userId=f"u{number}").status_code == 200
    server.command("deactivateUser", userId="u11", reason="On\nleave")
    server.command("reactivateUser", userId="u1")
    server.command("changeEmail", userId="u2", email="other@example.org")
    server.command("renameUser", headers={"traceparent": TRACE, "Weir-Correlation-Id": "together",
                                          "Weir-Causation-Id": "because"}, userId="u12", name="Grace")
    answer = server.post("/commands", [{"openAccount": {"accountId": "a1", "owner": "Ada"}},
                                       {"openAccount": {"accountId": "a2", "owner": "Grace"}},
                                       {"deposit": {"accountId": "a1", "amount": 10000}},
                                       {"transfer": {"fromAccountId": "a1", "toAccountId": "a2", "amount": 2500}}])
    assert answer.status_code == 200, answer.text
    server.command("transfer", fromAccountId="a2", toAccountId="a1", amount=500)
    server.command("withdraw", accountId="a2", amount=2000)
    assert server.command("closeAccount", accountId="a2").status_code == 200


def shown(server):
    """What every query and every stream says, up to the log's end."""
    head = int(server.get("/users/u1").headers["Weir-Position"])
    paths = ["/users?limit=1000", "/users?status=INACTIVE", "/accounts", "/users/by-email/U3@example.org",
             "/users/u2?atSequence=1", "/events?limit=1000", *REPORTS]
    for number in range(1, 31):
        paths += [f"/users/u{number}", f"/streams/user-u{number}", f"/streams/user-u{number}/events"]
    for account in ("a1", "a2"):
        paths += [f"/accounts/{account}", f"/accounts/{account}/statement", f"/streams/account-{account}",
                  f"/streams/account-{account}/events"]
    answers = {}
    for path in paths:
        answer = server.get(path, headers={"Weir-Min-Position": str(head), "Prefer": "wait=30"})
        assert answer.status_code == 200, (path, answer.text)
        body = answer.json()
        body.pop("lastId", None)  # which log it is: another one after an import
        answers[path] = body, answer.headers.get("ETag")
    return answers


@pytest.fixture
def origin(start, tmp_path):
    """A server's data directory, and what the server showed."""
    server = start(data=tmp_path / "origin")
    fill(server)
    answers = shown(server)
    assert server.stop() == 0
    return server.data, answers


@pytest.fixture
def lines(origin):
    """The origin's log."""
    return export(origin[0])


def export(data, *options):
    code, out, err = run_weir("export", "--data", data, *options)
    assert code == 0, err
    return out


def take_up(data, text, *options):
    """Imports a text from standard input: (exit code, stdout, stderr)."""
    run = subprocess.run([PROGRAM, "import", "--data", str(data), *options], input=text, capture_output=True, text=True,
                         timeout=60, env=ENVIRONMENT)
    return run.returncode, run.stdout, run.stderr


@pytest.mark.parametrize("form", ["events", "cloudevents"])
def test_it_gives_the_same_log_and_the_same_views(origin, start, tmp_path, form):
    data, answers = origin
    file = tmp_path / "log.ndjson"
    assert run_weir("export", "--data", data, "--to", file, "--format", form)[0] == 0
    count = len(file.read_text().splitlines())

    copy = tmp_path / "deep" / "copy"
    said = f"weir: imported {count} events; the log ends at position {count}\n"
    assert run_weir("import", "--data", copy, "--from", file, "--format", form) == (0, "", said)
    for each in ("events", "cloudevents"):
        assert export(copy, "--format", each) == export(data, "--format", each)

    server = start(data=copy)
    assert shown(server) == answers
    created = server.create("u100")
    assert created.json()["position"] == count + 1
    taken = server.command("createUser", userId="u101", name="Ada", email="U3@EXAMPLE.org")
    assert_problem(taken, 409, "EmailTaken")
    assert server.command("deposit", accountId="a1", amount=1).json()["sequence"] == 5
    assert server.stop() == 0


def test_an_import_that_broke_off_is_run_again(origin, lines, tmp_path):
    copy = tmp_path / "copy"
    count = len(lines.splitlines())
    code, out, err = take_up(copy, "".join(lines.splitlines(True)[:20]))
    assert (code, out, err) == (0, "", "weir: imported 20 events; the log ends at position 20\n")
    said = f"weir: imported {count - 20} events, skipped 20 that were there already; the log ends at position {count}\n"
    assert take_up(copy, lines) == (0, "", said)
    said = f"weir: imported 0 events, skipped {count} that were there already; the log ends at position {count}\n"
    assert take_up(copy, lines) == (0, "", said)
    # The data's own log is no other history.
    assert take_up(origin[0], lines) == (0, "", said)
    assert export(copy) == lines


def test_an_import_goes_on_with_a_later_export(origin, lines, start, tmp_path):
    copy = tmp_path / "copy"
    count = len(lines.splitlines())
    assert take_up(copy, lines)[0] == 0
    server = start(data=origin[0])
    server.create("u50")
    assert server.stop() == 0
    code, _, err = take_up(copy, export(origin[0], "--after", str(count)))
    assert (code, err) == (0, f"weir: imported 1 events; the log ends at position {count + 1}\n")
    assert export(copy) == export(origin[0])


def test_lines_of_the_server_itself_are_taken(start, tmp_path):
    server = start(data=tmp_path / "origin")
    server.create("u1")
    text = server.get("/events", headers={"Accept": "application/x-ndjson"}).text
    assert server.stop() == 0
    assert take_up(tmp_path / "copy", text)[0] == 0
    assert export(tmp_path / "copy") == export(server.data) == text


def test_a_faulty_line_is_named_and_what_is_before_it_stays(lines, tmp_path):
    copy = tmp_path / "copy"
    whole = lines.splitlines(True)
    event = json.loads(whole[16])
    event["event"]["userCreated"] = {"userId": 5, "name": "Ada", "email": "a@example.org", "age": 36}
    code, out, err = take_up(copy, "".join(whole[:16] + [json.dumps(event) + "\n"] + whole[17:]))
    assert (code, out) == (1, "")
    assert err == ("weir: line 17: /event/userCreated/userId: must be a string, not a number; /event/userCreated/age: is no "
                   "member of UserCreatedEvent; the log ends at position 15\n")
    assert export(copy) == "".join(whole[:15])  # of the command before it there might have been more
    assert take_up(copy, lines)[0] == 0
    assert export(copy) == lines


def test_what_a_server_says_of_its_end_is_told(lines, tmp_path):
    problem = json.dumps({"type": "/problems/unavailable", "title": "Not now", "status": 503,
                          "detail": "The server is stopping. Continue after position 2.", "lastPosition": 2}) + "\n"
    code, _, err = take_up(tmp_path / "copy", "".join(lines.splitlines(True)[:2]) + problem)
    assert code == 1
    assert err.startswith("weir: line 3: the server that wrote this ended with a problem: "
                          "The server is stopping. Continue after position 2.")


def test_lines_out_of_order_are_refused(lines, tmp_path):
    whole = lines.splitlines(True)
    for number, (text, why) in enumerate({
        whole[1]: "line 1: position 1 was expected, not 2; the log ends at position 0",
        whole[0] + whole[2]: "line 2: position 2 was expected, not 3; the log ends at position 0",
        whole[0] + whole[1][:-20]: "line 2: no JSON, at column ",
        whole[0] + "\n \t\r\n\n" + whole[2]: "line 5: position 2 was expected, not 3; the log ends at position 0",
    }.items()):
        code, _, err = take_up(tmp_path / f"copy{number}", text)
        assert code == 1 and err.startswith(f"weir: {why}"), err


def test_another_history_is_refused_and_nothing_is_written(lines, start, tmp_path):
    server = start(data=tmp_path / "other")
    server.create("somebody")
    assert server.stop() == 0
    before = export(server.data)
    code, _, err = take_up(server.data, lines)
    assert code == 1
    assert err == ("weir: line 1: position 1 is in the event log already, and is another event: userCreated, sequence 1 of stream "
                   "user-somebody, not userCreated, sequence 1 of stream user-u1; the log ends at position 1\n")
    assert export(server.data) == before


def test_a_line_of_the_other_format_is_told(origin, lines, tmp_path):
    code, _, err = take_up(tmp_path / "copy", lines, "--format", "cloudevents")
    assert code == 1 and "line 1: " in err and "--format events" in err
    code, _, err = take_up(tmp_path / "copy", export(origin[0], "--format", "cloudevents"))
    assert code == 1 and "line 1: " in err and "--format cloudevents" in err


def test_an_empty_text_makes_an_empty_log(tmp_path):
    assert take_up(tmp_path / "copy", "") == (0, "", "weir: imported 0 events; the log ends at position 0\n")
    assert take_up(tmp_path / "copy", "\n\n")[0] == 0
    assert export(tmp_path / "copy") == ""


def test_what_cannot_be_imported_is_said(start, tmp_path):
    code, _, err = run_weir("import", "--data", tmp_path / "copy", "--from", tmp_path / "nothing")
    assert code == 1 and "nothing" in err and not (tmp_path / "copy").exists()
    code, _, err = run_weir("import", "--data", tmp_path / "copy", "--from", tmp_path)
    assert code == 1 and str(tmp_path) in err and not (tmp_path / "copy").exists()
    server = start()
    code, _, err = run_weir("import", "--data", server.data)
    assert code == 1 and str(server.data) in err
    assert run_weir("import")[0] == 2
    assert run_weir("import", "--data", tmp_path / "copy", "--format", "xml")[0] == 2
    assert run_weir("import", "--data", tmp_path / "copy", "--to", "file")[0] == 2
    assert not (tmp_path / "copy").exists()
    assert run_weir("import", environment={"WEIR_DATA": str(tmp_path / "copy")})[0] == 0
