import fcntl
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests" / "flow"))

from guarded_weir import GuardedWeir  # noqa: E402
from weir_process import Weir  # noqa: E402

os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(ROOT / "build" / "hypothesis"))
NPM = pathlib.Path(os.environ.get("WEIR_NPM", ROOT / "build" / "npm" / "clients"))


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    weir = Weir(tmp_path_factory.mktemp("weir") / "data")
    yield weir
    assert weir.stop() == 0, weir.log()


@pytest.fixture(scope="session")
def guarded(tmp_path_factory):
    """A server that authenticates its callers."""
    weir = GuardedWeir(tmp_path_factory.mktemp("guarded"))
    yield weir
    assert weir.stop() == 0, weir.log()


@pytest.fixture(scope="session")
def packages():
    """The directory that holds the node_modules of package-lock.json, installed if it does not yet."""
    NPM.mkdir(parents=True, exist_ok=True)
    wanted = (HERE / "package-lock.json").read_text()
    stamp = NPM / "installed"
    with open(NPM / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            for name in ("package.json", "package-lock.json", ".npmrc"):
                shutil.copy(HERE / name, NPM / name)
            subprocess.run(["npm", "ci", "--loglevel=error"], cwd=NPM, check=True, stdin=subprocess.DEVNULL)
            stamp.write_text(wanted)
    return NPM


@pytest.fixture(scope="session")
def run(packages):
    """Runs a program of the packages; its output. The test fails if it ends otherwise than it should."""

    def run_one(*arguments, cwd, ends_with=0, **environment):
        done = subprocess.run([str(each) for each in arguments], cwd=cwd, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300,
                              env={**os.environ, "PATH": f"{packages}/node_modules/.bin:{os.environ['PATH']}",
                                   "CI": "1", "NO_COLOR": "1", "REDOCLY_TELEMETRY": "off",
                                   "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", **environment})
        assert done.returncode == ends_with, f"{' '.join(map(str, arguments))}\n{done.stdout}"
        return done.stdout

    return run_one


def pytest_terminal_summary(terminalreporter):
    contract = sys.modules.get("test_contract")
    if contract and contract.tally:
        statuses = {}
        for (_, status), count in contract.tally.items():
            statuses[status] = statuses.get(status, 0) + count
        terminalreporter.write_line(f"{sum(statuses.values())} requests with WEIR_SEED={contract.SEED}: " + ", ".join(
            f"{status}: {count}" for status, count in sorted(statuses.items())))
