"""weir backup, weir archive and weir restore, with real servers."""
import base64
import contextlib
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import threading

import pytest
import requests

from guarded_weir import wait_until
from weir_process import ENVIRONMENT, PROGRAM, Weir, assert_problem, run_weir

SECONDS = 60


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def server_at(data, address):
    return Weir(data, "--data", data, "--listen", address, listen=False)


def begin_weir(*arguments, environment=None):
    return subprocess.Popen([PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, env={**ENVIRONMENT, **(environment or {})})


def well(*arguments, **how):
    code, out, err = run_weir(*arguments, **how)
    assert code == 0, err + out
    return out


def failed(*arguments, code=1, **how):
    ended, out, err = run_weir(*arguments, **how)
    assert ended == code, (ended, out, err)
    return err


def log_end(server):
    return server.get("/log").json()


def everything(server):
    """Events and views, as a client sees them."""
    pages = ["/users?limit=1000", "/accounts?limit=1000", "/reports/signups?from=2020-01-01&to=2020-12-31"]
    answers = [server.get(page).json() for page in pages]
    return [server.get("/events", {"Accept": "application/x-ndjson"}).text, *answers]


def size_of(directory):
    return sum(each.stat().st_size for each in directory.glob("commits-*"))


def size_of_new(out):
    return int(re.search(r"of which (\d+) are new", out).group(1))


class Load:
    """Commands of both domains, until it is stopped."""

    def __init__(self, server):
        self.server, self.stopped, self.done = server, threading.Event(), 0
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        url, number = self.server.url, 0
        session = requests.Session()
        while not self.stopped.is_set():
            number += 1
            name = f"{id(self)}-{number}"
            commands = [{"createUser": {"userId": name, "name": "Ada", "email": f"{name}@example.org"}},
                        {"openAccount": {"accountId": name, "owner": "Ada"}}, {"deposit": {"accountId": name, "amount": 5}}]
            with contextlib.suppress(requests.ConnectionError):
                answer = session.post(url + "/commands", json=commands, timeout=60,
                                      headers={"Idempotency-Key": name} if number % 2 else {})
                assert answer.status_code == 200, answer.text
                self.done += 1

    def stop(self):
        self.stopped.set()
        self.thread.join()


@pytest.fixture
def loads():
    """Begins load on a server; ends what a test has not ended."""
    begun = []

    def begin(server):
        begun.append(Load(server))
        return begun[-1]

    yield begin
    for each in begun:
        each.stop()


@pytest.fixture
def processes():
    """Ends what a test has begun and not ended."""
    begun = []
    yield begun
    for each in begun:
        if each.poll() is None:
            each.kill()
        each.communicate()


def fill(server, users, prefix="u"):
    lines = "".join(json.dumps({"createUser": {"userId": f"{prefix}{n}", "name": "N" * 150,
                                               "email": f"{prefix}{n}@example.org"}}) + "\n" for n in range(users))
    answer = server.post("/commands", lines, {"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 200 and "problems" not in answer.text


def test_a_day_in_the_life(tmp_path, processes, loads):
    port = free_port()
    address = f"127.0.0.1:{port}"
    url = f"http://{address}"
    server = server_at(tmp_path / "data", address)
    archiving = ["archive", "--url", url, "--to", tmp_path / "archive", "--segment-mebibytes", 1]
    processes.append(begin_weir(*archiving))
    load = loads(server)
    wait_until(lambda: load.done > 50)

    # A backup while commands come, then another one, and the archive is killed meanwhile.
    well("backup", "--url", url, "--to", tmp_path / "backups")
    processes[-1].kill()
    before = load.done
    wait_until(lambda: load.done > before + 20)
    processes.append(begin_weir(*archiving))
    well("backup", "--url", url, "--to", tmp_path / "backups", "--keep", 5)
    load.stop()

    # The moment.
    moment, seen = log_end(server), everything(server)

    # The server is killed under load, and started again; the archive follows by itself.
    load = loads(server)
    wait_until(lambda: load.done > 20)
    server.process.kill()
    load.stop()
    server.kill()
    server = server_at(tmp_path / "data", address)
    load = loads(server)
    wait_until(lambda: load.done > 20)
    load.stop()
    end = log_end(server)
    later = server.get("/events?after=head").json()["lastId"]
    wait_until(lambda: can_be_restored(tmp_path, end["hash"]))
    processes[-1].terminate()
    out, _ = processes[-1].communicate(timeout=SECONDS)
    assert processes[-1].returncode == 0, out
    assert f"commit {end['commit']}, hash {end['hash']}" in out
    server.kill()

    keys = shutil.copytree(tmp_path / "data" / "keys", tmp_path / "keys")
    shutil.rmtree(tmp_path / "data")
    sources = ["--keys", keys, "--from", tmp_path / "backups", "--archive", tmp_path / "archive"]
    out = well("restore", *sources, "--data", tmp_path / "data", "--to-hash", moment["hash"])
    assert f"position {moment['position']}, commit {moment['commit']}, hash {moment['hash']}" in out
    server = Weir(tmp_path / "data")
    assert everything(server) == seen
    told = log_end(server)
    assert (told["position"], told["hash"]) == (moment["position"], moment["hash"])
    assert told["log"] != moment["log"] and told["branches"][-1]["position"] == moment["position"]
    problem = assert_problem(server.get(f"/events?after={later}"), 410, "position-of-another-log")
    assert problem["lastCommonPosition"] == moment["position"]
    server.create("goes-on")
    # Also after the new log is longer than the old one was.
    fill(server, end["position"] - moment["position"] + 10)
    problem = assert_problem(server.get("/events", {"Accept": "text/event-stream", "Last-Event-ID": later}), 410,
                             "position-of-another-log")
    assert problem["lastCommonPosition"] == moment["position"]
    assert server.get(f"/events?after={moment['id']}").status_code == 200

    # The archive is of a history that was given up.
    error = failed("archive", "--url", server.url, "--to", tmp_path / "archive", "--once")
    assert "410" in error and "begin another one in an empty directory" in error
    assert server.stop() == 0

    # And without any backup: the end, of the archive alone.
    out = well("restore", "--archive", tmp_path / "archive", "--keys", keys, "--data", tmp_path / "whole")
    assert f"hash {end['hash']}" in out
    whole = Weir(tmp_path / "whole")
    assert log_end(whole)["position"] == end["position"]
    assert whole.stop() == 0


def can_be_restored(tmp_path, moment):
    """Whether a copy of the archive, which is being written, reaches to that moment."""
    copy, data = tmp_path / "copy of the archive", tmp_path / "restored from the copy"
    for each in (copy, data):
        shutil.rmtree(each, ignore_errors=True)
    shutil.copytree(tmp_path / "archive", copy)
    code, _, _ = run_weir("restore", "--archive", copy, "--keys", tmp_path / "data" / "keys", "--data", data,
                          "--to-hash", moment)
    return code == 0


def archive_once(url, to):
    return ["archive", "--url", url, "--to", to, "--once"]


def test_a_backup_is_incremental_and_checked(tmp_path, start):
    server = start()
    fill(server, 20_000)
    backup = ["backup", "--url", server.url, "--to", tmp_path / "backups", "--rate", 0]
    first = well(*backup)
    server.create("one-more")
    second = well(*backup)
    assert size_of_new(second) < size_of_new(first) / 4
    assert f"position {log_end(server)['position']}" in second
    metrics = server.get("/metrics").text
    assert "weir_backups_total 2" in metrics and "weir_backup_failures_total 0" in metrics
    assert re.search(r"weir_backup_last_position 20001\b", metrics)
    server.kill()
    well("restore", "--from", tmp_path / "backups", "--keys", server.data / "keys", "--data", tmp_path / "restored")
    restored = Weir(tmp_path / "restored")
    assert restored.get("/users/one-more").status_code == 200
    assert restored.stop() == 0


def test_the_server_makes_backups_in_its_own_directory(tmp_path, start):
    server = start("--backup-dir", tmp_path / "backups", "--backup-keep", 2)
    fill(server, 100)
    for number in range(3):
        server.create(f"more{number}")
        answer = server.post("/admin/backup", "")
        assert answer.status_code == 202, answer.text
        wait_until(lambda: server.get("/admin/backup").json()["state"] == "idle")
        state = server.get("/admin/backup").json()
        assert "lastFailure" not in state and state["last"]["position"] == log_end(server)["position"], state
        assert state["last"]["hash"] == log_end(server)["hash"] and state["last"]["takenBy"] == "server"
    assert len(list((tmp_path / "backups" / "backups").iterdir())) == 2
    assert not (tmp_path / "data" / "backup-copies" / "own").exists()
    server.kill()
    well("restore", "--from", tmp_path / "backups", "--keys", server.data / "keys", "--data", tmp_path / "restored")


def test_without_a_directory_it_says_what_to_do(start):
    server = start()
    problem = assert_problem(server.post("/admin/backup", ""), 404, "not-found")
    assert "--backup-dir" in problem["detail"] and "weir backup" in problem["detail"]


def test_files_of_a_copy_are_read_in_parts_with_their_digest(start):
    server = start()
    fill(server, 2_000)
    made = server.post("/admin/backup/copies", "")
    assert made.status_code == 201
    copy = made.json()
    assert copy["position"] == 2_000 and copy["hash"] == log_end(server)["hash"]
    assert_problem(server.post("/admin/backup/copies", ""), 503, "unavailable")
    path = made.headers["Location"]
    for file in copy["files"]:
        whole = server.get(f"{path}/files/{file['name']}")
        assert whole.status_code == 200 and len(whole.content) == file["size"]
        digest = "sha-256=:" + base64.b64encode(hashlib.sha256(whole.content).digest()).decode() + ":"
        assert whole.headers["Repr-Digest"] == digest
        head = server.request("HEAD", f"{path}/files/{file['name']}")
        assert head.status_code == 200 and head.headers["Repr-Digest"] == digest
        half = file["size"] // 2
        if half == 0:
            continue
        part = server.get(f"{path}/files/{file['name']}", {"Range": f"bytes={half}-"})
        assert part.status_code == 206 and part.content == whole.content[half:]
        assert part.headers["Content-Range"] == f"bytes {half}-{file['size'] - 1}/{file['size']}"
    for name in ["nothing", "..%2Faccess.json", "LOCK"]:
        assert_problem(server.get(f"{path}/files/{name}"), 404, "not-found")
    assert server.request("DELETE", path).status_code == 204
    assert_problem(server.request("DELETE", path), 404, "not-found")
    assert_problem(server.get(f"{path}/files/CURRENT"), 404, "not-found")


def test_a_killed_backup_leaves_the_earlier_ones_and_never_looks_whole(tmp_path, start, processes):
    server = start()
    fill(server, 200)
    backup = ["backup", "--url", server.url, "--to", tmp_path / "backups"]
    well(*backup)
    early = log_end(server)
    fill(server, 30_000, "v")
    for _ in range(3):
        for left in (tmp_path / "backups" / "files").glob("*.unfinished"):
            left.unlink()
        processes.append(begin_weir(*backup, "--rate", 1))
        wait_until(lambda: list((tmp_path / "backups" / "files").glob("*.unfinished")))
        processes[-1].kill()
        processes[-1].wait()
        assert len(list((tmp_path / "backups" / "backups").glob("*.backup"))) == 1
        # The server keeps the copy of a client that is gone for a while; here the client says that it is not needed.
        copy = server.get("/admin/backup").json()["copyId"]
        assert server.request("DELETE", f"/admin/backup/copies/{copy}").status_code == 204
    out = well("restore", "--from", tmp_path / "backups", "--keys", server.data / "keys", "--data", tmp_path / "early")
    assert f"hash {early['hash']}" in out
    well(*backup, "--rate", 0)
    assert not list((tmp_path / "backups").glob("**/*.unfinished"))
    out = well("restore", "--from", tmp_path / "backups", "--keys", server.data / "keys", "--data", tmp_path / "late")
    assert f"hash {log_end(server)['hash']}" in out


def test_a_full_disk_ends_a_backup_and_leaves_the_earlier_ones(tmp_path, start):
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
        pytest.skip("this user may not mount a small disk")
    server = start()
    fill(server, 200)
    disk = tmp_path / "disk"
    disk.mkdir()
    backup = f"{PROGRAM} backup --url {server.url} --to {disk}/backups --rate 0"
    script = f"""set -e
mount -t tmpfs -o size=2m tmpfs {disk}
{backup}
touch {tmp_path}/small
until [ -e {tmp_path}/filled ]; do read -t 0.1 < {tmp_path}/pipe || true; done
if {backup}; then exit 9; fi
{PROGRAM} restore --from {disk}/backups --keys {server.data}/keys --data {tmp_path}/restored
"""
    os.mkfifo(tmp_path / "pipe")
    with open(os.open(tmp_path / "pipe", os.O_RDWR), "w"):
        run = subprocess.Popen(["unshare", "--mount", "bash", "-c", script], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
        wait_until(lambda: (tmp_path / "small").exists() or run.poll() is not None)
        early = log_end(server)
        fill(server, 30_000, "v")
        (tmp_path / "filled").touch()
        out, err = run.communicate(timeout=SECONDS)
    assert run.returncode == 0, out + err
    assert "No space left on device" in err
    assert f"restored {tmp_path}/restored: position 200" in out and early["hash"] in out
    assert server.create("goes-on").status_code == 200


def test_an_interrupted_restore_never_looks_whole(tmp_path, start, processes):
    server = start()
    fill(server, 20_000)
    well("backup", "--url", server.url, "--to", tmp_path / "backups", "--rate", 0)
    well(*archive_once(server.url, tmp_path / "archive"))
    end = log_end(server)
    server.kill()
    unfinished = tmp_path / "new.unfinished"
    for sources in (["--from", tmp_path / "backups"], ["--archive", tmp_path / "archive"]):
        restore = ["restore", *sources, "--keys", server.data / "keys", "--data", tmp_path / "new"]
        for seen in ("restoring", "data", "data/CURRENT"):
            processes.append(begin_weir(*restore))
            wait_until(lambda: (unfinished / seen).exists() or processes[-1].poll() is not None)
            processes[-1].kill()
            processes[-1].wait()
            assert not (tmp_path / "new").exists() or processes[-1].returncode == 0
            shutil.rmtree(tmp_path / "new", ignore_errors=True)
        assert f"hash {end['hash']}" in well(*restore)
        assert not unfinished.exists()
        shutil.rmtree(tmp_path / "new")


def test_an_archive_that_is_killed_again_and_again_has_no_gap(tmp_path, start, processes, loads):
    server = start()
    load = loads(server)
    kept = 0
    for kill in range(6):
        processes.append(begin_weir("archive", "--url", server.url, "--to", tmp_path / "archive"))
        wait_until(lambda: size_of(tmp_path / "archive") > kept)
        kept, before = size_of(tmp_path / "archive"), load.done
        wait_until(lambda: load.done > before + 3 * kill)
        processes[-1].kill()
        processes[-1].wait()
    load.stop()
    out = well(*archive_once(server.url, tmp_path / "archive"))
    end, seen = log_end(server), everything(server)
    assert f"hash {end['hash']}" in out
    server.kill()
    well("restore", "--archive", tmp_path / "archive", "--keys", server.data / "keys", "--data", tmp_path / "new")
    restored = Weir(tmp_path / "new")
    assert everything(restored) == seen
    assert restored.stop() == 0


def test_two_archives_in_one_directory_are_refused(tmp_path, start, processes):
    server = start()
    server.create("ada")
    processes.append(begin_weir("archive", "--url", server.url, "--to", tmp_path / "archive"))
    wait_until(lambda: list((tmp_path / "archive").glob("commits-*")))
    assert "another weir archive writes" in failed(*archive_once(server.url, tmp_path / "archive"))


def test_an_archive_of_another_log_is_refused(tmp_path, start):
    one, other = start(data=tmp_path / "one"), start(data=tmp_path / "other")
    for server in (one, other):
        server.create("ada")
    well(*archive_once(one.url, tmp_path / "archive"))
    well("backup", "--url", one.url, "--to", tmp_path / "backups")
    assert "410" in failed(*archive_once(other.url, tmp_path / "archive"))
    assert "backups of another event log" in failed("backup", "--url", other.url, "--to", tmp_path / "backups")


def test_only_those_who_may_get_at_the_data(tmp_path, start):
    access = tmp_path / "access.json"
    access.write_text(json.dumps({"tokens": "tokens.json"}))
    tokens = {role: well("token", "create", "--auth", access, "--name", role, "--role", role).strip().splitlines()[-1]
              for role in ("writer", "operator")}
    server = start("--auth", access)
    backup = ["backup", "--url", server.url, "--to", tmp_path / "backups"]
    archive = archive_once(server.url, tmp_path / "archive")
    for command in (backup, archive):
        assert "401" in failed(*command)
        assert "403" in failed(*command, environment={"WEIR_TOKEN": tokens["writer"]})
        well(*command, environment={"WEIR_TOKEN": tokens["operator"]})
        (tmp_path / "token").write_text(tokens["operator"] + "\n")
        well(*command, "--token-file", tmp_path / "token")


@pytest.mark.parametrize("arguments, said", [
    (["backup", "--to", "x"], "--url"),
    (["backup", "--url", "ftp://a", "--to", "x"], "must begin with http"),
    (["archive", "--url", "http://127.0.0.1:1/x", "--to", "x"], "host and port alone"),
    (["restore", "--from", "x", "--data", "y", "--to-time", "yesterday"], "no time of RFC 3339"),
    (["restore", "--from", "x", "--data", "y", "--to-hash", "abc"], "no SHA-256"),
    (["restore", "--from", "x", "--data", "y", "--to-hash", "0" * 64, "--to-position", "3"], "at most 1"),
])
def test_wrong_usage_is_told(arguments, said):
    assert said in failed(*arguments, code=2)


def test_what_is_missing_is_told(tmp_path, start):
    assert "there is no backup in" in failed("restore", "--from", tmp_path / "none", "--data", tmp_path / "new")
    assert "there is no archive in" in failed("restore", "--archive", tmp_path / "none", "--data", tmp_path / "new")
    assert "give --from" in failed("restore", "--data", tmp_path / "new")
    assert "does not answer" in failed("backup", "--url", f"http://127.0.0.1:{free_port()}", "--to", tmp_path / "b")
    server = start()
    server.create("ada")
    well("backup", "--url", server.url, "--to", tmp_path / "backups")
    well(*archive_once(server.url, tmp_path / "archive"))
    for source in (["--from", tmp_path / "backups"], ["--archive", tmp_path / "archive"]):
        assert "give --keys" in failed("restore", *source, "--data", tmp_path / "new")
        assert "there are no keys in" in failed("restore", *source, "--keys", tmp_path, "--data", tmp_path / "new")
    assert not (tmp_path / "new").exists() and not (tmp_path / "new.unfinished").exists()


def test_who_was_erased_since_stays_erased(tmp_path, start):
    server = start()
    for name in ("ada", "grace"):
        assert server.command("createUser", userId=name, name=name.title(), email=f"{name}@example.org").status_code == 200
    well("backup", "--url", server.url, "--to", tmp_path / "backups")
    before = log_end(server)
    server.create("mary", name="Mary")
    assert server.post("/admin/erasures", {"subject": "user-ada"}).status_code == 200
    assert server.post("/admin/erasures", {"subject": "user-mary"}).status_code == 200
    well(*archive_once(server.url, tmp_path / "archive"))
    for source, moment in [(["--from", tmp_path / "backups"], before), (["--archive", tmp_path / "archive"], before),
                           (["--archive", tmp_path / "archive"], log_end(server))]:
        data = tmp_path / "restored"
        well("restore", *source, "--keys", server.data / "keys", "--data", data, "--to-hash", moment["hash"])
        restored = Weir(data)
        assert "name" not in restored.get("/users/ada").json()
        assert restored.get("/users/grace").json()["name"] == "Grace"
        assert_problem(restored.get("/users/by-email/ada@example.org"), 404, "not-found")
        # Who is new has a key that nobody had: not that of somebody who came after the moment.
        assert restored.create("edith", name="Edith").status_code == 200
        assert restored.command("createUser", userId="ida", email="ada@example.org").status_code == 200
        assert restored.get("/users/edith").json()["name"] == "Edith"
        assert restored.stop() == 0
        code, out, _ = run_weir("verify", "--data", data)
        assert code == 0, out
        shutil.rmtree(data)
