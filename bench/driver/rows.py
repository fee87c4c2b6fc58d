"""What is compared: each row is a series beside another one, or beside a figure, with what is to be reached first and then."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    name: str
    work: str
    series: str
    beside: str | None  # a series; None: the targets are in the unit of the series itself
    first: float
    then: float
    less_is_better: bool = False
    needs: tuple = ()     # further series, measured before this one
    context: tuple = ()   # series that are measured and shown beside it
    published: str = ""   # what others say of themselves
    how: str = ""         # what the short name of the work leaves out

    def title(self, run):
        """The work with the sizes of a run."""
        return self.work.format(users=f"{run['users']:,}", events=f"{run.get('growth', {}).get('events', 0):,}")

    def all_series(self):
        return [*self.needs, self.series, *([self.beside] if self.beside else []), *self.context]


ALL = [
    Row("emmett", "createUser, 256 connections", "weir.create.256", "emmett.create.256", 35, 60,
        how="By wrk with one thread, each time another user. Both check the same rules of a user's fields; Weir also keeps three views "
            "and unique addresses."),
    Row("message-db", "createUser, 256 connections; message-db's best: 16 clients", "weir.create.256", "message-db.write.16",
        10, 20),
    Row("redis", "createUser, 64 connections; XADD, 64 clients", "weir.create.64", "redis.add.64", 0.7, 1.2,
        how="redis-benchmark, which has one thread as wrk has here, adds to streams of random names, with a body as long as Weir's."),
    Row("token", "createUser with an API token, 64 connections; without", "weir.token", "weir.unguarded", 0.93, 0.97,
        how="Connections are kept alive. With `--auth` each command is also written to the audit log."),
    Row("access-token", "createUser with an access token signed by ES256, 64 connections; without", "weir.access-token",
        "weir.unguarded", 0.9, 0.93, how="The same token again and again, as clients send it."),
    Row("tls", "createUser over TLS 1.3, 64 connections; without", "weir.tls", "weir.unguarded", 0.75, 0.9,
        how="Connections are kept alive; wrk, on the same processors, encrypts too."),
    Row("p50", "createUser, 1 connection, p50", "weir.create.p50", "disk.fdatasync", 2.5, 1.5, less_is_better=True,
        how="wrk on one connection; beside it 4 KiB appended to a file and `fdatasync`, on the same disk."),
    Row("import", "createUser as NDJSON over 1 connection; batches of 256 events", "weir.import", "rocksdb.batches", 0.4, 0.8,
        how="The commands are sent as chunks while the answers are read; each command has a result of its own. RocksDB "
            "writes events of six puts with keys and values as long as Weir's."),
    Row("get", "`GET /users/{{id}}`, 64 connections, {users} users", "weir.get.64", "nginx.return", 0.5, 0.8, context=("beast.fixed",),
        how="Users by chance among all of them, by wrk. nginx has a worker for each processor and answers `return 200` "
            "with the same body."),
    Row("events", "`GET /events` as NDJSON, thrown away by the client", "weir.events", None, 300_000, 1_000_000,
        how="The whole log over one connection, by bench/load, which counts lines."),
    Row("rebuild", "rebuild of the users projection; iterating over the log", "weir.rebuild", "rocksdb.iterate", 0.2, 0.5,
        how="From the request until `GET /admin/projections` says that the new rows serve. RocksDB reads every row of "
            "`events` and `positions` once."),
    Row("verify", "`weir verify`; iterating over all families", "weir.verify", "rocksdb.iterate-all", 0.2, 0.5,
        how="Everything is read and checked, each view also against a fold of the log. RocksDB reads every row once."),
    Row("restore", "`weir restore` of an archive of {users} events; `weir import` of them", "weir.restore", "weir.import-events", 0.5, 1,
        how="Both make events and views; the restored directory is also verified."),
    *(Row(f"p99-{what}", f"createUser at half the top rate, 64 connections, p99, during {doing}; without", f"weir.paced.{what}",
          "weir.paced.alone", 2, 1.5, less_is_better=True, needs=("weir.create.64",),
          how="On a store with users in it. " + how)
      for what, doing, how in (("backup", "backups", "One `weir backup` after another, on the same two processors."),
                               ("archive", "an archive", "`weir archive` fetches what there is and follows what comes."),
                               ("verify", "a verification", "`POST /admin/verify` again and again."),
                               ("rebuild", "rebuilds", "The users projection, again and again."))),
    Row("sse", "SSE to 1,000 subscribers, 100 events/s, p99 from recording to client", "weir.sse", None, 50, 6,
        less_is_better=True, context=("weir.sse.10000",), published="Durable Streams 6.5 ms, Ursula 8.3 ms",
        how="From `recordedAt`, which stands before the sync, to the client's reading of the event; each subscriber must "
            "have each position once, in order."),
    Row("p99", "createUser at half the top rate, 64 connections, p99", "weir.paced", None, 10, 3, less_is_better=True,
        needs=("weir.create.64",), published="Ursula 7.4 ms, Akka 15 ms",
        how="Commands are sent by the clock, and latency counts from when a command was due, so a stall counts for every "
            "command that it made late."),
    Row("disk", "disk an event, all included, after compaction; table and indexes", "weir.disk", "message-db.disk", 0.6, 0.3,
        less_is_better=True,
        how="`ldb compact` on every family; of message-db `pg_total_relation_size` after VACUUM. Weir's holds views, "
            "streams and positions too."),
    Row("memory", "resident memory, idle", "weir.memory.idle", None, 40, 20, less_is_better=True),
    Row("subscribers", "resident memory that 10,000 idle SSE clients add", "weir.memory.sse", None, 150, 60,
        less_is_better=True,
        how="Resident memory of Weir with them, less that without."),
    Row("start", "start to ready, {users} events", "weir.start", None, 2, 0.3, less_is_better=True,
        how="From the process' start to `GET /health/ready` answering 200."),
]
# Of a store that is filled until it is large, with --growth.
GROWTH = [
    Row("growth", "createUser, 64 connections, {events} events in the store; few in it", "growth.full", "growth.empty", 0.8, 0.95,
        how="Both in turn, five times, each time from a start of the program on: a fiftieth of as many commands on a new store, and "
            "on top of those of the large one. Ids grow with time."),
    Row("grown", "start to ready, {events} events", "growth.start", None, 2, 0.3, less_is_better=True),
]
# Measured for the plot of throughput against connections only.
CONNECTIONS = "connections"
NAMES = [row.name for row in ALL] + [CONNECTIONS]
