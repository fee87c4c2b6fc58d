"""From many samples to one table: medians, ratios, and whether a row's targets are reached."""
import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Summary:
    median: float
    least: float
    most: float
    rounds: int


def summary(samples):
    """Of one series; None if it has no samples."""
    values = [sample["value"] for sample in samples or []]
    if not values:
        return None
    return Summary(statistics.median(values), min(values), max(values), len(values))


@dataclass(frozen=True)
class Comparison:
    row: object
    weir: Summary | None
    beside: Summary | None
    ratio: float | None    # of medians; the median itself if there is nothing to compare with
    reached: str           # then, first, no, or "" where it was not measured
    why_not: str = ""      # why it was not measured


def reached(row, figure):
    """Which of a row's targets a ratio (or a figure, where there is nothing beside) reaches."""
    def enough(target):
        return figure <= target if row.less_is_better else figure >= target
    return "then" if enough(row.then) else "first" if enough(row.first) else "no"


def compare(row, samples, notes):
    """A row from the samples of its series, {series: [sample]}; `notes` says of a series why it has none."""
    weir = summary(samples.get(row.series))
    beside = summary(samples.get(row.beside)) if row.beside else None
    missing = [name for name in row.all_series() if name in notes]
    if missing or weir is None or row.beside and beside is None:
        why = "; ".join(dict.fromkeys(notes[name] for name in missing)) or "not measured in this run"
        return Comparison(row, weir, beside, None, "", why)
    ratio = weir.median / beside.median if beside else weir.median
    return Comparison(row, weir, beside, ratio, reached(row, ratio))


def readable(value):
    """12,345; 123; 1.23; 0.123: three figures and thousands."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.3g}"
