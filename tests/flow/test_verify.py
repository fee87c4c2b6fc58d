"""weir verify: everything in a data directory is read and checked; nothing in it is changed."""
import hashlib
import json
import os
import re
import subprocess

import pytest

from weir_process import ENVIRONMENT, PROGRAM, run_weir


@pytest.fixture
def data(start, tmp_path):
    """The data of a server that was killed: the WAL has been synced, and is in no table file yet."""
    server = start()
    for number in range(20):
        server.create(f"u{number}")
    server.command("openAccount", {"Idempotency-Key": "k"}, accountId="a1", owner="Ada")
    server.kill()
    return tmp_path / "data"


def contents(directory):
    return {str(path): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
            for path in sorted(directory.rglob("*")) if path.is_file()}


def test_sound_data_is_said_to_be_sound_and_is_not_changed(data, tmp_path):
    before = contents(data)
    code, out, err = run_weir("verify", "--data", data)
    assert (code, err) == (0, "")
    assert "21 events of 21 streams" in out and "1 answer" in out and out.endswith("no faults found\n")
    assert contents(data) == before


def test_a_report_is_json_if_asked_for(data):
    code, out, _ = run_weir("verify", "--data", data, "--json")
    report = json.loads(out)
    assert code == 0 and report["result"] == "sound" and report["faults"] == []
    assert report["position"] == 21 and report["read"]["events"] == 21 and report["read"]["rows"] > 0
    assert re.fullmatch("[0-9a-f]{64}", report["hash"])


def test_damage_is_named_and_the_exit_code_is_1(data, start):
    assert start().stop() == 0  # moves the rows to table files
    table = max(data.glob("*.sst"), key=lambda path: path.stat().st_size)
    content = bytearray(table.read_bytes())
    content[len(content) // 4] ^= 1
    table.write_bytes(content)
    code, out, _ = run_weir("verify", "--data", data)
    assert code == 1 and f"fault: file {table.name}, family " in out and "Corruption" in out
    code, out, _ = run_weir("verify", "--data", data, "--json")
    report = json.loads(out)
    assert code == 1 and report["result"] == "faults" and report["faults"][0]["file"] == table.name


def test_data_in_use_is_refused_with_what_to_do(start, tmp_path):
    start()
    code, out, err = run_weir("verify", "--data", tmp_path / "data")
    assert (code, out) == (1, "") and "is in use by a server" in err and "POST /admin/verify" in err


def test_where_there_is_no_data_the_usage_is_wrong(tmp_path):
    code, _, err = run_weir("verify", "--data", tmp_path)
    assert code == 2 and "is not a data directory" in err
    assert list(tmp_path.iterdir()) == []
    assert run_weir("verify")[0] == 2


def test_a_read_only_mount_is_verified(data):
    """In a mount namespace of its own: the directory is mounted on itself, read-only."""
    script = (f"mount --bind '{data}' '{data}' && mount -o remount,bind,ro '{data}' && ! touch '{data}/x' && "
              f"exec '{PROGRAM}' verify --data '{data}'")
    if os.geteuid() != 0 or subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
        pytest.skip("a mount namespace needs root")
    ran = subprocess.run(["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True, timeout=60, env=ENVIRONMENT)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "no faults found" in ran.stdout and "Read-only file system" in ran.stderr


def last_report(server):
    """What the verification has found, once it has ended."""
    server.wait_until(lambda: server.get("/admin/verify").json()["state"] == "idle")
    return server.get("/admin/verify").json()["last"]


def test_a_running_server_verifies_its_data_when_asked(start):
    server = start("--verify-every", "0")
    server.create("u1")
    assert server.get("/admin/verify").json() == {"state": "idle"}
    assert "weir_verification_sound" not in server.get("/metrics").text
    begun = server.post("/admin/verify", "")
    assert begun.status_code == 202 and begun.headers["Location"] == "/admin/verify"
    report = last_report(server)
    assert report["result"] == "sound" and report["read"]["events"] == 1 and report["notes"] == []
    metrics = server.get("/metrics").text
    assert "weir_verification_sound 1\n" in metrics and "weir_verification_faults 0\n" in metrics
    assert "weir_verifications_total 1\n" in metrics and "weir_verification_events 1\n" in metrics
    assert server.get("/health/ready").json()["checks"]["data"] == [{"status": "pass"}]
    assert server.stop() == 0


def test_faults_of_a_running_server_are_told_until_they_are_gone(start, tmp_path):
    server = start()
    for number in range(20):
        server.create(f"u{number}")
    assert server.stop() == 0
    # The rows of the view of users, with encrypted names: a start does not read them.
    table, = [path for path in (tmp_path / "data").glob("*.sst")
              if b"\xffW\x01" in path.read_bytes() and b"userCreated" not in path.read_bytes()]
    content = bytearray(table.read_bytes())
    content[20] ^= 1
    table.write_bytes(content)
    server = start()
    server.post("/admin/verify", "")
    report = last_report(server)
    assert report["result"] == "faults" and table.name in {fault.get("file") for fault in report["faults"]}
    assert server.get("/health/ready").json()["status"] == "warn"
    assert "weir_verification_sound 0\n" in server.get("/metrics").text
    server.kill()
    server = start()
    check, = server.get("/health/ready").json()["checks"]["data"]
    assert check["status"] == "warn" and "GET /admin/verify" in check["output"]


def test_a_server_verifies_its_data_by_itself(start):
    server = start("--verify-every", "1s")
    server.wait_until(lambda: "last" in server.get("/admin/verify").json())
    assert server.get("/admin/verify").json()["nextAt"]


def test_a_time_between_verifications_that_is_none_is_refused(tmp_path):
    for wrong in ("7x", "-1", "soon"):
        code, _, err = run_weir("serve", "--data", tmp_path / "data", "--verify-every", wrong)
        assert code == 2 and "--verify-every" in err


@pytest.fixture
def keys(tmp_path):
    """The files of a private key and of its public key."""
    private, public = tmp_path / "checkpoints.pem", tmp_path / "public.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", private], check=True)
    subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], check=True)
    return private, public


def test_a_checkpoint_proves_that_the_history_was_not_rewritten(start, keys, tmp_path):
    private, public = keys
    server = start("--checkpoint-key", private)
    server.create("u1")
    taken = server.get("/log/checkpoint")
    assert taken.status_code == 200 and taken.headers["Weir-Position"] == "1"
    assert taken.headers["Content-Type"].startswith("text/plain")
    assert "PRIVATE" not in taken.text and taken.text.startswith("weir/")
    checkpoint = tmp_path / "checkpoint"
    checkpoint.write_bytes(taken.content)
    server.create("u2")
    assert server.stop() == 0
    asked = ["verify", "--checkpoint", checkpoint, "--public-key", public, "--data"]
    code, out, err = run_weir(*asked, tmp_path / "data")
    assert (code, err) == (0, "") and "the history up to position 1 is the one of the checkpoint" in out

    other = start(data=tmp_path / "other")
    other.create("u1")
    assert other.get("/log/checkpoint").status_code == 404
    assert other.stop() == 0
    code, out, _ = run_weir(*asked, tmp_path / "other")
    assert code == 1 and "another event log" in out and "the history was rewritten" in out

    checkpoint.write_text(taken.text.replace("position 1", "position 2"))
    code, _, err = run_weir(*asked, tmp_path / "data")
    assert code == 2 and "the signature is wrong" in err
    assert run_weir("verify", "--data", tmp_path / "data", "--checkpoint", checkpoint)[0] == 2


def test_a_key_that_others_can_read_is_warned_of_and_a_wrong_one_refused(start, keys, tmp_path):
    private, public = keys
    private.chmod(0o644)
    server = start("--checkpoint-key", private)
    assert "other users can read the key" in server.log()
    code, _, err = run_weir("serve", "--data", tmp_path / "d", "--checkpoint-key", public)
    assert code == 2 and "no Ed25519 private key" in err
