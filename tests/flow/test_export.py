"""weir export: the log, an event a line."""
import json

import pytest

from weir_process import run_weir


@pytest.fixture
def data(start, tmp_path):
    """A data directory with a few events, and what the server showed of them."""
    server = start()
    for number in range(1, 1101):
        assert server.create(f"u{number}").status_code == 200
    server.command("renameUser", userId="u1", name="Zoë \"Zo\" 🦉")
    server.command("deactivateUser", userId="u2")
    streams = ["user-u1", "user-u2", "user-u3", "user-u1100"]
    shown = [event for stream in streams for event in server.get(f"/streams/{stream}/events").json()["events"]]
    clouds = [event for stream in streams
              for event in server.get(f"/streams/{stream}/events",
                                      headers={"Accept": "application/cloudevents-batch+json"}).json()]
    assert server.stop() == 0
    return tmp_path / "data", shown, clouds


def lines(text):
    assert text == "" or text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


def test_every_event_is_there_as_get_shows_it(data):
    directory, shown, _ = data
    code, out, err = run_weir("export", "--data", directory)
    assert (code, err) == (0, "")
    events = lines(out)
    assert [event["position"] for event in events] == list(range(1, 1103))
    assert all(event in events for event in shown)


def test_cloud_events_are_those_of_a_batch(data):
    directory, _, clouds = data
    code, out, _ = run_weir("export", "--data", directory, "--format", "cloudevents")
    assert code == 0
    events = lines(out)
    assert [int(event["weirposition"]) for event in events] == list(range(1, 1103))
    assert all(event in events for event in clouds)


def test_it_goes_on_where_an_earlier_one_ended(data, tmp_path):
    directory, _, _ = data
    whole = run_weir("export", "--data", directory)[1].splitlines()
    rest = run_weir("export", "--data", directory, "--after", "1100")[1].splitlines()
    assert rest == whole[1100:]
    assert run_weir("export", "--data", directory, "--after", "1102") == (0, "", "")
    assert run_weir("export", "--data", directory, "--after", "9999999") == (0, "", "")


def test_a_file_is_there_whole_or_not_at_all(data, tmp_path):
    directory, _, _ = data
    file = tmp_path / "log.ndjson"
    assert run_weir("export", "--data", directory, "--to", file) == (0, "", "")
    assert file.read_text() == run_weir("export", "--data", directory)[1]
    assert [each.name for each in tmp_path.glob("log*")] == ["log.ndjson"]
    code, _, err = run_weir("export", "--data", directory, "--to", tmp_path / "nowhere" / "log")
    assert code == 1 and "nowhere" in err


def test_what_cannot_be_exported_is_said(start, tmp_path):
    code, _, err = run_weir("export", "--data", tmp_path / "nothing")
    assert code == 1 and "nothing" in err and not (tmp_path / "nothing").exists()
    server = start()
    code, _, err = run_weir("export", "--data", server.data)
    assert code == 1 and str(server.data) in err
    assert run_weir("export")[0] == 2
    assert run_weir("export", "--data", server.data, "--format", "xml")[0] == 2
    assert run_weir("export", "--data", server.data, "--after", "-1")[0] == 2
