"""What docs/feeds.md shows is what happens, on an empty log. Its script for a browser is what tests/clients has run."""
import subprocess

from test_readme import steps, without_chance
from weir_process import ROOT

DOCUMENT = (ROOT / "docs" / "feeds.md").read_text()


def test_the_page_on_feeds_is_true(empty_server):
    shown_steps = steps(DOCUMENT)
    assert len(shown_steps) >= 8
    for how, command, shown in shown_steps:
        here = command.replace("localhost:8080", f"127.0.0.1:{empty_server.ports['http']}")
        assert here != command, f"talks to another server: {command}"
        run = subprocess.run([*how, here], capture_output=True, text=True, timeout=60, cwd=ROOT, stdin=subprocess.DEVNULL)
        assert run.returncode == 0, (command, run.stderr)
        assert without_chance(run.stdout) == without_chance(shown), command
