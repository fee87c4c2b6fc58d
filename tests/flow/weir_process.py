"""A real `weir serve` on free ports of loopback with a data directory of its own, and a client of it."""
import datetime
import importlib.util
import json
import os
import pathlib
import re
import select
import signal
import subprocess

import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("WEIR_PROGRAM", str(ROOT / "build" / "release" / "weir"))
START_SECONDS = 60  # under a sanitizer, on a busy machine
# So that nothing of the developer's own environment changes what is tested, and no two servers want the same port.
ENVIRONMENT = {**{name: value for name, value in os.environ.items() if not name.startswith("WEIR_")},
               "WEIR_RPC_LISTEN": "127.0.0.1:0",
               # Hundreds of data directories are on one disk, each with its part of this.
               "WEIR_DISK_RESERVE_MEBIBYTES": "8"}


class Weir:
    """A running server."""

    def __init__(self, data, *options, environment=None, listen=True, files=None, under=()):
        self.data = pathlib.Path(data)
        self.ports_file = self.data.with_name(self.data.name + ".ports.json")
        self.log_path = self.data.with_name(self.data.name + ".log")
        self.ports_file.unlink(missing_ok=True)
        arguments = self.command_line(data, self.ports_file)
        if not listen:  # the test says where, and not by options
            arguments = arguments[:4]
        if files is not None:  # what the process may open, soft and hard limit
            arguments = ["prlimit", f"--nofile={files}", *arguments]
        arguments = [*under, *arguments]  # a command that runs the program, for example in a namespace of its own
        self._log = open(self.log_path, "ab")
        self.process = subprocess.Popen([*arguments, *map(str, options)], stdin=subprocess.DEVNULL, stdout=self._log,
                                        stderr=self._log, env={**ENVIRONMENT, **(environment or {})})
        self._wait_for_ports()
        self.session = requests.Session()

    @staticmethod
    def command_line(data, ports_file):
        return [PROGRAM, "serve", "--ports-file", str(ports_file), "--data", str(data), "--listen", "127.0.0.1:0"]

    def _wait_for_ports(self):
        """Waits until the ports file stands: Weir takes requests from then on. Ends early if the process does."""
        ended = os.pidfd_open(self.process.pid)
        try:
            waited = 0.0
            while waited < START_SECONDS:
                try:
                    self.ports = json.loads(self.ports_file.read_text())
                    return
                except (FileNotFoundError, json.JSONDecodeError):
                    pass
                if select.select([ended], [], [], 0.02)[0]:
                    raise AssertionError(f"weir ended with {self.process.wait()}:\n{self.log()}")
                waited += 0.02
            raise AssertionError(f"weir did not start:\n{self.log()}")
        finally:
            os.close(ended)

    def wait_until(self, condition, seconds=30):
        """Asks again and again, where nothing tells the test when. Ends early if the process does."""
        ended = os.pidfd_open(self.process.pid)
        try:
            waited = 0.0
            while not condition():
                assert waited < seconds, f"it did not come to be:\n{self.log()}"
                if select.select([ended], [], [], 0.05)[0]:
                    raise AssertionError(f"weir ended with {self.process.wait()}:\n{self.log()}")
                waited += 0.05
        finally:
            os.close(ended)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.ports['http']}"

    def log(self):
        return self.log_path.read_text(errors="replace")

    # Requests.

    def request(self, method, path, **how):
        how.setdefault("timeout", 60)
        how.setdefault("allow_redirects", False)
        return self.session.request(method, self.url + path, **how)

    def get(self, path, headers=None, **how):
        return self.request("GET", path, headers=headers, **how)

    def post(self, path, body, headers=None, **how):
        """Posts JSON; a str or bytes goes as it is."""
        data = body if isinstance(body, (str, bytes)) else json.dumps(body)
        return self.request("POST", path, data=data.encode() if isinstance(data, str) else data,
                            headers={"Content-Type": "application/json", **(headers or {})}, **how)

    def command(self, name, /, headers=None, **fields):
        return self.post("/commands", {name: fields}, headers)

    def create(self, user, name="Ada", email=None):
        """A user who is not there yet; the answer must be 200."""
        answer = self.command("createUser", userId=user, name=name, email=email or f"{user}@example.org")
        assert answer.status_code == 200, answer.text
        return answer

    # The end.

    def stop(self, seconds=30):
        """SIGTERM; the exit code. A process that does not end in time is killed, and the test fails."""
        self.session.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self._wait(seconds)

    def kill(self):
        self.session.close()
        if self.process.poll() is None:
            self.process.kill()
        self._wait(30)

    def _wait(self, seconds):
        try:
            return self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"weir did not end within {seconds} s of SIGTERM:\n{self.log()}")
        finally:
            self._log.close()


def run_weir(*arguments, environment=None, seconds=60):
    """A `weir` that is expected to end by itself: (exit code, stdout, stderr)."""
    run = subprocess.run([PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                         timeout=seconds, env={**ENVIRONMENT, **(environment or {})})
    return run.returncode, run.stdout, run.stderr


def with_the_thriftpy_that_is_here(python):
    """A program of a document with ThriftPy, for a Debian that has its successor only."""
    if importlib.util.find_spec("thriftpy"):
        return python
    return re.sub(r"^import thriftpy$", "import thriftpy2 as thriftpy", python, flags=re.MULTILINE).replace(
        "from thriftpy.", "from thriftpy2.")


def moment(text):
    """What a time in an answer means: UTC, with six digits after the second, so that times sort as text."""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", text), text
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def assert_problem(answer, status, kind, **members):
    """The answer is an RFC 9457 problem of this status and type, and holds these members. Gives it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == f"/problems/{kind}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem.get("detail")
    assert problem.get("instance")
    for name, value in members.items():
        assert problem.get(name) == value, problem
    return problem
