"""The disk becomes full, and has space again: on a real file system of 40 MiB, with the real program."""
import json
import os
import re
import threading

import pytest
import requests

from feeds import sse
from small_disk import SmallDisk
from weir_process import Weir, assert_problem


@pytest.fixture(params=["tmpfs", "ext4"])
def disk(request, tmp_path):
    small = SmallDisk(tmp_path / "data", request.param, 40)
    yield small
    small.close()


ROUNDS = int(os.environ.get("WEIR_FULL_DISK_ROUNDS", "3"))  # script/torture asks for more


class Load:
    """Some clients that create users until they are told to stop, or until commands are not accepted."""

    def __init__(self, weir, name, clients=4, until_refused=True):
        self.acknowledged, self.problems, self.broken = [], [], []
        self._weir, self._until_refused, self._stop = weir, until_refused, threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(f"{name}c{each}",)) for each in range(clients)]
        for each in self._threads:
            each.start()

    def _run(self, prefix):
        client = requests.Session()
        for group in range(1_000_000):
            if self._stop.is_set():
                return
            users = [f"{prefix}g{group}n{each}" for each in range(200)]
            # So that nothing is compressed to nothing.
            lines = [json.dumps({"createUser": {"userId": user, "name": (user[::-1] * 20)[:200],
                                                "email": f"{user}@example.org"}}) for user in users]
            try:
                answer = client.post(f"{self._weir.url}/commands", "\n".join(lines), timeout=60,
                                     headers={"Content-Type": "application/x-ndjson"})
                text = answer.text
            except requests.RequestException as why:  # an answer that ends a body early may end the connection
                self.broken.append(why)
                text = ""
            results = [json.loads(line) for line in text.splitlines()]
            done = [each for each in results if each.get("status", 200) == 200]
            self.acknowledged += [users[each["line"] - 1] if "line" in each else user
                                  for each, user in zip(done, users)]
            self.problems += [each for each in results if each not in done]
            if len(done) < len(users) and self._until_refused:
                return

    def wait(self):
        for each in self._threads:
            each.join()
        return self

    def stop(self):
        self._stop.set()
        return self.wait()


def metric(weir, name):
    return float(re.search(rf"^{re.escape(name)} (\S+)$", weir.get("/metrics").text, re.MULTILINE).group(1))


def assert_full(weir):
    problem = assert_problem(weir.command("createUser", userId="late", name="Ada", email="late@example.org"),
                             503, "unavailable")
    assert re.fullmatch(r"The disk is full: [\d.]+ MiB are free, [\d.]+ MiB are needed\. Nothing was written\.",
                        problem["detail"])
    ready = weir.get("/health/ready")
    assert ready.status_code == 503
    (check,) = ready.json()["checks"]["disk"]
    assert check["status"] == "fail" and "The disk is full" in check["output"] and check["observedValue"] >= 0
    assert weir.get("/health/live").json() == {"status": "pass"}
    assert metric(weir, "weir_recorded_at_ahead_seconds") == 0
    assert metric(weir, "weir_disk_full") == 1 and metric(weir, "weir_restart_needed") == 0
    assert metric(weir, "weir_disk_free_bytes") < 1.5 * metric(weir, "weir_disk_reserve_bytes")


def assert_there(weir, users):
    """Each is there, and nothing is there twice: by the event log."""
    created, after = [], 0
    while True:
        page = weir.get(f"/events?after={after}&limit=1000", headers={"Accept": "application/json"}).json()
        created += [event["event"]["userCreated"]["userId"] for event in page["events"]]
        if page["lastPosition"] == after:
            break
        after = page["lastPosition"]
    assert len(created) == len(set(created))
    assert set(users) <= set(created)
    for user in (users[0], users[-1]):
        assert weir.get(f"/users/{user}").status_code == 200


def test_a_server_that_fills_its_disk_refuses_commands_and_answers_the_rest(disk):
    weir = Weir(disk.directory, under=disk.under)
    load = Load(weir, "a").wait()
    assert len(load.acknowledged) > 10_000
    assert {each["status"] for each in load.problems} == {503}
    assert not any("outcome" in each for each in load.problems)
    assert_full(weir)
    assert weir.command("createUser", userId="late", name="Ada", email="late@example.org").headers["Retry-After"]
    assert_there(weir, load.acknowledged)
    with sse(weir, "/events?after=0") as feed:
        assert feed.answer.status == 200 and next(data for _, _, data in feed.messages() if data)
    weir.wait_until(lambda: "commands are refused: The disk is full" in weir.log())
    for number in range(50):
        weir.command("createUser", userId=f"late{number}", name="Ada", email=f"late{number}@example.org")
    assert weir.log().count("The disk is full") <= 2  # of the server, and of a view that follows
    assert weir.stop() == 0, weir.log()
    again = Weir(disk.directory, under=disk.under)
    assert_there(again, load.acknowledged)
    again.kill()
    again = Weir(disk.directory, under=disk.under)
    assert_there(again, load.acknowledged)
    assert metric(again, "weir_disk_full") == 1
    assert again.stop() == 0, again.log()


def test_commands_are_accepted_again_as_soon_as_there_is_space(disk):
    weir = Weir(disk.directory, under=disk.under)
    acknowledged = []
    for round_ in range(ROUNDS):
        load = Load(weir, f"b{round_}", clients=2, until_refused=False)
        weir.wait_until(lambda: len(load.acknowledged) > 1_000)
        disk.fill()  # under load, to the last byte: the reserve is all that there is
        load.stop()
        acknowledged += load.acknowledged
        assert not any("outcome" in each for each in load.problems), load.problems
        assert_full(weir)
        assert_there(weir, acknowledged)
        disk.free()
        weir.wait_until(lambda: weir.get("/health/ready").status_code == 200)
        weir.create(f"free{round_}")
        acknowledged.append(f"free{round_}")
    weir.kill()
    again = Weir(disk.directory, under=disk.under)
    assert_there(again, acknowledged)
    assert again.stop() == 0, again.log()
    print(f"full disk: filled {ROUNDS} times under load; {len(acknowledged)} commands that were acknowledged were looked for; "
          "0 are lost, 0 of unknown outcome")


@pytest.mark.parametrize("ended", ["stopped", "killed"])
def test_a_server_that_starts_on_a_full_disk_reads(disk, ended, tmp_path):
    weir = Weir(disk.directory, under=disk.under)
    load = Load(weir, "c", clients=2, until_refused=False)
    weir.wait_until(lambda: len(load.acknowledged) > 5_000)
    load.stop()
    weir.kill() if ended == "killed" else weir.stop()
    disk.fill()
    weir = Weir(disk.directory, under=disk.under)
    assert_problem(weir.command("createUser", userId="late", name="Ada", email="late@example.org"), 503, "unavailable")
    ready = weir.get("/health/ready")
    assert ready.status_code == 503 and "The disk is full" in ready.json()["checks"]["disk"][0]["output"]
    assert weir.get("/health/live").status_code == 200
    assert_there(weir, load.acknowledged)
    assert weir.stop() == 0, weir.log()
    disk.free()
    weir = Weir(disk.directory, under=disk.under)
    weir.create("free")
    assert_there(weir, [*load.acknowledged, "free"])
    assert weir.stop() == 0, weir.log()
