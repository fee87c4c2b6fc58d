"""The walk of docs/operate.md: each step is run, and each answer compared. A block that ends with `weir serve` is a start of the
server, which stops the one before it."""
import re

from test_readme import steps
from test_security import matches, run
from weir_process import ROOT, Weir

PAGE = ROOT / "docs" / "operate.md"


def test_a_day_happens_as_it_is_shown(tmp_path):
    weir = None
    blocks = re.findall(r"^```(?:sh|console)\n.*?^```\n", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 9 and sum("weir serve" in block for block in blocks) == 3
    try:
        for block in blocks:
            if block.startswith("```sh"):
                *before, serve = block.splitlines()[1:-1]
                if weir:
                    assert weir.stop() == 0
                for command in before:
                    run(command, tmp_path)
                assert serve.split()[:3] == ["weir", "serve", "--data"]
                weir = Weir(tmp_path / serve.split()[3])
                continue
            for _, command, shown in steps(block):
                printed = run(command.replace("localhost:8080", f"localhost:{weir.ports['http']}"), tmp_path)
                assert matches(printed, shown), (command, printed)
    finally:
        if weir:
            weir.kill()
