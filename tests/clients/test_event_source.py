"""The browser's own EventSource follows the log while the server is restarted on the same port."""
import http.server
import json
import os
import re
import shutil
import socket
import subprocess
import threading

from conftest import HERE, ROOT
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


class Unavailable(http.server.BaseHTTPRequestHandler):
    """What a proxy says while there is no server behind it."""

    def do_GET(self):
        self.send_error(503)
        self.server.asked.set()

    def log_message(self, *_):
        pass


def test_the_page_of_the_docs_comes_back_after_an_answer_that_ends_an_event_source(packages, tmp_path):
    script = next(block for block in re.findall(r"^```js\n(.*?)^```$", (ROOT / "docs" / "feeds.md").read_text(), re.M | re.S)
                  if "CLOSED" in block)
    shutil.copy(HERE / "docs_feed.mjs", packages / "docs_feed.mjs")
    page_port, weir_port = free_port(), free_port()
    options = ["--data", tmp_path / "data", "--listen", f"127.0.0.1:{weir_port}",
               "--cors-origin", f"http://127.0.0.1:{page_port}"]
    weir = Weir(tmp_path / "data", *options, listen=False)
    weir.create("before")
    page = subprocess.Popen(["node", "docs_feed.mjs", str(page_port), str(tmp_path / "profile")], cwd=packages,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ)

    def next_line(wanted):
        for line in page.stdout:
            if wanted in line:
                return line
        raise AssertionError(f"the page ended before it said {wanted}")

    try:
        assert "localhost:8080" in script
        page.stdin.write(script.replace("localhost:8080", f"127.0.0.1:{weir_port}"))
        page.stdin.close()
        next_line("caught up")
        weir.create("during")
        assert json.loads(next_line("userCreated").partition(" ")[2])["stream"] == "user-during"
        assert weir.stop() == 0
        with http.server.ThreadingHTTPServer(("127.0.0.1", weir_port), Unavailable) as proxy:
            proxy.asked = threading.Event()
            serving = threading.Thread(target=proxy.serve_forever)
            serving.start()
            assert proxy.asked.wait(60)
            proxy.shutdown()
            serving.join()
        weir = Weir(tmp_path / "data", *options, listen=False)
        weir.create("after")
        # Nothing is missed, and nothing comes twice.
        assert json.loads(next_line("userCreated").partition(" ")[2])["stream"] == "user-after"
    finally:
        page.terminate()
        page.wait(60)
        weir.kill()
