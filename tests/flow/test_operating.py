"""Running Weir: health, metrics, start and stop, and why it may refuse to start."""
import concurrent.futures
import contextlib
import http.client
import json
import os
import pathlib
import re
import resource
import select
import shutil
import signal
import socket
import subprocess
import time

import prometheus_client.openmetrics.exposition
import prometheus_client.openmetrics.parser
import prometheus_client.parser
import pytest
import requests

from weir_process import ENVIRONMENT, Weir, run_weir


# Health and metrics.

def test_a_running_server_is_alive_and_ready(server):
    for path in ("/health/live", "/health/ready"):
        answer = server.get(path)
        assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/health+json"
        assert answer.json()["status"] == "pass"


def metrics(server):
    """The samples of /metrics: {'name{labels}': value}."""
    answer = server.get("/metrics")
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/plain")
    samples = {}
    for line in answer.text.splitlines():
        if line and not line.startswith("#"):
            name, value = re.fullmatch(r"([a-zA-Z_:][\w:]*(?:\{.*\})?) (\S+)(?: \d+)?", line).groups()
            samples[name] = float(value)
    return samples


def total(samples, part, *labels):
    return sum(value for name, value in samples.items() if name.startswith(part) and all(label in name for label in labels))


def test_metrics_count_what_was_done(empty_server):
    empty_server.create("u1")
    empty_server.command("createUser", userId="u1", name="Ada", email="b@example.org")
    for _ in range(3):
        empty_server.get("/users/u1")
    samples = metrics(empty_server)
    assert all(name.startswith(("weir_", "process_", "exposer_")) for name in samples), sorted(samples)
    assert total(samples, "weir_", "createUser") >= 2
    assert [value for name, value in samples.items() if "head_position" in name] == [1]
    route = [value for name, value in samples.items()
             if "/users/{userId}" in name and "_count" in name and "GET" in name and "200" in name]
    assert sum(route) == 3
    for word in ("build_info", "queued_commands", "batch", "commit_seconds", "store_bytes", "store_memory_bytes"):
        assert any(word in name for name in samples), word


def test_metrics_of_paths_do_not_grow_with_what_clients_ask(server):
    for n in range(50):
        server.get(f"/nowhere{n}")
        server.get(f"/users/nobody{n}")
    assert not [name for name in metrics(server) if "nowhere" in name or "nobody" in name]


def test_metrics_keep_prometheus_form(server):
    families = {}
    for line in server.get("/metrics").text.splitlines():
        if line.startswith("# TYPE "):
            name, kind = line.split()[2:]
            assert name not in families
            families[name] = kind
    assert families and set(families.values()) <= {"counter", "gauge", "histogram", "summary", "untyped"}


def test_no_two_metrics_are_one_to_a_reader_of_openmetrics(server):
    """Readers of OpenMetrics take the `_total` off a counter's name: what is left must not be another metric's name."""
    server.get("/users")
    text = server.get("/metrics").text
    families = list(prometheus_client.parser.text_string_to_metric_families(text))
    names = [family.name for family in families]
    assert len(names) > 30 and len(set(names)) == len(names), sorted(name for name in names if names.count(name) > 1)

    class Collected:
        @staticmethod
        def collect():
            return families

    written = prometheus_client.openmetrics.exposition.generate_latest(Collected).decode()
    read = list(prometheus_client.openmetrics.parser.text_string_to_metric_families(written))
    assert sorted(family.name for family in read) == sorted(names)


def test_metrics_tell_of_the_process_what_the_operating_system_knows(start):
    server = start()
    before = metrics(server)
    pid = server.process.pid
    assert before["process_max_fds"] == resource.prlimit(pid, resource.RLIMIT_NOFILE)[0]
    status = open(f"/proc/{pid}/status").read()
    assert before["process_threads"] == int(re.search(r"Threads:\s+(\d+)", status).group(1))
    resident = int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) << 10
    assert resident / 2 < before["process_resident_memory_bytes"] < resident * 2
    assert before["process_virtual_memory_bytes"] > before["process_resident_memory_bytes"]
    assert abs(before["process_start_time_seconds"] - os.stat(f"/proc/{pid}").st_ctime) < 120
    with contextlib.ExitStack() as opened:
        for _ in range(20):
            opened.enter_context(socket.create_connection(("127.0.0.1", server.ports["http"])))
        after = metrics(server)
        deadline = time.monotonic() + 60
        # Connections are accepted when their turn comes, and the system may count time in hundredths of a second.
        while (after["process_open_fds"] < before["process_open_fds"] + 20 or
               after["process_cpu_seconds_total"] == before["process_cpu_seconds_total"]) and time.monotonic() < deadline:
            after = metrics(server)
    assert after["process_open_fds"] >= before["process_open_fds"] + 20
    assert after["process_cpu_seconds_total"] > before["process_cpu_seconds_total"] >= 0


# Signals.

@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_ends_it_well(start, tmp_path, how):
    server = start()
    server.create("u1")
    with socket.create_connection(("127.0.0.1", server.ports["http"]), timeout=20) as idle:
        # One that it has not accepted would be reset.
        idle.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert idle.recv(1 << 16).endswith(b"}")
        server.process.send_signal(how)
        assert server.process.wait(timeout=20) == 0
        assert idle.recv(1) == b""
    assert f"stopping on {how.name}" in server.log() and "stopped at position 1" in server.log()
    assert bytes_in_logs(tmp_path / "data") == 0


def wait_for_log(server, words):
    """Until the diagnostic log has these words; it is written by a thread that no request waits for."""
    until = time.monotonic() + 30
    while words not in server.log():
        assert time.monotonic() < until and server.process.poll() is None, server.log()
        assert server.get("/health/live").status_code == 200


@pytest.mark.parametrize("what,words", [
    (signal.SIGHUP, "SIGHUP received: nothing was reloaded"),
    (signal.SIGUSR1, "SIGUSR1 received and ignored"),
    (signal.SIGUSR2, "SIGUSR2 received and ignored"),
])
def test_a_signal_that_is_no_order_to_stop_stops_nothing(start, what, words):
    server = start("--request-seconds", "60", "--drain-seconds", "60")
    server.process.send_signal(what)
    wait_for_log(server, words)
    server.create("u1")
    # Nor does it cut short what is being finished.
    body = json.dumps({"createUser": {"userId": "u2", "name": "Ada", "email": "u2@example.org"}}).encode()
    with socket.create_connection(("127.0.0.1", server.ports["http"])) as slow:
        slow.sendall(b"POST /commands HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                     b"Content-Length: %d\r\n\r\n" % len(body) + body[:1])
        server.get("/health/live")
        server.process.send_signal(signal.SIGTERM)
        until = time.monotonic() + 30
        while "stopping on SIGTERM" not in server.log():
            assert time.monotonic() < until
        server.process.send_signal(what)
        slow.sendall(body[1:])
        assert slow.recv(12) == b"HTTP/1.1 200"
    assert server.process.wait(timeout=60) == 0


def signals_waited_for(pid):
    """Those that the process holds back or catches."""
    status = open(f"/proc/{pid}/status").read()
    held, caught = (int(re.search(rf"{name}:\s+([0-9a-f]+)", status).group(1), 16) for name in ("SigBlk", "SigCgt"))
    return {number for number in range(1, 64) if (held | caught) >> (number - 1) & 1}


@pytest.mark.parametrize("what", [signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2])
def test_a_signal_that_comes_while_it_starts_does_not_end_it(tmp_path, what):
    ports = tmp_path / "ports.json"
    process = subprocess.Popen(Weir.command_line(tmp_path / "data", ports), stdin=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
    try:
        while not {signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2} <= signals_waited_for(process.pid):
            assert not ports.exists() and process.poll() is None
        process.send_signal(what)
        lines = []
        while not lines or f"{what.name} received" not in lines[-1]:
            lines.append(process.stderr.readline())
            assert lines[-1], lines
        assert "serves http://" in lines[-2]
        process.terminate()
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def test_an_idle_connection_does_not_keep_it(start):
    server = start("--drain-seconds", "3600")
    with socket.create_connection(("127.0.0.1", server.ports["http"])) as idle:
        server.create("u1")
        assert server.stop() == 0
        assert idle.recv(1) == b""


def test_a_request_that_never_ends_is_cut_after_the_drain_time(start):
    server = start("--drain-seconds", "1")
    with socket.create_connection(("127.0.0.1", server.ports["http"])) as slow:
        slow.sendall(b"POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{")
        server.get("/health/live")
        assert server.stop(seconds=20) == 0


def test_bodies_under_way_share_a_limit(start):
    server = start("--bodies-mebibytes", "16", "--body-bytes", 1 << 20)

    def resident():
        return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{server.process.pid}/status").read()).group(1)) << 10

    before = resident()
    bodies = [json.dumps({"createUser": {"userId": f"u{n}", "name": "Ada", "email": f"u{n}@example.org"}}).ljust(1 << 20).encode()
              for n in range(100)]
    slow = [socket.create_connection(("127.0.0.1", server.ports["http"]), timeout=30) for _ in bodies]
    try:
        for connection, body in zip(slow, bodies):
            connection.sendall(b"POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                               b"Content-Length: %d\r\n\r\n" % len(body) + body[:-1])
        told = []  # all but at most sixteen
        while len(told) < 84:
            answered = select.select([one for one in slow if one not in told], [], [], 30)[0]
            assert answered, f"only {len(told)} are told"
            told += answered
        assert {connection.recv(12) for connection in told} == {b"HTTP/1.1 503"}
        samples = metrics(server)
        assert 8 << 20 < samples["weir_bodies_memory_bytes"] <= samples["weir_bodies_memory_limit_bytes"] == 16 << 20
        maps = open(f"/proc/{server.process.pid}/maps").read()
        if not re.search(r"lib[at]san", maps):  # a sanitizer keeps what was freed, and as much again beside it
            assert resident() - before < 48 << 20
        assert server.create("small").status_code == 200  # what is short asks for none of it
        waiting = [connection for connection in slow if connection not in told]
        for connection in waiting:
            connection.sendall(b" ")
        answers = [connection.recv(12) for connection in waiting]
        assert set(answers) <= {b"HTTP/1.1 200", b"HTTP/1.1 503"} and answers.count(b"HTTP/1.1 200") >= 8
    finally:
        for connection in slow:
            connection.close()
    assert server.create("after").status_code == 200


def test_commands_in_progress_are_answered_and_kept(start, tmp_path):
    """Every command that was answered 200 before or while it stopped is there after a restart; no other is."""
    server = start()

    def writer(number):
        acknowledged = []
        session = requests.Session()
        for n in range(100_000):
            try:
                answer = session.post(f"{server.url}/commands", timeout=30, json={"createUser": {
                    "userId": f"w{number}-{n}", "name": "W", "email": f"w{number}-{n}@example.org"}})
            except requests.ConnectionError:
                return acknowledged
            if answer.status_code == 503:
                return acknowledged
            assert answer.status_code == 200
            acknowledged.append(f"w{number}-{n}")
            if number == 0 and n == 50:
                server.process.send_signal(signal.SIGTERM)
        return acknowledged

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        acknowledged = {user for users in pool.map(writer, range(8)) for user in users}
    assert server.process.wait(timeout=20) == 0
    assert len(acknowledged) > 50
    again = start()
    present, cursor = set(), None
    while cursor or not present:
        page = again.get("/users", params={"limit": 1000, **({"cursor": cursor} if cursor else {})}).json()
        present |= {user["userId"] for user in page["users"]}
        cursor = page.get("next")
    assert acknowledged <= present


def bytes_in_logs(data):
    return sum(file.stat().st_size for file in data.glob("*.log"))


def test_a_stop_leaves_no_log_to_be_read(start, tmp_path):
    server = start()
    server.create("ada")
    assert bytes_in_logs(tmp_path / "data") > 0
    assert server.stop() == 0
    assert bytes_in_logs(tmp_path / "data") == 0
    assert start().get("/users/ada").status_code == 200


# Start: what is refused ends at once, with a sentence and an exit code.

def assert_refused(code, words, *arguments, **how):
    """`weir` ends with this code and says all of these words, in a sentence or two and no more."""
    got, out, err = run_weir(*arguments, **how)
    assert got == code, (got, out, err)
    text = out + err
    assert all(re.search(word, text, re.IGNORECASE) for word in words), text
    assert "terminate called" not in text and "Traceback" not in text


def serve(data, *options):
    return ("serve", "--data", data, "--listen", "127.0.0.1:0", *options)


def test_a_second_process_on_the_same_data_is_refused(start, tmp_path):
    start()
    assert_refused(1, [re.escape(str(tmp_path / "data")), "in use|another|already"], *serve(tmp_path / "data"))


def test_a_busy_port_is_refused(start, tmp_path):
    port = start().ports["http"]
    assert_refused(1, [f"127.0.0.1:{port}", "in use"],
                   "serve", "--data", tmp_path / "other", "--listen", f"127.0.0.1:{port}")


def test_a_data_directory_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "data").write_text("not a directory")
    assert_refused(1, [re.escape(str(tmp_path / "data"))], *serve(tmp_path / "data"))


def test_a_data_directory_that_may_not_be_written_is_refused():
    """/proc takes no directory from anybody, root included."""
    assert_refused(1, ["/proc/weir"], *serve("/proc/weir"))


@pytest.mark.skipif(not shutil.which("ldb"), reason="rocksdb-tools is not installed")
def test_data_of_a_newer_format_is_refused(start, tmp_path):
    server = start()
    server.create("u1")
    assert server.stop() == 0
    written = subprocess.run(["ldb", f"--db={tmp_path / 'data'}", "--column_family=meta", "put", "format", "999"],
                             capture_output=True, text=True, timeout=60)
    assert written.returncode == 0 and written.stdout.strip() == "OK", written
    assert_refused(1, ["newer", "upgrade|version|format"], *serve(tmp_path / "data"))


@pytest.mark.parametrize("listen", ["0.0.0.0:0", "[::]:0"])
def test_an_address_beyond_loopback_is_refused(tmp_path, listen):
    arguments = ["serve", "--data", tmp_path / "data", "--listen", listen]
    assert_refused(2, ["loopback|other machines", "--insecure"], *arguments)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("arguments,words", [
    (["serve"], ["--data"]),
    (["serve", "--data", "x", "--drian-seconds", "1"], ["--drian-seconds"]),
    (["serve", "--data", "x", "--listen", "nonsense"], ["nonsense"]),
    (["serve", "--data", "x", "--listen", "127.0.0.1:99999"], ["99999"]),
    (["serve", "--data", "x", "--drain-seconds", "soon"], ["soon"]),
    (["serve", "--data", "x", "--bodies-mebibytes", "1"], ["--bodies-mebibytes", "16"]),
    (["serve", "--data", "x", "--bodies-mebibytes", "16", "--body-bytes", "5000000"],
     ["--bodies-mebibytes 16 is less", "--body-bytes 5000000"]),
    (["serve", "--data", "x", "--config", "no-such-file.toml"], ["no-such-file.toml"]),
    (["swerve"], ["no command swerve", "did you mean .*serve"]),
    (["frobnicate", "--data", "x"], ["no command frobnicate", "--help"]),
    ([], ["subcommand", "--help"]),
])
def test_wrong_usage_is_refused(arguments, words):
    assert_refused(2, words, *arguments)


def test_a_command_says_what_it_takes():
    for arguments in (["--help"], ["serve", "--help"]):
        code, out, _ = run_weir(*arguments)
        assert code == 0 and "serve" in out
    code, out, _ = run_weir("version")
    assert code == 0 and re.search(r"\d+\.\d+\.\d+", out)


# Configuration: options, environment, file.

def test_options_come_from_the_environment_too(start, tmp_path):
    server = start(environment={"WEIR_DATA": str(tmp_path / "elsewhere"), "WEIR_LISTEN": "127.0.0.1:0"}, listen=False)
    server.create("u1")
    assert (tmp_path / "elsewhere").is_dir()


def config(tmp_path, text):
    path = tmp_path / "weir.toml"
    path.write_text(text)
    return path


def test_options_come_from_a_file_too(start, tmp_path):
    file = config(tmp_path, f'data = "{tmp_path}/from-file"\nlisten = "127.0.0.1:0"\n')
    server = start("--config", file, listen=False)
    server.create("u1")
    assert (tmp_path / "from-file").is_dir()


def test_the_command_line_goes_before_the_environment_and_that_before_the_file(start, tmp_path):
    file = config(tmp_path, f'data = "{tmp_path}/from-file"\ndrain-seconds = 1\nlisten = "127.0.0.1:0"\n')
    start("--config", file, environment={"WEIR_DATA": str(tmp_path / "from-environment")}, listen=False)
    assert (tmp_path / "from-environment").is_dir() and not (tmp_path / "from-file").exists()
    start("--config", file, "--data", tmp_path / "from-line", listen=False,
          environment={"WEIR_DATA": str(tmp_path / "from-nowhere")})
    assert (tmp_path / "from-line").is_dir() and not (tmp_path / "from-nowhere").exists()


def test_a_file_with_an_unknown_option_is_refused(tmp_path):
    file = config(tmp_path, 'dta = "x"\n')
    assert_refused(2, ["dta"], *serve(tmp_path / "data", "--config", file))


def variables_of_serve():
    """Every variable that `weir serve --help` names."""
    code, out, _ = run_weir("serve", "--help")
    found = set(re.findall(r"WEIR_[A-Z_]+", out))
    assert code == 0 and len(found) > 15 and "WEIR_LISTEN" in found
    return found


def test_a_wrong_value_in_the_environment_is_refused(tmp_path):
    files = {"WEIR_DATA", "WEIR_PORTS_FILE", "WEIR_CONFIG", "WEIR_TLS_CERTIFICATE", "WEIR_TLS_KEY", "WEIR_TLS_CLIENT_CA",
             "WEIR_AUTH", "WEIR_AUDIT_LOG", "WEIR_CHECKPOINT_KEY", "WEIR_BACKUP_DIR"}
    for variable in variables_of_serve() - files:  # any name of a file will do
        assert_refused(2, [variable, re.escape("no/such value")], "serve", "--data", tmp_path / "data",
                       environment={"WEIR_LISTEN": "127.0.0.1:0", variable: "no/such value"})
    assert not (tmp_path / "data").exists()


def test_a_list_in_the_environment_is_a_list(start, tmp_path):
    server = start(environment={"WEIR_CORS_ORIGIN": "https://one.example,https://two.example"})
    for origin in ("https://one.example", "https://two.example"):
        assert server.get("/users", {"Origin": origin}).headers["Access-Control-Allow-Origin"] == origin
    assert_refused(2, ["WEIR_CORS_ORIGIN", "two"], *serve(tmp_path / "other"),
                   environment={"WEIR_CORS_ORIGIN": "https://one.example,two"})


def test_a_wrong_value_in_the_file_is_refused(tmp_path):
    for line in ('drain-seconds = "no/such value"', 'listen = "no/such value"', 'threads = "no/such value"',
                 'log-level = "no/such value"', 'log-format = "no/such value"', 'cors-origin = ["no/such value"]'):
        assert_refused(2, ["--" + line.split()[0], re.escape("no/such value")], "serve", "--data", tmp_path / "data",
                       "--config", config(tmp_path, line + "\n"))


def test_the_environment_names_the_file_too(start, tmp_path):
    file = config(tmp_path, f'data = "{tmp_path}/from-file"\nlisten = "127.0.0.1:0"\n')
    start(environment={"WEIR_CONFIG": str(file)}, listen=False).create("u1")
    assert (tmp_path / "from-file").is_dir()
    assert_refused(2, ["WEIR_CONFIG", "no-such-file.toml"], *serve(tmp_path / "data"),
                   environment={"WEIR_CONFIG": "no-such-file.toml"})


def test_an_empty_variable_sets_nothing(start, tmp_path):
    file = config(tmp_path, f'data = "{tmp_path}/from-file"\nlisten = "127.0.0.1:0"\n')
    start("--config", file, environment={"WEIR_DATA": "", "WEIR_DRAIN_SECONDS": ""}, listen=False)
    assert (tmp_path / "from-file").is_dir()
    assert_refused(2, ["--data"], "serve", environment={"WEIR_DATA": ""})


def test_a_variable_that_sets_nothing_is_told_with_a_near_name(start):
    server = start(environment={"WEIR_DRAIN_SECOND": "5", "WEIR_SERVICE_HOST": "10.0.0.1",
                                "WEIR_PORT_8080_TCP_ADDR": "10.0.0.1"})
    warnings = [line["message"] for line in map(json.loads, server.log().splitlines()) if line["level"] == "warning"]
    assert warnings == ['the environment variable WEIR_DRAIN_SECOND sets no option (did you mean "WEIR_DRAIN_SECONDS"?)']


def test_a_data_directory_is_made_for_its_owner_alone_and_one_that_others_may_read_is_told(start, tmp_path):
    server = start()
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert "other users can access" not in server.log()
    assert server.stop() == 0
    (tmp_path / "data").chmod(0o750)
    again = start()
    assert f"other users can access the data directory {tmp_path / 'data'}" in again.log()
    assert "chmod 0700" in again.log()
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o750


def test_the_addresses_in_use_are_logged_and_written(server):
    ports = json.loads(server.ports_file.read_text())
    assert ports["http"] > 0 and f"127.0.0.1:{ports['http']}" in server.log()


def test_the_log_is_one_json_object_a_line(start):
    server = start()
    server.create("u1")
    server.get("/nowhere")
    assert server.stop() == 0
    lines = server.log().splitlines()
    assert lines
    for line in lines:
        assert isinstance(json.loads(line), dict), line


def test_connections_are_kept_alive(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.ports["http"], timeout=30)
    connection.connect()
    local = connection.sock.getsockname()
    for path in ("/health/live", "/nowhere", "/users", "/users/nobody"):
        connection.request("GET", path)
        connection.getresponse().read()
        assert connection.sock and connection.sock.getsockname() == local
    connection.close()


def test_it_needs_nothing_but_its_data_directory(start, tmp_path):
    """What one start made is all that the next one needs, and nothing is left beside it."""
    before = set(pathlib.Path(tmp_path).iterdir())
    server = start()
    assert server.stop() == 0
    made = {path.name for path in set(pathlib.Path(tmp_path).iterdir()) - before}
    assert made == {"data", "data.ports.json", "data.log"}


@pytest.mark.parametrize("option", ["--drain-seconds", "--request-seconds", "--idle-seconds", "--write-seconds"])
@pytest.mark.parametrize("value", ["nan", "inf", "-1", "soon"])
def test_a_time_that_is_none_is_refused(tmp_path, option, value):
    code, _, said = run_weir("serve", "--data", tmp_path / "data", "--listen", "127.0.0.1:0", f"{option}={value}")
    assert code == 2 and option in said and "seconds" in said


def test_a_file_at_its_limit_ends_no_process(tmp_path):
    """A write beyond the limit of a file's size fails as on a full disk: 503, and the process goes on."""
    weir = Weir(tmp_path / "data")
    resource.prlimit(weir.process.pid, resource.RLIMIT_FSIZE, (200_000, 200_000))
    acknowledged = 0
    answer = None
    for number in range(2_000):
        answer = weir.command("createUser", userId=f"u{number}", name="N" * 200, email=f"u{number}@example.org")
        if answer.status_code != 200:
            break
        acknowledged += 1
    assert answer.status_code == 503 and acknowledged > 0
    assert weir.get("/health/ready").status_code == 503
    assert weir.get("/users/u0").status_code == 200
    live = weir.get("/health/live")
    assert live.status_code == 200 and live.json()["status"] == "warn" and "restart" in live.json()["output"]
    assert "\nweir_restart_needed 1" in weir.get("/metrics").text
    assert weir.stop() == 0, weir.log()
    again = Weir(tmp_path / "data")
    assert again.get("/health/live").json() == {"status": "pass"}
    assert again.get(f"/users/u{acknowledged - 1}").status_code == 200
    assert again.stop() == 0
