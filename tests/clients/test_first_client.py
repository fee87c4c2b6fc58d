"""What docs/first-client.md shows is run: its blocks, by language, against one server."""
import json
import re
import shutil
import subprocess
import sys

from conftest import HERE, ROOT
from weir_process import with_the_thriftpy_that_is_here

BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", (ROOT / "docs" / "first-client.md").read_text(), re.DOTALL | re.MULTILINE)


def block(language, number=0):
    return [text for kind, text in BLOCKS if kind == language][number]


def here(text, server):
    return (text.replace("localhost:8080", f"127.0.0.1:{server.ports['http']}")
            .replace('"localhost", 9090', f'"127.0.0.1", {server.ports["rpc"]}'))


def output_of(*arguments, server):
    done = subprocess.run([*arguments[:-1], here(arguments[-1], server)], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_block_is_run_by_a_test_here():
    assert [kind for kind, _ in BLOCKS] == ["sh", "sh", "ts", "python"]


def test_curl(server):
    said = output_of("bash", "-e", "-c", block("sh"), server=server)
    assert '"stream":"user-curl"' in said and '"name":"Ada"' in said


def test_typescript(run, packages, server):
    directory = packages / "first_client"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    install, install_more, generate = block("sh", 1).splitlines()
    wanted = json.loads((HERE / "package.json").read_text())["devDependencies"]
    for line in (install, install_more):  # what the document installs is what is tested here
        assert set(line.split()[2:]) - {"--save-dev"} <= set(wanted)
    (directory / "package.json").write_text('{"type": "module"}\n')
    (directory / "client.ts").write_text(here(block("ts"), server))
    run(*here(generate, server).split()[1:], cwd=directory)
    run("tsc", "--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck", "client.ts", cwd=directory)
    assert run("node", "client.js", cwd=directory) == 'Grace "1"\n'


def test_python(server):
    assert output_of(sys.executable, "-c", with_the_thriftpy_that_is_here(block("python")), server=server) == "Barbara\n"
