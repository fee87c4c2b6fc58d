"""The walk of docs/security.md, from nothing to a guarded server: each step is run, and each answer compared."""
import base64
import hashlib
import re
import shutil
import subprocess
import sys

import pytest

from test_readme import steps
from weir_process import PROGRAM, ROOT, Weir, with_the_thriftpy_that_is_here

WAIT = 60


def blocks(page):
    return re.findall(r"^```sh\n(.*?)^```", (ROOT / "docs" / page).read_text(), re.DOTALL | re.MULTILINE)


def run(command, directory):
    """What it prints; `weir` is the program under test."""
    (directory / "bin").mkdir(exist_ok=True)
    if not (directory / "bin" / "weir").exists():
        (directory / "bin" / "weir").symlink_to(PROGRAM)
    done = subprocess.run(["bash", "-euc", f"PATH=$PWD/bin:$PATH\n{command}"], cwd=directory, capture_output=True, text=True,
                          timeout=WAIT, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout


def matches(printed, shown):
    """Whether it is what is shown, where `...` stands for the rest of an object."""
    return re.fullmatch(re.escape(shown.strip()).replace(re.escape("..."), ".*"), printed.strip()) is not None


def test_only_what_is_left_out_may_differ():
    assert matches('{"a":1,"b":2}\n', '{"a":1,...}') and not matches('{"a":2,"b":2}', '{"a":1,...}')


@pytest.fixture(scope="module")
def walk(tmp_path_factory):
    """A directory in which the steps were taken, and the server that the last one started."""
    directory = tmp_path_factory.mktemp("walk")
    run(blocks("tls.md")[0], directory)
    make, serve = blocks("security.md")
    run(make, directory)
    assert serve.split()[:4] == ["weir", "serve", "--data", "data"]
    weir = Weir(directory / "data", *[directory / word if (directory / word).exists() else word for word in
                                      re.sub(r" --(rpc-)?listen \S+", "", serve).split()[4:]])
    yield directory, weir
    weir.kill()


def test_each_is_refused_and_allowed_as_shown(walk):
    directory, weir = walk
    shown_steps = steps((ROOT / "docs" / "security.md").read_text())
    assert [how[0] for how, _, _ in shown_steps] == ["bash"] * 6 + [sys.executable]
    (directory / "idl").symlink_to(ROOT / "idl")
    for how, command, shown in shown_steps:
        here = command.replace("localhost:8080", f"localhost:{weir.ports['http']}").replace("9090", str(weir.ports["rpc"]))
        if how[0] == "bash":
            printed = run(here, directory)
        else:
            done = subprocess.run([*how, with_the_thriftpy_that_is_here(here)], cwd=directory, capture_output=True, text=True, timeout=WAIT)
            printed = done.stdout + done.stderr[-2000:]
        assert matches(printed, shown), (command, printed)


@pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not there")
def test_a_browser_shows_the_reference_page(walk):
    directory, weir = walk
    public = subprocess.run("openssl x509 -in weir.pem -pubkey -noout | openssl pkey -pubin -outform DER", shell=True, cwd=directory,
                            check=True, capture_output=True).stdout
    pin = base64.b64encode(hashlib.sha256(public).digest()).decode()  # it trusts this key, and no other
    done = subprocess.run(["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={directory / 'chromium'}",
                           f"--ignore-certificate-errors-spki-list={pin}", "--virtual-time-budget=15000", "--dump-dom",
                           f"https://localhost:{weir.ports['http']}/docs"], capture_output=True, text=True, timeout=2 * WAIT, cwd=directory)
    assert "Authorize" in done.stdout and "createUser" in done.stdout, done.stdout[-2000:] + done.stderr[-2000:]
