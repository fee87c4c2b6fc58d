"""Schemathesis, which nobody here wrote, judges a running server by its contract. schemathesis.toml explains each exception.
`WEIR_SEED=n` makes other requests."""
import os
import pathlib
import re
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests" / "flow"))

from weir_process import Weir  # noqa: E402

PROGRAM = ROOT / "build" / "schemathesis" / "bin" / "schemathesis"
SEED = os.environ.get("WEIR_SEED", "1")
EXAMPLES = os.environ.get("WEIR_EXAMPLES", "20")
SECONDS = 300  # it takes 30; more under a sanitizer


@pytest.fixture
def server(tmp_path):
    weir = Weir(tmp_path / "data")
    weir.create("u1", email="ada@example.org")
    assert weir.command("openAccount", accountId="a1", owner="Ada").status_code == 200
    yield weir
    assert weir.stop() == 0, weir.log()


@pytest.mark.skipif(not PROGRAM.exists(), reason="Schemathesis is not there: script/bootstrap --test installs it")
def test_the_server_keeps_its_contract(server, tmp_path):
    done = subprocess.run([PROGRAM, "--config-file", HERE / "schemathesis.toml", "run", server.url + "/openapi.json", "--seed", SEED,
                           "--max-examples", EXAMPLES, "--no-color"],
                          cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=SECONDS, env={**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE),
                                                "PYTHONDONTWRITEBYTECODE": "1"})
    assert done.returncode == 0, done.stdout
    operations = re.search(r"Operations: +(\d+) selected / (\d+) total", done.stdout)
    assert operations and int(operations[1]) == int(operations[2]) - 2 > 20, done.stdout  # all but /rpc and /log/commits
    assert re.search(r"Test cases:\s+\d{4,} generated, (\d+) passed", done.stdout), done.stdout
