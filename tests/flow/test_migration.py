"""Data of an earlier format: stores/format-2.tar.xz is one that Weir 0.1 wrote, with its export."""
import json
import pathlib
import re
import tarfile
import time

import pytest

from weir_process import run_weir

EVENTS = 1206


@pytest.fixture
def before(tmp_path):
    """The data directory that was written before there were commits, and what was exported from it then."""
    with tarfile.open(pathlib.Path(__file__).parent / "stores" / "format-2.tar.xz") as archive:
        archive.extractall(tmp_path)
    return tmp_path / "data", [event_of(line) for line in (tmp_path / "export.ndjson").read_text().splitlines()]


def event_of(line):
    """An exported event, whose time may have been written with fewer digits."""
    event = json.loads(line)
    event["recordedAt"] = re.sub(r"(\.\d+)?Z$", lambda part: (part.group(1) or ".").ljust(7, "0") + "Z", event["recordedAt"])
    return event


def exported(data):
    code, out, err = run_weir("export", "--data", data)
    assert code == 0, err
    return [event_of(line) for line in out.splitlines()]


def test_it_is_migrated_and_holds_the_same_events(before):
    data, events = before
    assert len(events) == EVENTS
    assert exported(data) == events
    assert exported(data) == events, "and a second time, when it is migrated"


def once_built(server, path):
    """The answer to GET once the view that it needs is built: the rows of each have another shape since."""
    until = time.monotonic() + 30
    while (answer := server.get(path)).status_code == 503:
        assert answer.headers["Retry-After"] == "1" and time.monotonic() < until, answer.text
    return answer


def test_a_server_migrates_it_says_so_and_goes_on(before, start):
    data, events = before
    server = start(data=data)
    assert "migrating the data" in server.log()
    assert once_built(server, "/users/u2").json()["sequence"] == 1201
    assert once_built(server, "/users/u1").json()["name"] == "Ada Lovelace"
    assert once_built(server, "/users/by-email/ADA3@example.org").json()["userId"] == "u3"
    assert once_built(server, "/accounts/a1").json()["balance"] == 500
    assert once_built(server, "/users/u2?atSequence=1").json()["name"] == "Ada 2"
    answer = server.command("createUser", userId="u4", name="Grace", email="ada1@example.org")
    assert answer.json()["code"] == "EmailTaken"
    assert server.create("u4", name="Grace").json()["position"] == EVENTS + 1
    assert server.stop() == 0

    again = start(data=data)
    assert again.log().count("migrating the data") == 1, "the log of both starts: it is done once"
    assert again.get("/users/u4").json()["name"] == "Grace"
    assert again.stop() == 0
    assert exported(data)[:-1] == events
