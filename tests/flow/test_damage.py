"""A table file on disk that has changed by itself: what is damaged is told as that, and nothing wrong is served."""
import json
import re

import pytest

from weir_process import assert_problem


def holds_the_users(table):
    """Of the table files only that of the view of users and the events' have names in them, and only the latter types."""
    content = table.read_bytes()
    # Names are encrypted: what begins so is an encrypted value (src/personal/sealed_value.hpp).
    return b"\xffW\x01" in content and b"userCreated" not in content


def flip_a_bit(file, at):
    content = bytearray(file.read_bytes())
    content[at] ^= 0x40
    file.write_bytes(content)


@pytest.fixture
def damaged(start, tmp_path):
    """A server that was started again after the first block of the table of the users had a bit flipped."""
    server = start()
    for n in range(20):
        server.create(f"u{n}")
    assert server.stop() == 0
    tables = [table for table in (tmp_path / "data").glob("*.sst") if holds_the_users(table)]
    assert len(tables) == 1
    flip_a_bit(tables[0], 20)
    return start()


def assert_told(answer, server):
    problem = assert_problem(answer, 500, "damaged-data", title="Stored data is damaged")
    assert "Nothing was written" in problem["detail"] and "operator" in problem["detail"]
    trace = re.search(r"trace ([0-9a-f]{32})", problem["detail"]).group(1)
    assert "orruption" not in answer.text and "block" not in answer.text
    lines = [line["message"] for line in map(json.loads, server.log().splitlines()) if line["level"] == "error"]
    assert any(trace in line and "Corruption" in line for line in lines), lines


def test_a_read_of_a_damaged_block_is_a_problem_of_its_own_kind(damaged):
    assert_told(damaged.get("/users/u3"), damaged)
    assert_told(damaged.get("/users"), damaged)
    assert damaged.get("/users/u3", {"Accept": "application/vnd.apache.thrift.binary"}).status_code == 500
    explained = damaged.get("/problems/damaged-data").json()
    assert explained["status"] == 500 and "restore a backup" in explained["explanation"]


def test_a_command_that_needs_a_damaged_block_is_told_the_same_and_writes_nothing(damaged):
    assert_told(damaged.command("renameUser", userId="u3", name="Grace"), damaged)
    assert damaged.get("/events?after=head").headers["Weir-Position"] == "20"
    assert 'weir_commands_total{command="renameUser",outcome="damaged"} 1' in damaged.get("/metrics").text
    # What needs none of it goes on.
    assert damaged.post("/commands/createUser", {"userId": "v1"}).status_code == 200


def test_what_is_not_damaged_is_still_served(damaged):
    page = damaged.get("/events").json()
    assert [event["position"] for event in page["events"]] == list(range(1, 21))
    assert damaged.get("/streams/user-u3").json()["sequence"] == 1
    assert damaged.get("/health/live").status_code == 200


def test_a_call_over_rpc_is_told_the_same(damaged):
    # TJSONProtocol: UsersService.getUser(1: GetUserQuery{1: userId})
    call = '[1,"getUser",1,7,{"1":{"rec":{"1":{"str":"u3"}}}}]'
    answer = damaged.post("/rpc", call, {"Content-Type": "application/vnd.apache.thrift.json"})
    assert answer.status_code == 200
    text = answer.text
    assert "/problems/damaged-data" in text and "Stored data is damaged" in text and "orruption" not in text
