"""What README.md shows is what happens: its blocks are run, in order, and their answers compared."""
import re
import subprocess
import sys

import pytest

from weir_process import ROOT, Weir, with_the_thriftpy_that_is_here


def steps(markdown):
    """(how, what is run, what it is shown to print), in order: the commands of ```console blocks, and ```python blocks with the
    ```text block that follows."""
    found = []
    for kind, block, text in re.findall(r"^```(console|python)\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?", markdown,
                                        flags=re.DOTALL | re.MULTILINE):
        if kind == "python":
            found.append(([sys.executable, "-c"], block, text))
            continue
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.split("\n")
            length = next(n for n, line in enumerate(lines, start=1) if not line.endswith("\\"))
            found.append((["bash", "-c"], "\n".join(lines[:length]), "\n".join(lines[length:])))
    return found


def without_chance(text):
    """The text without what differs from run to run: times, ids, lengths of what holds them."""
    text = text.replace("\r", "").strip()
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<time>", text)
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", "<uuid>", text)
    text = re.sub(r"\b00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\b", "<trace>", text)
    text = re.sub(r"\b(\d+)\.[0-9a-f]{8}\b", r"\1.<mark>", text)
    text = re.sub(r"#[0-9a-f]{32}-[0-9a-f]{16}\b", "#<trace>", text)
    text = re.sub(r"\d{4}-\d\d-\d\d", "<day>", text)
    text = re.sub(r"^Date: .*$", "Date: <date>", text, flags=re.MULTILINE)
    return re.sub(r"^Content-Length: \d+$", "Content-Length: <length>", text, flags=re.MULTILINE)


def test_steps_are_read():
    bash, python = ["bash", "-c"], [sys.executable, "-c"]
    assert steps("x\n```console\n$ a \\\n  b\nout\n\nput\n$ c\n```\n```sh\n$ no\n```\n```python\nd\n```\n\n```text\ne\n```\n") == \
        [(bash, "a \\\n  b", "out\n\nput\n"), (bash, "c", ""), (python, "d\n", "e\n")]


def test_only_chance_is_left_out():
    assert without_chance("2026-11-23T03:20:00.123456Z 3") == "<time> 3"
    assert without_chance('{"sequence": 1}') != without_chance('{"sequence": 2}')


def test_the_readme_is_true(tmp_path):
    shown_steps = steps((ROOT / "README.md").read_text())
    assert len(shown_steps) >= 5
    weir = Weir(tmp_path / "data")
    elsewhere = {"localhost:8080": f"127.0.0.1:{weir.ports['http']}", '"localhost", 9090': f'"127.0.0.1", {weir.ports["rpc"]}'}
    try:
        for how, command, shown in shown_steps:
            here = command
            for there, address in elsewhere.items():
                here = here.replace(there, address)
            here = with_the_thriftpy_that_is_here(here)
            assert here != command, f"talks to another server: {command}"
            run = subprocess.run([*how, here], capture_output=True, text=True, timeout=60, cwd=ROOT, stdin=subprocess.DEVNULL)
            assert run.returncode == 0, (command, run.stderr)
            assert without_chance(run.stdout) == without_chance(shown), command
    finally:
        weir.kill()


@pytest.mark.parametrize("block", re.findall(r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE))
def test_other_blocks_are_shell_and_name_scripts_that_are_there(block):
    subprocess.run(["bash", "-n"], input=block, text=True, check=True)
    for script in re.findall(r"\b(script/\w+|\.ci/\w+)", block):
        assert (ROOT / script).exists(), script
