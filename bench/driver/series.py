"""What is measured: each series is one side at one kind of work. It gives figures, the chief one as `value`."""
import json
import resource
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass
from typing import Callable

import outputs
from outputs import Failure
from processes import bytes_on_disk, empty, request, run, running
from sides import USER, Workshop, sql

GIVEN_NAMES = ("Ada Alan Barbara Claude Donald Dorothy Edsger Frances Grace Hedy John Katherine Leslie Margaret Niklaus Tony").split()
FAMILY_NAMES = ("Allen Backus Dijkstra Hamilton Hoare Hopper Johnson Knuth Lamarr Lamport Liskov Lovelace Shannon Turing Vaughan Wirth").split()
CONNECTIONS = (1, 4, 16, 64, 256)  # of the plot of throughput against connections
SECOND_HALF = 50_000_000           # where users begin who come after a warm-up


class Skipped(Exception):
    """This cannot be measured here, and why."""


@dataclass(frozen=True)
class Series:
    name: str
    side: str
    unit: str
    measure: Callable | None  # None: growth.py does
    once: bool = False  # the figure does not depend on how busy the machine is


def create_over_http(workshop: Workshop, side, connections):
    """createUser by wrk, and that the side has as many as were answered; no more than were on their way when a run ended."""
    credential = [side.credential] if side.credential else []
    how = {"path": "/commands", "scheme": side.scheme}
    workshop.wrk(side.port, connections, "create", 0, *credential, seconds=workshop.warm_up_seconds, **how)
    before = side.position()
    figures = workshop.wrk(side.port, connections, "create", SECOND_HALF, *credential, **how)
    added = side.position() - before
    if not figures["requests"] <= added <= figures["requests"] + 2 * connections:
        raise Failure(f"{figures['requests']} commands were answered and {added} events were added")
    side.check_user(SECOND_HALF + 10)  # wrk makes some requests for itself first
    return {**figures, "added": added}


def weir_creates(connections):
    def measure(workshop, _):
        with workshop.weir() as weir:
            return create_over_http(workshop, weir, connections)
    return measure


def guarded_weir_creates(side, connections):
    """The same of a Weir that knows its callers or speaks TLS, as Workshop has it by that name."""
    def measure(workshop, _):
        with getattr(workshop, side)() as weir:
            return create_over_http(workshop, weir, connections)
    return measure


def emmett_creates(connections):
    def measure(workshop, _):
        with workshop.emmett() as emmett:
            return create_over_http(workshop, emmett, connections)
    return measure


def message_db_writes(clients):
    def measure(workshop, _):
        with workshop.message_db() as address:
            script = workshop.path("write_message.sql")
            script.write_text("\\set user random(1, 1000000000000)\n"
                              "SELECT write_message(gen_random_uuid()::varchar, ('user-' || :user::bigint)::varchar, "
                              f"'UserCreated'::varchar, '{USER}'::jsonb);\n")

            def pgbench(seconds):
                return outputs.pgbench(run("pgbench", "--no-vacuum", "--protocol", "prepared", "--file", script, "--client",
                                           clients, "--jobs", min(clients, 2), "--time", seconds, environment=address))
            warm = pgbench(workshop.warm_up_seconds)
            figures = pgbench(workshop.seconds)
            kept = int(sql(address, "SELECT count(*) FROM messages"))
            if kept != warm["requests"] + figures["requests"]:
                raise Failure(f"message-db has {kept} messages of {warm['requests']} + {figures['requests']}")
            return figures
    return measure


def redis_adds(clients):
    def measure(workshop, _):
        with workshop.redis() as port:
            def add(count):
                return outputs.redis_benchmark(run(
                    "redis-benchmark", "-p", port, "-c", clients, "-n", count, "-r", 1_000_000_000_000, "--csv",
                    "XADD", "user-__rand_int__", "*", "userCreated", USER))
            # It counts requests, not seconds: a first run tells how many make about as many seconds.
            first = 200 * clients
            count = max(first, int(add(first)["value"] * workshop.seconds))
            figures = add(count)
            kept = int(run("redis-cli", "-p", port, "EVAL", "local n = 0; for _, stream in ipairs(redis.call('KEYS', '*')) do "
                           "n = n + redis.call('XLEN', stream) end; return n", 0))
            if kept != first + count:
                raise Failure(f"Redis has {kept} entries of {first + count}")
            return figures
    return measure


def fdatasync(workshop, _):
    directory = empty(workshop.path("fdatasync"))
    figures = workshop.disk_floor("fdatasync", directory, workshop.seconds / 2)
    return {**figures, "value": figures["p50_us"]}


def weir_answers_one_at_a_time(workshop, _):
    with workshop.weir() as weir:
        figures = create_over_http(workshop, weir, 1)
    return {**figures, "rate": figures["value"], "value": figures["p50_us"]}


def half_the_top_rate(earlier):
    """Of the rate that was the most with as many connections, in the same round."""
    if "weir.create.64" not in earlier:
        raise Failure("the top rate is not known")
    return earlier["weir.create.64"]["value"] / 2


def weir_paced(workshop, earlier):
    rate = half_the_top_rate(earlier)
    with workshop.weir() as weir:
        workshop.load("pace", weir.port, 64, 0, rate, workshop.warm_up_seconds)
        before = weir.position()
        figures = workshop.load("pace", weir.port, 64, SECOND_HALF, rate, workshop.seconds)
        if weir.position() - before != figures["requests"]:
            raise Failure(f"{figures['requests']} commands added {weir.position() - before} events")
    reached = figures["requests"] / figures["seconds"]
    return {**figures, "rate": reached, "value": figures["p99_us"] / 1000}


def nothing_else(workshop, weir, ended):
    """Beside commands: nothing."""


def backups(workshop, weir, ended):
    """One backup after another, each whole, into a directory of its own."""
    done = 0
    while not ended.is_set():
        run(workshop.build / "weir", "backup", "--url", f"http://127.0.0.1:{weir.port}", "--to", empty(workshop.path("backups")))
        done += 1
    return done


def an_archive(workshop, weir, ended):
    """All that is there, and then each commit as it comes."""
    command = [workshop.build / "weir", "archive", "--url", f"http://127.0.0.1:{weir.port}", "--to", empty(workshop.path("archive"))]
    with running(command, log=workshop.path("archive.log")) as archiving:
        ended.wait()
        if not archiving.runs():
            raise Failure(f"weir archive ended: {workshop.path('archive.log').read_text()[-300:]}")
    return 1


def verifications(workshop, weir, ended):
    """One after another."""
    done = 0
    while not ended.is_set():
        status, _, body = weir.request("POST", "/admin/verify")
        if status != 202:
            raise Failure(f"a verification is answered {status} {body.decode()}")
        while (state := json.loads(weir.request("GET", "/admin/verify")[2]))["state"] == "running" and not ended.is_set():
            time.sleep(0.05)
        done += state["state"] != "running"
    return done


def begin_rebuild(weir):
    status, _, body = weir.request("POST", "/admin/projections/users/rebuild")
    if status not in (200, 202):
        raise Failure(f"a rebuild is answered {status} {body.decode()}")


def rebuilds(workshop, weir, ended):
    """One after another."""
    done = 0
    while not ended.is_set():
        begin_rebuild(weir)
        while projection(weir, "users")["state"] == "building" and not ended.is_set():
            time.sleep(0.05)
        done += 1
    return done


def weir_paced_beside(what):
    """At half the top rate on a store with users in it, while something else is done there all the time."""
    def measure(workshop, earlier):
        rate = half_the_top_rate(earlier)
        ended, done, faults = threading.Event(), [], []

        def work(weir):
            try:
                done.append(what(workshop, weir, ended))
            except Exception as fault:  # shown by the thread that measures
                faults.append(fault)
        with workshop.weir(copy_of_users(workshop)) as weir:
            workshop.load("pace", weir.port, 64, SECOND_HALF, rate, workshop.warm_up_seconds)
            beside = threading.Thread(target=work, args=(weir,))
            beside.start()
            time.sleep(0.5)
            try:
                figures = workshop.load("pace", weir.port, 64, 2 * SECOND_HALF, rate, workshop.seconds)
            finally:
                ended.set()
                beside.join()
        if faults:
            raise Failure(str(faults[0]))
        return {**figures, "done": done[0], "value": figures["p99_us"] / 1000}
    return measure


def exported_users(workshop):
    """The events of the users, as weir export writes them; made once a run."""
    lines = workshop.path("users.ndjson")
    if not lines.exists():
        run(workshop.build / "weir", "export", "--data", workshop.weir_with_users(), "--to", lines)
    return lines


def weir_imports_events(workshop, _):
    """weir import, into a new directory."""
    lines = exported_users(workshop)
    start = time.monotonic()
    run(workshop.build / "weir", "import", "--data", empty(workshop.path("imported")), "--from", lines)
    seconds = time.monotonic() - start
    return {"events": workshop.users, "seconds": seconds, "value": workshop.users / seconds}


def weir_restores(workshop, _):
    """weir restore of an archive of all commits, with the check that it makes at the end."""
    archive = workshop.path("archive-of-users")
    data = workshop.weir_with_users()
    if not archive.exists():
        with workshop.weir(data) as weir:
            run(workshop.build / "weir", "archive", "--url", f"http://127.0.0.1:{weir.port}", "--to", archive, "--once")
    restored = empty(workshop.path("restored"))
    start = time.monotonic()
    run(workshop.build / "weir", "restore", "--archive", archive, "--keys", data / "keys", "--data", restored,
        "--to-position", workshop.users)
    seconds = time.monotonic() - start
    with workshop.weir(restored) as weir:
        weir.check_user(workshop.users - 1)
    return {"events": workshop.users, "seconds": seconds, "value": workshop.users / seconds}


def weir_verifies(workshop, _):
    data = workshop.weir_with_users()
    start = time.monotonic()
    run(workshop.build / "weir", "verify", "--data", data)
    seconds = time.monotonic() - start
    return {"events": workshop.users, "seconds": seconds, "value": workshop.users / seconds}


def rocksdb_iterates_all(workshop, _):
    figures = workshop.disk_floor("iterate-all", copy_of_users(workshop))
    if figures["events"] != workshop.users:
        raise Failure(f"of {workshop.users} events {figures['events']} are there")
    return {**figures, "value": figures["events"] / figures["seconds"]}


def weir_imports(workshop, _):
    count = workshop.users // 2
    with workshop.weir() as weir:
        probe = weir.request("POST", "/commands", headers={"Content-Type": "application/x-ndjson"},
                             body='{"createUser": {"userId": "probe", "name": "Probe"}}\n')
        if probe[0] == 415:
            raise Skipped("this Weir answers 415 to NDJSON")
        before = weir.position()
        figures = workshop.load("import", weir.port, 0, count)
        if weir.position() - before != count:
            raise Failure(f"{count} commands added {weir.position() - before} events")
        weir.check_user(count - 1)
    return {**figures, "value": figures["events"] / figures["seconds"]}


def rocksdb_batches(workshop, _):
    figures = workshop.disk_floor("batches", empty(workshop.path("rocksdb-floor")), workshop.seconds)
    if figures["events"] != figures["kept"]:
        raise Failure(f"RocksDB has {figures['kept']} of {figures['events']}")
    return {**figures, "value": figures["events"] / figures["seconds"]}


def weir_gets(connections):
    def measure(workshop, _):
        with workshop.weir(workshop.weir_with_users()) as weir:
            weir.check_user(workshop.users - 1)
            workshop.wrk(weir.port, connections, "get", workshop.users, seconds=workshop.warm_up_seconds)
            return workshop.wrk(weir.port, connections, "get", workshop.users)
    return measure


def answers_the_same(side):
    """nginx or the bare server with what Weir answers for one user, and the same requests."""
    def measure(workshop, _):
        with workshop.weir(workshop.weir_with_users()) as weir:
            body = weir.check_user(0)
        with getattr(workshop, side)(body) as port:
            if request(port, "GET", "/users/u0000000")[2].decode() != body:
                raise Failure(f"{side} answers something else than Weir")
            workshop.wrk(port, 64, "get", workshop.users, seconds=workshop.warm_up_seconds)
            return workshop.wrk(port, 64, "get", workshop.users)
    return measure


def weir_feeds(workshop, _):
    with workshop.weir(workshop.weir_with_users()) as weir:
        if weir.request("GET", "/events?limit=1")[0] == 404:
            raise Skipped("this Weir answers 404 to GET /events")
        figures = workshop.load("read", weir.port, "/events", "application/x-ndjson")
        if figures["events"] != workshop.users:
            raise Failure(f"of {workshop.users} events {figures['events']} came")
    return {**figures, "value": figures["events"] / figures["seconds"]}


def projection(weir, name):
    """What Weir says of one of its projections."""
    status, _, body = weir.request("GET", "/admin/projections")
    if status == 404:
        raise Skipped("this Weir answers 404 to GET /admin/projections")
    found = [each for each in json.loads(body)["projections"] if each["name"] == name]
    if not found:
        raise Failure(f"Weir knows no projection {name}: {body.decode()}")
    return found[0]


def weir_rebuilds(workshop, _):
    with workshop.weir(workshop.weir_with_users()) as weir:
        projection(weir, "users")
        start = time.monotonic()
        begin_rebuild(weir)
        while (state := projection(weir, "users"))["state"] == "building":
            if time.monotonic() - start > 600:
                raise Failure(f"a rebuild does not end: {state}")
            time.sleep(0.01)
        if state["state"] != "live":
            raise Failure(f"after a rebuild the projection is {state}")
        seconds = time.monotonic() - start
        weir.check_user(workshop.users - 1)
    return {"events": workshop.users, "seconds": seconds, "value": workshop.users / seconds}


def copy_of_users(workshop):
    data = workshop.path("copy-of-users")
    shutil.rmtree(data, ignore_errors=True)
    run("cp", "--archive", workshop.weir_with_users(), data)
    return data


def rocksdb_iterates(workshop, _):
    data = copy_of_users(workshop)  # it leaves options of its own behind
    figures = workshop.disk_floor("iterate", data)
    if figures["events"] != workshop.users:
        raise Failure(f"of {workshop.users} events {figures['events']} are there")
    return {**figures, "value": figures["events"] / figures["seconds"]}


def weir_broadcasts(subscribers, rate):
    """Events at so many a second to each of so many subscribers; p99 in ms."""
    def measure(workshop, _):
        if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < subscribers + 200:
            raise Skipped(f"a process may not have {subscribers:,} connections here (ulimit -n)")
        with workshop.weir(None, "--connections", subscribers + 100) as weir:
            if weir.request("GET", "/events?limit=1")[0] == 404:
                raise Skipped("this Weir answers 404 to GET /events")
            figures = workshop.load("subscribe", weir.port, subscribers, 0, rate, workshop.seconds)
        if figures["received"] != subscribers * figures["events"]:
            raise Failure(f"{subscribers} subscribers received {figures['received']} of {figures['events']} events each")
        return {**figures, "value": figures["p99_us"] / 1000}
    return measure


def weir_disk(workshop, _):
    """After everything has been compacted, by RocksDB's own tool."""
    data = copy_of_users(workshop)
    families = run("ldb", f"--db={data}", "list_column_families")
    for family in families[families.index("{") + 1:families.index("}")].split(", "):
        run("ldb", f"--db={data}", f"--column_family={family}", "--try_load_options", "--ignore_unknown_options",
            "compact")
    size = bytes_on_disk(data)
    with workshop.weir(data) as weir:
        if weir.position() != workshop.users:
            raise Failure(f"after compaction {weir.position()} of {workshop.users} events are there")
    return {"bytes": size, "events": workshop.users, "value": size / workshop.users}


def message_db_disk(workshop, _):
    given, family = (f"ARRAY{names!r}" for names in (GIVEN_NAMES, FAMILY_NAMES))
    name = f"({given})[1 + (n * 2654435761 >> 8 & 255) / 16] || ' ' || ({family})[1 + (n * 2654435761 >> 8 & 15)]"
    with workshop.message_db() as address:
        step = 100_000
        for first in range(0, workshop.users, step):
            sql(address, "SELECT count(write_message(gen_random_uuid()::varchar, ('user-u' || lpad(n::text, 7, '0'))::varchar, "
                "'UserCreated'::varchar, jsonb_build_object('userId', 'u' || lpad(n::text, 7, '0'), 'name', "
                f"{name}, 'email', 'u' || lpad(n::text, 7, '0') || '@example.org'))) "
                f"FROM generate_series({first}::bigint, {first + step - 1}) AS n")
        sql(address, "VACUUM ANALYZE messages")
        if int(sql(address, "SELECT count(*) FROM messages")) != workshop.users:
            raise Failure("message-db does not have every message")
        size = int(sql(address, "SELECT pg_total_relation_size('messages')"))
    return {"bytes": size, "events": workshop.users, "value": size / workshop.users}


def weir_idle(workshop, _):
    with workshop.weir() as weir:
        weir.request("GET", "/health/ready")
        return {"value": weir.process.resident_bytes() / 2**20}


def weir_with_idle_subscribers(workshop, _):
    """What they add to what it takes without them."""
    subscribers = 10_000
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < subscribers + 200:
        raise Skipped(f"a process may not have {subscribers:,} connections here (ulimit -n)")
    with workshop.weir(None, "--connections", subscribers + 100) as weir:
        if weir.request("GET", "/events?limit=1")[0] == 404:
            raise Skipped("this Weir answers 404 to GET /events")
        before = weir.process.resident_bytes()
        listening = subprocess.Popen([workshop.program("load"), "idle", str(weir.port), str(subscribers)], text=True,
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            line = listening.stdout.readline()
            added = weir.process.resident_bytes() - before
            if not line:
                raise Failure(listening.stderr.read().strip())
        finally:
            listening.communicate()
        return {"subscribers": subscribers, "value": added / 2**20}


def weir_starts(workshop, _):
    data = workshop.weir_with_users()
    with workshop.weir(data) as weir:  # so that what the last one left in its log is in files, as after any stop
        weir.position()
    with workshop.weir(data) as weir:
        while weir.request("GET", "/health/ready")[0] != 200:
            time.sleep(0.002)
        return {"value": time.monotonic() - weir.process.started, "events": workshop.users}


def side_by_side(connections):
    """All sides that write, one right after the other: what changes with the time of day changes for all."""
    yield Series(f"weir.create.{connections}", "Weir", "commands/s", weir_creates(connections))
    yield Series(f"redis.add.{connections}", "Redis Streams", "entries/s", redis_adds(connections))
    yield Series(f"emmett.create.{connections}", "Emmett + Express + PostgreSQL", "commands/s", emmett_creates(connections))
    if connections != CONNECTIONS[-1]:
        yield Series(f"message-db.write.{connections}", "message-db on PostgreSQL", "messages/s", message_db_writes(connections))


ALL = [
    *(series for connections in CONNECTIONS for series in side_by_side(connections)),
    Series("weir.unguarded", "Weir", "commands/s", weir_creates(64)),
    Series("weir.token", "Weir", "commands/s", guarded_weir_creates("weir_with_token", 64)),
    Series("weir.access-token", "Weir", "commands/s", guarded_weir_creates("weir_with_access_token", 64)),
    Series("weir.tls", "Weir", "commands/s", guarded_weir_creates("weir_over_tls", 64)),
    Series("weir.create.p50", "Weir", "us", weir_answers_one_at_a_time),
    Series("disk.fdatasync", "fdatasync of 4 KiB", "us", fdatasync),
    Series("weir.paced", "Weir", "ms", weir_paced),
    Series("weir.paced.alone", "Weir", "ms", weir_paced_beside(nothing_else)),
    Series("weir.paced.backup", "Weir", "ms", weir_paced_beside(backups)),
    Series("weir.paced.archive", "Weir", "ms", weir_paced_beside(an_archive)),
    Series("weir.paced.verify", "Weir", "ms", weir_paced_beside(verifications)),
    Series("weir.paced.rebuild", "Weir", "ms", weir_paced_beside(rebuilds)),
    Series("weir.import", "Weir", "events/s", weir_imports),
    Series("rocksdb.batches", "RocksDB", "events/s", rocksdb_batches),
    Series("weir.get.64", "Weir", "answers/s", weir_gets(64)),
    Series("nginx.return", "nginx", "answers/s", answers_the_same("nginx")),
    Series("beast.fixed", "a bare Beast server", "answers/s", answers_the_same("http_floor")),
    Series("weir.events", "Weir", "events/s", weir_feeds),
    Series("weir.rebuild", "Weir", "events/s", weir_rebuilds),
    Series("rocksdb.iterate", "RocksDB", "events/s", rocksdb_iterates),
    Series("weir.verify", "Weir", "events/s", weir_verifies),
    Series("rocksdb.iterate-all", "RocksDB", "events/s", rocksdb_iterates_all),
    Series("weir.restore", "weir restore", "events/s", weir_restores),
    Series("weir.import-events", "weir import", "events/s", weir_imports_events),
    Series("weir.sse", "Weir", "ms", weir_broadcasts(1000, 100)),
    Series("weir.sse.10000", "Weir's p99 to 10,000 SSE subscribers at 10 events/s", "ms", weir_broadcasts(10_000, 10)),
    Series("weir.disk", "Weir", "bytes/event", weir_disk, once=True),
    Series("message-db.disk", "message-db on PostgreSQL", "bytes/event", message_db_disk, once=True),
    Series("weir.memory.idle", "Weir", "MiB", weir_idle),
    Series("weir.memory.sse", "Weir", "MiB", weir_with_idle_subscribers),
    Series("growth.full", "Weir", "commands/s", None),
    Series("growth.empty", "Weir", "commands/s", None),
    Series("growth.start", "Weir", "s", None),
    Series("weir.start", "Weir", "s", weir_starts),
]
BY_NAME = {series.name: series for series in ALL}
