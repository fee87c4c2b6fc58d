"""What docs/analyse.md shows of PostgreSQL is what happens, with a real one: a cluster of this test's own on a Unix socket."""
import glob
import os
import pathlib
import pwd
import re
import shutil
import subprocess
import tempfile

import pytest

from test_readme import steps, without_chance
from weir_process import ROOT, Weir

PAGE = (ROOT / "docs" / "analyse.md").read_text()


class Cluster:
    """PostgreSQL does not run as root, so root lends it the user that its package made."""

    def __init__(self, programs):
        self.programs = programs
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="weir-pg-"))  # where any user can look, and a socket's name is short
        self.as_user = []
        if os.geteuid() == 0:
            self.as_user = ["runuser", "-u", "postgres", "--"]
            owner = pwd.getpwnam("postgres")
            os.chown(self.home, owner.pw_uid, owner.pw_gid)
        self.run("initdb", "-D", self.home / "data", "-U", "weir", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8")
        self.run("pg_ctl", "-D", self.home / "data", "-l", self.home / "log", "-w", "-t", "60", "start", "-o",
                 f"-c listen_addresses='' -c unix_socket_directories={self.home} -c fsync=off")

    def run(self, program, *arguments):
        done = subprocess.run([*self.as_user, self.programs / program, *arguments], cwd=self.home, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
        assert done.returncode == 0, done.stdout

    def stop(self):
        self.run("pg_ctl", "-D", self.home / "data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.home)


@pytest.fixture
def cluster():
    running = Cluster(pathlib.Path(max(glob.glob("/usr/lib/postgresql/*/bin"))))
    yield running
    running.stop()


def test_the_page_is_true(tmp_path, cluster):
    files = re.findall(r"This is `(\w+\.sql)`:\n\n```sql\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert len(files) == PAGE.count("```sql\n") == 4
    for name, text in files:
        (tmp_path / name).write_text(text)
    here = {**{name: value for name, value in os.environ.items() if not name.startswith("PG")}, "PGHOST": str(cluster.home),
            "PGUSER": "weir", "PGDATABASE": "postgres", "PSQLRC": "/dev/null", "PSQL_PAGER": "",
            "PATH": f"{cluster.programs}:{os.environ['PATH']}"}
    weir = Weir(tmp_path / "data")
    try:
        if weir.get("/events").status_code == 404:
            pytest.skip("GET /events does not stand yet")
        shown_steps = steps(PAGE)
        assert len(shown_steps) >= 8
        for how, command, shown in shown_steps:
            command = command.replace("localhost:8080", f"127.0.0.1:{weir.ports['http']}")
            done = subprocess.run([how[0], "-o", "pipefail", *how[1:], command], cwd=tmp_path, stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=60, env=here)
            assert done.returncode == 0, (command, done.stderr)
            assert without_chance(done.stdout) == without_chance(shown), command
        load = next(command for _, command, _ in shown_steps if "\\copy" in command).split("|", 1)[1]
        cut_short = subprocess.run(["bash", "-c", f"""printf '%s\\n' '{{"position": 99}}' '{{"type": "/problems/internal"}}' | {load}"""],
                                   cwd=tmp_path, capture_output=True, text=True, timeout=60, env=here)
        assert cut_short.returncode != 0 and "log_recorded_check" in cut_short.stderr, cut_short
        loaded = subprocess.run(["psql", "-Atc", "select max(position) from events"], capture_output=True, text=True, env=here)
        assert loaded.stdout == "11\n"
    finally:
        weir.kill()
