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

    def all_series(self):
        return [*self.needs, self.series, *([self.beside] if self.beside else []), *self.context]


ALL = [
    Row("emmett", "createUser, 256 connections", "weir.create.256", "emmett.create.256", 35, 60),
    Row("message-db", "createUser, 256 connections; message-db's best: 16 clients", "weir.create.256", "message-db.write.16",
        10, 20),
    Row("redis", "createUser, 64 connections; XADD, 64 clients", "weir.create.64", "redis.add.64", 0.7, 1.2),
    Row("p50", "createUser, 1 connection, p50", "weir.create.p50", "disk.fdatasync", 2.5, 1.5, less_is_better=True),
    Row("import", "createUser as NDJSON over 1 connection; batches of 256 events", "weir.import", "rocksdb.batches", 0.4, 0.8),
    Row("get", "`GET /users/{id}`, 64 connections", "weir.get.64", "nginx.return", 0.5, 0.8, context=("beast.fixed",)),
    Row("events", "`GET /events` as NDJSON, thrown away by the client", "weir.events", None, 300_000, 1_000_000),
    Row("rebuild", "rebuild of the users projection; iterating over the log", "weir.rebuild", "rocksdb.iterate", 0.2, 0.5),
    Row("sse", "SSE to 1,000 subscribers, 100 events/s, p99 from recording to client", "weir.sse", None, 50, 6,
        less_is_better=True, published="Durable Streams 6.5 ms, Ursula 8.3 ms"),
    Row("p99", "createUser at half the top rate, 64 connections, p99", "weir.paced", None, 10, 3, less_is_better=True,
        needs=("weir.create.64",), published="Ursula 7.4 ms, Akka 15 ms"),
    Row("disk", "disk an event, all included, after compaction; table and indexes", "weir.disk", "message-db.disk", 0.6, 0.3,
        less_is_better=True),
    Row("memory", "resident memory, idle", "weir.memory.idle", None, 40, 20, less_is_better=True),
    Row("subscribers", "resident memory that 10,000 idle SSE clients add", "weir.memory.sse", None, 150, 60,
        less_is_better=True),
    Row("start", "start to ready, 1 M events", "weir.start", None, 2, 0.3, less_is_better=True),
]
# Measured for the plot of throughput against connections only.
CONNECTIONS = "connections"
NAMES = [row.name for row in ALL] + [CONNECTIONS]
