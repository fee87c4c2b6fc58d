"""Processes that are measured: started in a directory of their own, waited for, and always ended."""
import contextlib
import http.client
import os
import pathlib
import select
import shutil
import signal
import socket
import subprocess
import time

from outputs import Failure

START_SECONDS = 60
END_SECONDS = 60


def run(*command, seconds=3600, environment=None, directory=None, stdin=None):
    """What a command prints on stdout. Raises Failure with what it prints on stderr if it fails."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=seconds, cwd=directory,
                          input=stdin, env={**os.environ, **(environment or {})})
    if done.returncode != 0:
        raise Failure(f"{pathlib.Path(str(command[0])).name} failed: {(done.stderr or done.stdout).strip()[-600:]}")
    return done.stdout


def free_port():
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """One running program, with what it prints in a log file."""

    def __init__(self, command, log, environment=None, directory=None, first_line=False):
        self.log = pathlib.Path(log)
        with open(self.log, "ab") as errors:
            self.started = time.monotonic()
            self._process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stderr=errors, cwd=directory,
                stdout=subprocess.PIPE if first_line else errors, env={**os.environ, **(environment or {})})
        self.pid = self._process.pid

    def first_line(self):
        """The first line of its output, once it is there: how some say that they are ready."""
        if not select.select([self._process.stdout], [], [], START_SECONDS)[0]:
            raise Failure(f"{self.log.stem} does not start")
        line = self._process.stdout.readline().decode().strip()
        if not line:
            raise Failure(f"{self.log.stem} ended: {self.log.read_text(errors='replace')[-600:]}")
        return line

    def wait_until(self, ready):
        """Waits until ready() gives something true, and gives it. Raises Failure if the process ends before."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            found = ready()
            if found:
                return found
            if self._process.poll() is not None:
                raise Failure(f"{self.log.stem} ended: {self.log.read_text(errors='replace')[-600:]}")
            if time.monotonic() > deadline:
                raise Failure(f"{self.log.stem} does not start")
            time.sleep(0.002)

    def runs(self):
        return self._process.poll() is None

    def resident_bytes(self):
        """Memory that the process itself has in RAM."""
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise Failure(f"{self.log.stem} has no memory")

    def end(self, how=signal.SIGTERM):
        """Asks it to end and waits; whoever does not is killed."""
        if self._process.poll() is None:
            self._process.send_signal(how)
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


@contextlib.contextmanager
def running(*arguments, ended_by=signal.SIGTERM, **how):
    """A Process that ends with the block."""
    process = Process(*arguments, **how)
    try:
        yield process
    finally:
        process.end(ended_by)


def listens(port):
    """Whether somebody takes connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def request(port, method, path, body=None, headers=None, tls=None):
    """(status, headers, body) of one request over HTTP, or over HTTPS if there is an ssl.SSLContext."""
    if tls:
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=120, context=tls)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def bytes_on_disk(directory):
    """What the files below a directory take of the disk. A file that a database lets go meanwhile takes nothing."""
    total = 0
    for folder, _, names in os.walk(directory):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                total += os.lstat(os.path.join(folder, name)).st_blocks * 512
    return total


def empty(directory):
    """The directory, with nothing in it."""
    directory = pathlib.Path(directory)
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory
