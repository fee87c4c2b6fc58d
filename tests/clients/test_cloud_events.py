"""Pages of events as batches of CloudEvents 1.0, read by the official SDK."""
import datetime
import json
import re
import shutil

import pytest

from conftest import HERE
from weir_process import moment

BATCH = "application/cloudevents-batch+json"
# What the JSON schema of CloudEvents 1.0 and the specification's type system ask of attributes.
KNOWN = {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema"}


@pytest.fixture(scope="session")
def stream(server):
    server.create("cloudy", name="Zoë 🐦", email="cloudy@example.org")
    for n in range(7):
        server.command("renameUser", headers={"Weir-Correlation-Id": "together"}, userId="cloudy", name=f"Name {n}")
    server.command("deactivateUser", userId="cloudy", reason="Rain")
    return "/streams/user-cloudy/events"


def assert_cloud_event(event):
    """Keeps the schema's rules: required attributes that are not empty, a URI reference, RFC 3339, names of [a-z0-9]."""
    for name, value in event.items():
        if name == "data":
            continue
        assert re.fullmatch(r"[a-z0-9]{1,20}", name), name
        assert isinstance(value, str) and value, (name, value)
    assert {"specversion", "id", "source", "type"} <= set(event)
    assert event["specversion"] == "1.0"
    assert re.fullmatch(r"/streams/[\w.~%-]+", event["source"])
    moment(event["time"])
    assert event["datacontenttype"] == "application/json" and isinstance(event["data"], dict)
    assert "data_base64" not in event
    assert all(name in KNOWN or name == "traceparent" or name.startswith("weir") for name in set(event) - {"data"})


def test_a_batch_holds_what_the_page_holds(server, stream):
    answer = server.get(stream, headers={"Accept": BATCH})
    assert answer.headers["Content-Type"] == BATCH and "Accept" in answer.headers["Vary"]
    batch, recorded = answer.json(), server.get(stream).json()["events"]
    assert len(batch) == len(recorded) == 9
    for event, shown in zip(batch, recorded):
        assert_cloud_event(event)
        assert {event["type"]: event["data"]} == shown["event"]
        assert (event["id"], event["subject"], event["time"]) == (shown["eventId"], shown["stream"], shown["recordedAt"])
        assert event["source"] == "/streams/" + shown["stream"]
        assert (event["weirposition"], event["weirsequence"]) == (str(shown["position"]), str(shown["sequence"]))
        metadata = shown["metadata"]
        assert (event["weircommandid"], event["traceparent"]) == (metadata["commandId"], metadata["traceparent"])
        assert event.get("weircorrelationid") == metadata.get("correlationId")


@pytest.mark.parametrize("limit", [1, 2, 4, 9, 1000])
def test_the_sdk_reads_the_stream_page_by_page(run, packages, server, stream, limit):
    shutil.copy(HERE / "cloud_events.mjs", packages / "cloud_events.mjs")
    events = json.loads(run("node", "cloud_events.mjs", f"{server.url}{stream}?limit={limit}", cwd=packages))
    assert [int(event["weirsequence"]) for event in events] == list(range(1, 10))
    assert len({(event["source"], event["id"]) for event in events}) == 9
    times = [datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00")) for event in events]  # the SDK keeps milliseconds
    assert times == sorted(times)
    assert events[0]["data"]["name"] == "Zoë 🐦"


def test_backward_pages_lead_to_the_beginning(server, stream):
    path, sequences = f"{stream}?limit=4&direction=backward", []
    while path:
        answer = server.get(path, headers={"Accept": BATCH})
        sequences += [int(event["weirsequence"]) for event in answer.json()]
        path = answer.links.get("next", {}).get("url")
    assert sequences == list(range(9, 0, -1))


def test_past_the_end_the_batch_is_empty(server, stream):
    assert server.get(stream + "?from=100", headers={"Accept": BATCH}).json() == []
