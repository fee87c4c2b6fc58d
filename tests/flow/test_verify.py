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
