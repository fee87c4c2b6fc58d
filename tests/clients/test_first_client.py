"""What docs/first-client.md shows is run: its blocks, by language, against one server."""
import json
import os
import re
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
    assert [kind for kind, _ in BLOCKS] == ["sh", "sh", "ts", "sh", "ts", "python"]


def test_curl(server):
    said = output_of("bash", "-e", "-c", block("sh"), server=server)
    assert '"stream":"user-curl"' in said and '"name":"Ada"' in said


def npm_packages(text):
    """The packages that a block installs, by name: their versions."""
    installed = [word for line in text.splitlines() if line.startswith("npm install") for word in line.split()[2:]]
    return dict(word.rsplit("@", 1) for word in installed if not word.startswith("--"))


def test_the_packages_are_those_of_the_other_tests():
    wanted = json.loads((HERE / "package.json").read_text())["devDependencies"]
    installed = npm_packages(block("sh", 1))
    assert installed and installed.items() <= wanted.items()


def test_typescript(server, guarded, tmp_path):
    """As the page is written, in an empty folder. The environment only keeps npm quiet."""
    environment = {**os.environ, "npm_config_fund": "false", "npm_config_audit": "false",
                   "npm_config_update_notifier": "false", "CI": "1", "NO_COLOR": "1"}

    def in_a_shell(text, fails=False):
        done = subprocess.run(["bash", "-e", "-c", here(text, server)], cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=300, env=environment)
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stderr if fails else done.stdout

    in_a_shell(block("sh", 1))
    (tmp_path / "client.ts").write_text(here(block("ts"), server))
    assert in_a_shell(block("sh", 2)) == 'Grace "1"\n'

    # At a server that authenticates its callers: without a token, and with the line that sends one.
    (tmp_path / "client.ts").write_text(here(block("ts"), guarded))
    assert "Credentials are missing or wrong" in in_a_shell(block("sh", 2), fails=True)
    with_token = block("ts", 1).replace("weir_...", guarded.token("first-client", "writer"))
    opened = "'http://localhost:8080'});\n"
    assert block("ts").count(opened) == 1 and with_token != block("ts", 1)
    (tmp_path / "client.ts").write_text(here(block("ts").replace(opened, opened + with_token), guarded))
    assert in_a_shell(block("sh", 2)) == 'Grace "1"\n'


def test_python(server):
    assert output_of(sys.executable, "-c", with_the_thriftpy_that_is_here(block("python")), server=server) == "Barbara\n"
