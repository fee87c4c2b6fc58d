"""The programs that are measured, each installed and started as its own documents advise, on loopback."""
import contextlib
import json
import os
import pathlib
import pwd
import shutil
import signal

import credentials
import outputs
from outputs import Failure
from processes import Process, empty, free_port, listens, request, run, running

ROOT = pathlib.Path(__file__).resolve().parents[2]
PEERS = ROOT / "bench" / "peers"
SCRIPT = ROOT / "bench" / "load" / "users.lua"
USER = '{"userId": "u0000042", "name": "Ada Lovelace", "email": "u0000042@example.org"}'


class Workshop:
    """What a run has: programs, a directory on the disk that is measured, and how long to measure."""

    def __init__(self, build, scratch, quick):
        self.build = pathlib.Path(build)
        self.scratch = pathlib.Path(scratch)
        self.quick = quick
        self.seconds = 4 if quick else 6
        self.warm_up_seconds = 1 if quick else 2
        self.users = 200_000 if quick else 1_000_000

    def path(self, name):
        return self.scratch / name

    def program(self, name):
        return self.build / "bench" / f"bench_{name}"

    # Load.

    def wrk(self, port, connections, *arguments, path="/", seconds=None, scheme="http"):
        """wrk with load/users.lua: its figures."""
        # One thread makes more requests than any side carries out commands; a second would only take their processor.
        threads = 2 if connections > 1 and "create" not in arguments else 1
        return outputs.wrk(run("wrk", "--threads", threads, "--connections", connections, "--duration",
                               f"{seconds or self.seconds}s", "--timeout", "30s", "--script", SCRIPT,
                               f"{scheme}://127.0.0.1:{port}{path}", "--", *arguments))

    def load(self, *arguments):
        return outputs.load(run(self.program("load"), *arguments))

    def disk_floor(self, *arguments):
        return outputs.load(run(self.program("disk_floor"), *arguments))

    # Weir.

    @contextlib.contextmanager
    def weir(self, data=None, *options, credential=None, tls=None):
        """Weir on a directory, on a new one if none is given. What is asked of it is asked with the credential and over TLS, if given."""
        directory = data or empty(self.path("weir"))
        ports = self.path("ports.json")
        ports.unlink(missing_ok=True)
        command = [self.build / "weir", "serve", "--data", directory, "--listen", "127.0.0.1:0", "--rpc-listen",
                   "127.0.0.1:0", "--ports-file", ports, "--log-level", "warn", *options]
        clean = {name: "" for name in os.environ if name.startswith("WEIR_")}
        with running(command, log=self.path("weir.log"), environment=clean) as process:
            port = process.wait_until(lambda: ports.exists() and ports.read_text())
            yield Weir(process, json.loads(port)["http"], credential, tls)

    @contextlib.contextmanager
    def weir_with_token(self):
        """Weir that knows its callers, and an API token for it."""
        access, token = credentials.api_token(self.build / "weir", empty(self.path("access")))
        with self.weir(None, "--auth", access, credential=token) as weir:
            yield weir

    @contextlib.contextmanager
    def weir_with_access_token(self):
        """The same with an access token that an issuer has signed by ES256."""
        access, token = credentials.access_token(empty(self.path("access")))
        with self.weir(None, "--auth", access, credential=token) as weir:
            yield weir

    @contextlib.contextmanager
    def weir_over_tls(self):
        """Weir with a certificate on P-256."""
        certificate, key, context = credentials.certificate(empty(self.path("tls")))
        with self.weir(None, "--tls-certificate", certificate, "--tls-key", key, tls=context) as weir:
            yield weir

    def weir_with_users(self):
        """A directory with users 0, 1, ... as Weir wrote it; made once a run."""
        data = self.path("weir-with-users")
        if not data.exists():
            making = empty(self.path("weir-in-the-making"))
            with self.weir(making) as weir:
                self.load("create", weir.port, 256, 0, self.users)
                if weir.position() != self.users:
                    raise Failure(f"of {self.users} users {weir.position()} are there")
            making.rename(data)
        return data

    # PostgreSQL, and what stands on it.

    @contextlib.contextmanager
    def postgres(self):
        """PostgreSQL with its defaults, on a cluster of its own that is made once a run. Gives its environment."""
        versions = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        if not versions:
            raise Failure("PostgreSQL is not installed")
        home, cluster = self.path("postgres"), self.path("postgres") / "cluster"
        # It refuses to run as root. (setpriv becomes the program; runuser would keep its signals from it.)
        as_user = []
        if os.getuid() == 0:
            as_user = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", "--"]
        if not cluster.exists():
            home.mkdir(parents=True)
            if as_user:
                shutil.chown(home, "postgres", pwd.getpwnam("postgres").pw_gid)
            run(*as_user, versions[-1] / "initdb", "--pgdata", cluster, "--username", "weir", "--auth", "trust",
                "--encoding", "UTF8", "--locale", "C.UTF-8", directory=home)
        port = free_port()
        command = [*as_user, versions[-1] / "postgres", "-D", cluster, "-p", port, "-k", home, "-c",
                   "listen_addresses=127.0.0.1"]
        address = {"PGHOST": str(home), "PGPORT": str(port), "PGUSER": "weir"}
        with running(command, log=self.path("postgres.log"), directory=home, ended_by=signal.SIGINT) as process:
            process.wait_until(lambda: listens(port) and sql(address, "SELECT 1", quiet=True))
            yield address

    @contextlib.contextmanager
    def emmett(self):
        """Emmett behind Express, one Node process, on an empty database."""
        modules = install(self, "emmett")
        with self.postgres() as address:
            sql(address, "DROP DATABASE IF EXISTS emmett")
            sql(address, "CREATE DATABASE emmett")
            url = f"postgresql://weir@127.0.0.1:{address['PGPORT']}/emmett"
            with running(["node", "server.js"], log=self.path("emmett.log"), directory=modules, first_line=True,
                         environment={"DATABASE_URL": url, "NODE_ENV": "production"}) as process:
                port = int(process.first_line())
                yield Emmett(process, port, {**address, "PGDATABASE": "emmett"})

    @contextlib.contextmanager
    def message_db(self):
        """message-db, installed by its own script into an empty database. Gives its environment."""
        scripts = install(self, "message-db") / "node_modules" / "@eventide" / "message-db" / "database"
        with self.postgres() as address:
            sql(address, "DROP DATABASE IF EXISTS message_store")
            run("bash", scripts / "install.sh", environment={**address, "DATABASE_NAME": "message_store"})
            yield {**address, "PGDATABASE": "message_store", "PGOPTIONS": "-c search_path=message_store,public"}

    # The others.

    @contextlib.contextmanager
    def redis(self):
        """Redis that syncs its log before each answer. Gives its port."""
        port = free_port()
        command = ["redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", empty(self.path("redis")),
                   "--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        with running(command, log=self.path("redis.log")) as process:
            process.wait_until(lambda: listens(port))
            yield port

    @contextlib.contextmanager
    def nginx(self, body):
        """nginx that answers 200 with the body, a worker for each processor. Gives its port."""
        port, home = free_port(), empty(self.path("nginx"))
        configuration = home / "nginx.conf"
        configuration.write_text(f"""worker_processes auto;
pid {home}/pid;
error_log {home}/errors.log;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  default_type application/json;
  keepalive_requests 100000000;
  client_body_temp_path {home}; proxy_temp_path {home}; fastcgi_temp_path {home}; uwsgi_temp_path {home};
  scgi_temp_path {home};
  server {{ listen 127.0.0.1:{port}; location / {{ return 200 '{body}'; }} }}
}}
""")
        program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        command = [program, "-c", configuration, "-e", home / "errors.log", "-g", "daemon off;"]
        with running(command, log=self.path("nginx.log")) as process:
            process.wait_until(lambda: listens(port))
            yield port

    @contextlib.contextmanager
    def http_floor(self, body):
        """The bare Beast server. Gives its port."""
        with running([self.program("http_floor"), body], log=self.path("http_floor.log"), first_line=True) as process:
            yield int(process.first_line())


class Weir:
    """A running Weir."""

    def __init__(self, process: Process, port, credential=None, tls=None):
        self.process = process
        self.port = port
        self.credential = credential
        self.tls = tls

    @property
    def scheme(self):
        return "https" if self.tls else "http"

    def request(self, method, path, headers=None, **how):
        if self.credential:
            headers = {**(headers or {}), "Authorization": f"Bearer {self.credential}"}
        return request(self.port, method, path, headers=headers, tls=self.tls, **how)

    def position(self):
        """The log's head."""
        return int(self.request("GET", "/users?limit=1")[1]["Weir-Position"])

    def check_user(self, number):
        """That a user can be read, as JSON text."""
        status, _, body = self.request("GET", f"/users/u{number:07d}")
        if status != 200 or json.loads(body)["email"] != f"u{number:07d}@example.org":
            raise Failure(f"user {number} is answered {status} {body.decode()}")
        return body.decode()


class Emmett:
    """A running Emmett."""

    credential, scheme = None, "http"

    def __init__(self, process, port, address):
        self.process, self.port, self.address = process, port, address

    def position(self):
        return int(sql(self.address, "SELECT count(*) FROM emt_messages"))

    def check_user(self, number):
        status, _, body = request(self.port, "GET", f"/users/u{number:07d}")
        if status != 200 or json.loads(body)["email"] != f"u{number:07d}@example.org":
            raise Failure(f"Emmett answers user {number} with {status} {body.decode()}")


def sql(address, statement, quiet=False):
    """What a statement gives, as psql prints it bare."""
    try:
        return run("psql", "--no-psqlrc", "--tuples-only", "--no-align", "--quiet", "--set", "ON_ERROR_STOP=1",
                   "--command", statement, environment={"PGDATABASE": "postgres", **address}).strip()
    except Failure:
        if quiet:
            return None
        raise


def install(workshop, peer):
    """A peer's files with its npm packages beside them, just as its lock file says; installed once."""
    place = workshop.build / "bench" / "peers" / peer
    lock = (PEERS / peer / "package-lock.json").read_text()
    installed = place / "installed.json"
    if not installed.exists() or installed.read_text() != lock:
        empty(place)
        for file in (PEERS / peer).iterdir():
            if file.is_file():
                shutil.copy(file, place)
        run("npm", "ci", "--ignore-scripts", directory=place)
        installed.write_text(lock)
    for file in (PEERS / peer).glob("*.js"):
        shutil.copy(file, place)
    return place
