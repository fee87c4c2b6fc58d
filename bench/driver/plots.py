"""The plots of a run, as SVG."""
import os

os.environ.setdefault("MPLCONFIGDIR", "/tmp")  # Matplotlib wants a place for its own files
import matplotlib  # noqa: E402

matplotlib.use("svg")
import matplotlib.pyplot as pyplot  # noqa: E402

from figures import summary  # noqa: E402
from series import CONNECTIONS  # noqa: E402

# Text stays text, and the same figures give the same bytes.
matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "weir", "font.family": "sans-serif", "font.size": 10,
                            "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.color": "#e4e4e4",
                            "axes.edgecolor": "#888888", "lines.linewidth": 2, "figure.figsize": (7.2, 4)})
SIDES = [("weir.create", "Weir", "#0b6e99", "o"), ("redis.add", "Redis Streams", "#c0392b", "s"),
         ("message-db.write", "message-db", "#8e6bbf", "^"), ("emmett.create", "Emmett", "#b7791f", "D")]
PARTS = ["p50", "p75", "p90", "p99", "p99.9"]


def saved(figure, directory, name):
    figure.tight_layout()
    figure.savefig(directory / name, metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
    return name


def throughput(samples):
    """Commands a second against connections, with the least and the most."""
    figure, axes = pyplot.subplots()
    for kind, label, colour, mark in SIDES:
        found = [(c, summary(samples.get(f"{kind}.{c}"))) for c in CONNECTIONS]
        found = [(c, each) for c, each in found if each]
        if not found:
            continue
        x = [c for c, _ in found]
        axes.plot(x, [each.median for _, each in found], marker=mark, color=colour, label=label)
        axes.fill_between(x, [each.least for _, each in found], [each.most for _, each in found], color=colour, alpha=0.15)
    axes.set(xscale="log", yscale="log", xlabel="connections", ylabel="stored a second, each synced before its answer",
             xticks=CONNECTIONS)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.minorticks_off()
    axes.legend(frameon=False)
    return figure


def percentiles(samples):
    """Latency percentiles with 64 connections: each side as fast as it goes, and Weir at half its rate."""
    figure, axes = pyplot.subplots()
    shown = [("weir.create.64", "Weir, at its top rate", "#0b6e99", "o"), ("weir.paced", "Weir, at half of it", "#57a9c9", "o"),
             ("emmett.create.64", "Emmett, at its top rate", "#b7791f", "D")]
    for name, label, colour, mark in shown:
        rounds = samples.get(name) or []
        if not rounds:
            continue
        middle = [sorted(each[f"{part}_us"] for each in rounds)[len(rounds) // 2] / 1000 for part in PARTS]
        axes.plot(PARTS, middle, marker=mark, color=colour, label=label)
    axes.set(yscale="log", xlabel="of createUser with 64 connections", ylabel="ms")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.legend(frameon=False)
    return figure


def growth(points, scattered):
    """Rate and p99 against how many events the store holds."""
    figure, (above, below) = pyplot.subplots(2, sharex=True, figsize=(7.2, 5.5))

    def line(axes, of, value, colour, label):
        axes.plot([point["events"] / 1e6 for point in of], [value(point) for point in of], color=colour, linewidth=1, label=label)

    line(above, points, lambda point: point["rate"], "#0b6e99", "ids grow with time")
    line(above, scattered, lambda point: point["rate"], "#b7791f", "ids in no order")
    above.set(ylabel="commands/s", ylim=(0, None))
    above.yaxis.set_major_formatter("{x:,.0f}")
    for part, colour in (("p50", "#57a9c9"), ("p99", "#0b6e99"), ("max", "#c0392b")):
        line(below, points, lambda point: point[f"{part}_us"] / 1000, colour, part)
    line(below, scattered, lambda point: point["p99_us"] / 1000, "#b7791f", "p99, ids in no order")
    below.set(yscale="log", ylabel="ms", xlabel="million events in the store")
    below.yaxis.set_major_formatter("{x:g}")
    for axes in (above, below):
        axes.legend(frameon=False)
    return figure


def draw(run, directory):
    """All plots that the run has figures for; [(title, file)]."""
    directory.mkdir(parents=True, exist_ok=True)
    samples, made = run["samples"], []
    if len([c for c in CONNECTIONS if samples.get(f"weir.create.{c}")]) > 2:
        made.append(("Throughput against connections", saved(throughput(samples), directory, "throughput.svg")))
    if samples.get("weir.create.64"):
        made.append(("Latency", saved(percentiles(samples), directory, "latency.svg")))
    if run.get("growth"):
        made.append(("Growth", saved(growth(run["growth"]["points"], run["growth"]["scattered"]), directory, "growth.svg")))
    return made
