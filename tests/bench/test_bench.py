"""What script/bench makes of the tools' outputs, and of figures; all of it recorded."""
import json
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "bench" / "driver"))

import figures  # noqa: E402
import outputs  # noqa: E402
import report  # noqa: E402
import rows  # noqa: E402
import series  # noqa: E402

ROWS = {row.name: row for row in rows.ALL}


def recorded(name):
    return (HERE / "recorded" / name).read_text()


def samples(**values):
    """{series: samples}; a __ stands for a point."""
    return {name.replace("__", "."): [{"value": value} for value in each] for name, each in values.items()}


# The tools' outputs.

def test_what_wrk_prints_is_read():
    found = outputs.wrk(recorded("wrk.txt"))
    assert found["requests"] == 4293 and found["value"] == pytest.approx(4293 / 1.009937) and found["p99_us"] == 14744


def test_one_answer_that_is_an_error_voids_what_wrk_measured():
    with pytest.raises(outputs.Failure, match="of 3135 requests 3033 were not answered well"):
        outputs.wrk(recorded("wrk_refused.txt"))


def test_what_pgbench_prints_is_read():
    assert outputs.pgbench(recorded("pgbench.txt")) == {"requests": 15749, "value": 3936.884522, "mean_us": 4064.0}


def test_one_transaction_that_failed_voids_what_pgbench_measured():
    with pytest.raises(outputs.Failure, match="of which 3 failed"):
        outputs.pgbench(recorded("pgbench.txt").replace("failed transactions: 0", "failed transactions: 3"))


def test_what_redis_benchmark_prints_is_read_though_its_quotes_are_not_doubled():
    assert outputs.redis_benchmark(recorded("redis-benchmark.txt")) == \
        {"value": 52910.05, "p50_us": 1063.0, "p99_us": 2767.0, "max_us": 9063.0}


@pytest.mark.parametrize("tool", ["wrk", "pgbench", "redis_benchmark", "load"])
def test_a_tool_that_prints_no_figures_has_failed(tool):
    with pytest.raises(outputs.Failure, match="unable to connect"):
        getattr(outputs, tool)("unable to connect\n")


# Figures.

def test_a_summary_is_the_median_with_the_least_and_the_most():
    assert figures.summary([{"value": 3.0}, {"value": 1.0}, {"value": 2.5}]) == figures.Summary(2.5, 1.0, 3.0, 3)
    assert figures.summary([]) is None and figures.summary(None) is None


def test_a_ratio_is_that_of_the_medians():
    found = figures.compare(ROWS["redis"], samples(weir__create__64=[30, 10, 20], redis__add__64=[50, 10, 20]), {})
    assert found.ratio == 1.0 and found.reached == "first"


@pytest.mark.parametrize("name, figure, reached", [
    ("emmett", 60, "then"), ("emmett", 59.9, "first"), ("emmett", 34, "no"),
    ("p50", 1.5, "then"), ("p50", 2.5, "first"), ("p50", 2.6, "no"),
    ("events", 999_999, "first"), ("sse", 6, "then"), ("sse", 51, "no"),
])
def test_targets_are_reached_from_the_better_side(name, figure, reached):
    assert figures.reached(ROWS[name], figure) == reached


def test_a_row_whose_series_failed_has_no_ratio_and_says_why():
    found = figures.compare(ROWS["emmett"], samples(weir__create__256=[10]), {"emmett.create.256": "failed: it broke"})
    assert found.ratio is None and found.reached == "" and found.why_not == "failed: it broke"


@pytest.mark.parametrize("value, text", [(0, "0"),
                                         (12345.6, "12,346"), (99.96, "100.0"), (12.34, "12.3"), (1.234, "1.23"), (0.01234, "0.0123")])
def test_figures_are_readable(value, text):
    assert figures.readable(value) == text


# What is compared.

def test_every_row_compares_series_that_there_are():
    assert [name for row in rows.ALL + rows.GROWTH for name in row.all_series() if name not in series.BY_NAME] == []


@pytest.mark.parametrize("row", rows.ALL, ids=lambda row: row.name)
def test_the_second_target_is_the_harder_one(row):
    assert row.then < row.first if row.less_is_better else row.then > row.first


def test_what_a_row_needs_is_measured_before_it():
    order = [each.name for each in series.ALL]
    assert [row.name for row in rows.ALL for needed in row.needs if order.index(needed) > order.index(row.series)] == []


# The page.

@pytest.fixture
def a_run():
    return {"command": "script/bench", "program": "script/bench", "rounds": 3, "seconds": 10, "quick": False, "users": 1_000_000,
            "rows": list(ROWS),
            "conditions": {"date": "2026-11-24", "processor": "2 x a processor"}, "notes": {"weir.import": "skipped: no NDJSON"},
            "samples": samples(weir__create__256=[1000, 1200, 1100], emmett__create__256=[20, 25, 10], weir__sse=[7.25])}


def test_the_page_has_medians_ratios_and_targets(a_run):
    page = report.markdown(a_run, [])
    assert ("| createUser, 256 connections | 1,100 commands/s (1,000 to 1,200) | Emmett + Express + PostgreSQL: 20.0 commands/s "
            "(10.0 to 25.0) | 55.0x | ≥ 35.0x | ≥ 60.0x | first |") in page
    assert "| 7.25 ms | published: Durable Streams 6.5 ms, Ursula 8.3 ms | - | ≤ 50.0 ms | ≤ 6 ms | first |" in page


def test_the_page_says_what_was_not_measured_and_why(a_run):
    page = report.markdown(a_run, [])
    assert "- `import`: skipped: no NDJSON" in page and "- `disk`: not measured in this run" in page


def test_the_page_tells_how_a_store_grew(a_run):
    point = {"rate": 900.0, "resident_bytes": 200 * 2**20, "disk_bytes": 300_000_000}
    a_run["growth"] = {"events": 2_000_000, "points": [{**point, "events": 1_000_000}, {**point, "events": 2_000_000}],
                       "scattered": [{"rate": rate, "events": events} for rate, events in zip([500, 490, 480, 470, 460, 300], range(6))]}
    a_run["rows"] += [row.name for row in rows.GROWTH]
    a_run["samples"] |= samples(growth__full=[900], growth__empty=[1000], growth__start=[0.25])
    page = report.markdown(a_run, [])
    assert "| start to ready, 2,000,000 events | 0.25 s | - | - | ≤ 2 s | ≤ 0.3 s | **then** |" in page
    assert "| 0.9x | ≥ 0.8x | ≥ 0.95x | first |" in page and "at most 200 MiB in memory" in page and "took 150 bytes an event" in page
    assert "480 commands/s with few events in the store, 470 with 5." in page


def test_the_page_says_under_which_conditions_and_what_each_side_promises(a_run):
    page = report.markdown(a_run, [])
    assert "| processor | 2 x a processor |" in page and "appendfsync always" in page


def test_page_and_plots_are_made_again_from_the_figures(a_run, tmp_path):
    pytest.importorskip("matplotlib")
    (tmp_path / "benchmarks").mkdir()
    parts = {f"{part}_us": 10.0 for part in ("p50", "p75", "p90", "p99", "p99.9")}
    a_run["samples"] |= {f"weir.create.{c}": [{"value": 100.0 * c, **parts}] for c in (1, 4, 16, 64, 256)}
    grown = [{**parts, "rate": 900.0, "max_us": 20.0, "resident_bytes": 2**20, "disk_bytes": 3000, "events": events} for events in (10, 20)]
    a_run["growth"] = {"events": 20, "points": grown, "scattered": grown}
    (tmp_path / "benchmarks" / "run.json").write_text(json.dumps(a_run))

    def redraw():
        subprocess.run([sys.executable, "-B", ROOT / "bench" / "driver", "--redraw", "--output", tmp_path], check=True,
                       capture_output=True)
        return {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    first = redraw()
    assert sorted(first) == ["benchmarks.md", "growth.svg", "latency.svg", "run.json", "throughput.svg"]
    assert b"![Throughput against connections](benchmarks/throughput.svg)" in first["benchmarks.md"]
    assert redraw() == first
