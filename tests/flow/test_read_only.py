"""Data that is read without being changed, on a read-only file system too."""
import hashlib
import json
import subprocess

import pytest

from small_disk import SmallDisk
from weir_process import ENVIRONMENT, PROGRAM, Weir, run_weir


@pytest.fixture
def disk(tmp_path):
    small = SmallDisk(tmp_path / "data", "tmpfs", 40)
    yield small
    small.close()


def run_under(disk, *arguments):
    run = subprocess.run([*disk.under, PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True,
                         text=True, timeout=60, env=ENVIRONMENT)
    return run.returncode, run.stdout, run.stderr


def test_data_on_a_read_only_file_system_is_read(disk):
    weir = Weir(disk.directory, under=disk.under)
    for number in range(20):
        weir.create(f"u{number}")
    weir.kill()  # so that there is a WAL to be read
    disk.remount("ro")
    code, out, err = run_under(disk, "export", "--data", disk.directory)
    assert code == 0, err
    assert [json.loads(line)["event"]["userCreated"]["userId"] for line in out.splitlines()] == \
        [f"u{number}" for number in range(20)]
    code, out, err = run_under(disk, "schema", "check", disk.directory)
    assert (code, out) == (0, "no changes\n"), err
    code, out, err = run_under(disk, "verify", "--data", disk.directory)
    assert code == 0, out + err
    code, out, err = run_under(disk, "serve", "--data", disk.directory, "--listen", "127.0.0.1:0")
    assert code == 1
    assert f"the data directory {disk.directory} is on a read-only file system" in err and "mount it writable" in err


def test_data_that_is_read_is_not_changed(start, tmp_path):
    weir = start()
    for number in range(20):
        weir.create(f"u{number}")
    weir.kill()

    def contents():
        return {path: (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
                for path in (tmp_path / "data").rglob("*") if path.is_file()}

    before = contents()
    assert run_weir("export", "--data", tmp_path / "data")[0] == 0
    assert run_weir("schema", "check", tmp_path / "data")[0] == 0
    assert contents() == before
