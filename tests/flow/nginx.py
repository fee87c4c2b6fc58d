"""nginx as a front of a server, as an operator would set it up: own process, own files, free ports of loopback."""
import os
import pathlib
import select
import shutil
import socket
import subprocess

START_SECONDS = 60

CONFIGURATION = """
daemon off;
master_process off;
pid {home}/nginx.pid;
error_log {home}/error.log warn;
events {{ worker_connections 256; }}
http {{
  # A line for each request as this front sees it: what it is, and what Weir answered, or - if it was not asked.
  log_format seen '$request_method $uri $upstream_status';
  access_log {home}/seen.log seen;
  client_body_temp_path {home}/body;
  proxy_temp_path {home}/proxy;
  fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi;
  scgi_temp_path {home}/scgi;
  client_max_body_size 2m;
  # One connection, which all clients share: whoever could leave a byte on it would have the answer of the next client.
  upstream weir {{ server 127.0.0.1:{weir}; keepalive 1; }}
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Host $host;
  # A test ends its half of the connection to say that nothing more comes.
  proxy_ignore_client_abort on;
  server {{ listen 127.0.0.1:{buffered}; location / {{ proxy_pass http://weir; }} }}
  server {{ listen 127.0.0.1:{streamed}; proxy_buffering off; proxy_request_buffering off; location / {{ proxy_pass http://weir; }} }}
}}
"""


def program():
    return shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")


class Nginx:
    """A front whose port `buffered` reads a whole request before it sends it on, and whose port `streamed` does not."""

    def __init__(self, home, weir_port):
        self.home = pathlib.Path(home)
        self.home.mkdir(parents=True)
        with socket.socket() as first, socket.socket() as second:
            for each in (first, second):
                each.bind(("127.0.0.1", 0))
            self.ports = {"buffered": first.getsockname()[1], "streamed": second.getsockname()[1]}
        configuration = self.home / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(home=self.home, weir=weir_port, **self.ports))
        self._log = open(self.home / "output.log", "wb")
        self.process = subprocess.Popen([program(), "-p", self.home, "-e", self.home / "error.log", "-c", configuration],
                                        stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        self._wait_until_it_listens()

    def _wait_until_it_listens(self):
        ended = os.pidfd_open(self.process.pid)
        try:
            waited = 0.0
            while waited < START_SECONDS:
                with socket.socket() as trial:
                    if trial.connect_ex(("127.0.0.1", self.ports["streamed"])) == 0:
                        return
                if select.select([ended], [], [], 0.02)[0]:
                    raise AssertionError(f"nginx ended with {self.process.wait()}:\n{self.log()}")
                waited += 0.02
            raise AssertionError(f"nginx did not start:\n{self.log()}")
        finally:
            os.close(ended)

    def seen(self):
        """The requests so far that were passed on, as lines: method, path, status of Weir's answer."""
        return [line for line in (self.home / "seen.log").read_text(errors="replace").splitlines() if not line.endswith(" -")]

    def log(self):
        return "".join((self.home / name).read_text(errors="replace") for name in ("output.log", "error.log"))

    def kill(self):
        self.process.kill()
        self.process.wait()
        self._log.close()
