"""The browser's own EventSource follows the log while the server is restarted on the same port."""
import json
import os
import shutil
import socket
import subprocess

from conftest import HERE
from weir_process import Weir


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as holder:
        return holder.getsockname()[1]


def test_the_browser_misses_nothing_and_doubles_nothing_across_restarts(packages, tmp_path):
    shutil.copy(HERE / "event_source.mjs", packages / "event_source.mjs")
    page_port, weir_port = free_port(), free_port()
    options = ["--data", tmp_path / "data", "--listen", f"127.0.0.1:{weir_port}",
               "--cors-origin", f"http://127.0.0.1:{page_port}"]
    weir = Weir(tmp_path / "data", *options, listen=False)
    for n in range(20):
        weir.create(f"u{n}")
    page = subprocess.Popen(["node", "event_source.mjs", weir.url, str(page_port), str(tmp_path / "profile")], cwd=packages,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ)
    try:
        assert page.stdout.readline() == "following\n"
        last = 20
        for run in range(3):
            for n in range(10):
                last = weir.create(f"v{run}-{n}").json()["position"]
            if run == 1:
                weir.kill()
            else:
                assert weir.stop() == 0
            weir = Weir(tmp_path / "data", *options, listen=False)
            for n in range(10):
                last = weir.command("renameUser", userId=f"v{run}-{n}", name=f"Name {run}").json()["position"]
            page.stdin.write(f"tell {last}\n")
            page.stdin.flush()
            told = json.loads(page.stdout.readline())
            assert told["seen"] == list(range(1, last + 1))
            assert told["opened"] >= run + 2
        page.stdin.close()
        assert page.wait(60) == 0
    finally:
        page.kill()
        page.wait()
        weir.kill()
