"""docs/benchmarks.md, from the figures of a run."""
import growth
import rows
from figures import compare, readable, summary
from series import BY_NAME

DURABILITY = [
    ("Weir", "Events, views and the answer's record are one batch of RocksDB, whose log is synced (`fdatasync`) before the reply. "
     "Callers who wait at the same time share a sync."),
    ("Emmett + Express + PostgreSQL", "PostgreSQL's defaults: `fsync` and `synchronous_commit` on, so each transaction is synced "
     "before the reply; transactions that commit at the same time share a sync. One Node process, as `npm start` would run it; an "
     "event and its stream are written, no view, and addresses are not kept unique."),
    ("message-db on PostgreSQL", "The same PostgreSQL. `write_message` by pgbench with prepared statements over a Unix socket: no HTTP, "
     "no validation, no view."),
    ("Redis Streams", "`appendonly yes`, `appendfsync always`: its log is synced before the replies of each turn of its event loop. "
     "XADD by redis-benchmark: no HTTP, no JSON, no rules, no views; all data is in memory."),
    ("RocksDB", "`WriteOptions::sync`, one batch of 256 events a time; an event is six puts, as a createUser of Weir's is."),
    ("nginx, a bare Beast server", "Nothing is stored: a fixed body of the length of Weir's answer."),
]
UNITS = {"us": "µs"}


def amount(unit, value):
    return f"{readable(value)} {UNITS.get(unit, unit)}"


def cell(series, found):
    if found is None:
        return "-"
    spread = f" ({readable(found.least)} to {readable(found.most)})" if found.rounds > 1 else ""
    return f"{amount(series.unit, found.median)}{spread}"


def target(row, value):
    sign = "≤" if row.less_is_better else "≥"
    return f"{sign} {readable(value)}x" if row.beside else f"{sign} {amount(BY_NAME[row.series].unit, value)}"


def table_line(comparison, run):
    row = comparison.row
    series = BY_NAME[row.series]
    beside = "-"
    if row.beside:
        beside = f"{BY_NAME[row.beside].side}: {cell(BY_NAME[row.beside], comparison.beside)}"
    elif row.published:
        beside = f"published: {row.published}"
    ratio = "-"
    if comparison.ratio is not None and row.beside:
        ratio = f"{readable(comparison.ratio)}x"
    words = {"then": "**then**", "first": "first", "no": "no", "": "-"}
    return (f"| {row.title(run)} | {cell(series, comparison.weir)} | {beside} | {ratio} | {target(row, row.first)} | "
            f"{target(row, row.then)} | {words[comparison.reached]} |")


def scattered_line(points):
    few, many = (summary(rates) for rates in growth.ends(points))
    return (f"Where ids come in no order (64 bits in hexadecimal), with 64 connections: {readable(few.median)} commands/s with few "
            f"events in the store, {readable(many.median)} with {points[-1]['events']:,}.")


def markdown(run, plots):
    """The document. `run`: what run.json holds; `plots`: [(title, file)] that lie beside it in benchmarks/."""
    samples, notes, conditions = run["samples"], run["notes"], run["conditions"]
    chosen = [row for row in rows.ALL + rows.GROWTH if row.name in run["rows"]]
    comparisons = [compare(row, samples, notes) for row in chosen]
    lines = [
        "# How fast it is", "",
        f"Measured by `{run['command']}` on {conditions['date']}; run it to measure your own machine. All sides ran in turn, "
        f"{'once each' if run['rounds'] == 1 else str(run['rounds']) + ' times each'}, on the same processors as the "
        f"load, {run['seconds']} s a time. Figures are medians, with the least and the most; ratios are those of medians. What each side "
        "did was counted and read back, and an answer that is an error voids its row.", "",
        "Absolute figures are this machine's, and only the ratios say something of yours.", "",
        "| work | Weir | beside it | ratio | first | then | reached |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *[table_line(each, run) for each in comparisons], "",
    ]
    if run["quick"]:
        lines += ["This was a quick run, with one short round and a small store: it shows that everything works, and little more.", ""]
    if run.get("growth"):
        points = run["growth"]["points"]
        most = max(point["resident_bytes"] for point in points) / 2**20
        lines += [f"While the store grew to {points[-1]['events']:,} events, Weir had at most {readable(most)} MiB in memory; at the end the "
                  f"store took {readable(points[-1]['disk_bytes'] / points[-1]['events'])} bytes an event, not yet compacted.", "",
                  scattered_line(run["growth"]["scattered"]), ""]
    context = [name for row in chosen for name in row.context if summary(samples.get(name))]
    for name in context:
        lines += [f"Beside these: {BY_NAME[name].side}, {cell(BY_NAME[name], summary(samples[name]))}.", ""]
    missing = [each for each in comparisons if each.why_not]
    if missing:
        lines += ["## Not measured", "", *[f"- `{each.row.name}`: {each.why_not}" for each in missing], ""]
    lines += ["## How each row is measured", "", *[f"- {row.title(run)}. {row.how}" for row in chosen if row.how], ""]
    for title, file in plots:
        lines += [f"## {title}", "", f"![{title}](benchmarks/{file})", ""]
    lines += ["## What each side promises when it answers", "", "| side | before it answers |", "| --- | --- |",
              *[f"| {side} | {words} |" for side, words in DURABILITY], ""]
    lines += ["## Conditions", "", "| | |", "| --- | --- |",
              *[f"| {name} | {value} |" for name, value in conditions.items()], "",
              f"Every sample stands in [benchmarks/run.json](benchmarks/run.json); `{run['program']} --redraw` makes this page "
              "and its plots from it.", ""]
    return "\n".join(lines)
