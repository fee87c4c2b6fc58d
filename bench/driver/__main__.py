"""Measures Weir beside its peers, all in one run on this machine: see script/bench -h."""
import argparse
import json
import os
import pathlib
import resource
import shutil
import sys
import tempfile
import time

import growth
import report
import rows
from conditions import conditions, file_system
from figures import compare, readable
from outputs import Failure
from series import ALL, BY_NAME, CONNECTIONS, Skipped
from sides import ROOT, Workshop


def arguments():
    parser = argparse.ArgumentParser(prog="script/bench",
                                     description="Measures Weir beside its peers, all in one run on this machine.")
    parser.add_argument("--quick", action="store_true", help="one short round of everything, about 3 minutes; says little")
    parser.add_argument("--rounds", type=int, help="how often each side is measured (3; quick: 1)")
    parser.add_argument("--only", nargs="+", metavar="ROW", default=[], choices=rows.NAMES, help="these rows; --list names them")
    parser.add_argument("--list", action="store_true", help="names the rows and ends")
    parser.add_argument("--growth", nargs="?", type=int, const=20_000_000, metavar="EVENTS",
                        help="also fills one store (20,000,000 events) and measures it on the way")
    parser.add_argument("--output", type=pathlib.Path,
                        help="where benchmarks.md goes (docs/ after a whole run, else build/bench/)")
    parser.add_argument("--scratch", type=pathlib.Path, default=pathlib.Path("/var/tmp"),
                        help="a directory on the disk to measure (/var/tmp)")
    parser.add_argument("--redraw", action="store_true",
                        help="measures nothing: makes page and plots again from benchmarks/run.json")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release", help=argparse.SUPPRESS)
    return parser.parse_args()


def wanted_series(names):
    """The series of these rows, in the order of series.ALL."""
    wanted = {name for row in rows.ALL if row.name in names for name in row.all_series()}
    if rows.CONNECTIONS in names:
        wanted |= {series.name for series in ALL if series.name.rsplit(".", 1)[-1] in map(str, CONNECTIONS) and
                   series.name.split(".")[1] in ("create", "write", "add")}
    return [series for series in ALL if series.name in wanted]


def measure(workshop, chosen, rounds, samples, notes):
    """All series in turn, as often as there are rounds. A series that fails once is measured no more."""
    for number in range(rounds):
        earlier = {}
        for series in chosen:
            if series.name in notes or series.once and number > 0:
                continue
            start = time.monotonic()
            print(f"round {number + 1} of {rounds}  {series.name:22}", end=" ", flush=True)
            try:
                sample = series.measure(workshop, earlier)
            except Skipped as why:
                notes[series.name] = f"skipped: {why}"
                print(f"skipped: {why}")
            except (Failure, KeyError, OSError) as fault:
                samples.pop(series.name, None)
                words = " ".join(str(fault if isinstance(fault, Failure) else repr(fault)).split())
                notes[series.name] = f"failed: {words[-300:]}"
                print(f"FAILED: {words}")
            else:
                earlier[series.name] = sample
                samples.setdefault(series.name, []).append(sample)
                print(f"{readable(sample['value']):>10} {series.unit:12} in {time.monotonic() - start:.0f} s", flush=True)


def write(run, output):
    """Page, plots and figures."""
    import plots  # only here: measuring needs no Matplotlib

    directory = output / "benchmarks"
    made = plots.draw(run, directory)
    (directory / "run.json").write_text(json.dumps(run, indent=1) + "\n")
    (output / "benchmarks.md").write_text(report.markdown(run, made))
    print(f"\nwritten: {output / 'benchmarks.md'}")


def main():
    options = arguments()
    if options.list:
        for row in rows.ALL:
            print(f"{row.name:12} {row.work}")
        print(f"{rows.CONNECTIONS:12} throughput against connections, 1 to 256, for the plot")
        return 0
    if options.redraw:
        output = options.output or ROOT / "docs"
        write(json.loads((output / "benchmarks" / "run.json").read_text()), output)
        return 0

    whole = not (options.quick or options.only)
    names = options.only or [name for name in rows.NAMES if not (options.quick and name == rows.CONNECTIONS)]
    rounds = options.rounds or (1 if options.quick else 3)
    output = options.output or (ROOT / "docs" if whole else options.build / "bench")
    load_before = os.getloadavg()[0]
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))

    scratch = pathlib.Path(tempfile.mkdtemp(prefix="weir-bench-", dir=options.scratch))
    try:
        scratch.chmod(0o711)  # PostgreSQL may run as another user
        if file_system(scratch)[0] in ("tmpfs", "ramfs"):
            raise Failure(f"{options.scratch} is memory: name a directory on a disk with --scratch")
        workshop = Workshop(options.build, scratch, options.quick)
        run = {"command": " ".join(["script/bench", *sys.argv[1:]]), "program": "script/bench", "rounds": rounds,
               "quick": options.quick, "users": workshop.users,
               "seconds": workshop.seconds, "rows": names,
               "conditions": conditions(workshop, load_before), "samples": {}, "notes": {}}
        measure(workshop, wanted_series(names), rounds, run["samples"], run["notes"])
        if options.growth:
            run["growth"], grown = growth.measure(workshop, options.growth)
            run["samples"] |= grown
            run["rows"] = names + [row.name for row in rows.GROWTH]
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    write(run, output)

    comparisons = [compare(row, run["samples"], run["notes"]) for row in rows.ALL + rows.GROWTH if row.name in run["rows"]]
    for each in comparisons:
        print(f"{each.row.name:12} {each.reached or each.why_not}")
    return 1 if any(note.startswith("failed") for note in run["notes"].values()) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as fault:
        print(f"script/bench: {fault}", file=sys.stderr)
        sys.exit(1)
