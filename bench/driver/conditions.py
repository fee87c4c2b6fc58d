"""Where and with what a run was made."""
import datetime
import json
import os
import pathlib
import platform
import re
import shutil

from outputs import Failure
from processes import run
from sides import PEERS, ROOT


def first_match(pattern, text):
    found = re.search(pattern, text)
    return found[1].strip() if found else "?"


def version(*command):
    """The first number with a point that a program prints when asked for its version."""
    program = shutil.which(str(command[0]), path=os.environ["PATH"] + ":/usr/sbin")
    if not program:
        return "not installed"
    # Some print it on stderr, and wrk ends with 1 after it.
    text = os.popen(" ".join([program, *command[1:]]) + " 2>&1 < /dev/null").read()
    return first_match(r"v?(\d+\.\d[\w.]*)", text)


def package(name):
    try:
        return run("dpkg-query", "--show", "--showformat", "${Version}", name)
    except (Failure, FileNotFoundError):
        return "?"


def npm(peer, name):
    lock = json.loads((PEERS / peer / "package-lock.json").read_text())
    return lock["packages"][f"node_modules/{name}"]["version"]


def file_system(directory):
    """(type, device) of what a directory lies on."""
    best = ("?", "?")
    longest = -1
    for line in pathlib.Path("/proc/mounts").read_text().splitlines():
        device, place, kind = line.split()[:3]
        place = place.replace("\\040", " ")
        if (str(directory) + "/").startswith(place.rstrip("/") + "/") and len(place) >= longest:
            best, longest = (kind, device), len(place)
    return best


def conditions(workshop, load_before):
    """As a table of names and words."""
    processor = first_match(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = int(first_match(r"MemTotal: *(\d+)", pathlib.Path("/proc/meminfo").read_text())) / 2**20
    try:
        commit = run("git", "-C", ROOT, "rev-parse", "--short", "HEAD").strip()
        if run("git", "-C", ROOT, "status", "--porcelain", "--untracked-files=no").strip():
            commit += ", with changes"
    except Failure:
        commit = "?"
    kind, device = file_system(workshop.scratch)
    sync = workshop.disk_floor("fdatasync", workshop.scratch, 1)
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "Weir": f"{run(workshop.build / 'weir', 'version').strip().splitlines()[0]}, commit {commit}",
        "processor": f"{os.cpu_count()} x {processor}",
        "memory": f"{memory:.1f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "disk": f"{kind} on {device}; fdatasync of 4 KiB: p50 {sync['p50_us'] / 1000:.2f} ms, p99 {sync['p99_us'] / 1000:.2f} ms",
        "load of the machine before": f"{load_before:.2f}" + (
            "; others were working on it, so figures are low and scattered" if load_before > 0.5 else ""),
        "load by": f"wrk {package('wrk')}, pgbench and redis-benchmark of the versions below, and bench/load",
        "RocksDB": package("librocksdb-dev"),
        "PostgreSQL": version("psql", "--version"),
        "Emmett": f"{npm('emmett', '@event-driven-io/emmett')} with Express {npm('emmett', 'express')}, "
                  f"Node {version('node', '--version')}",
        "message-db": npm("message-db", "@eventide/message-db"),
        "Redis": version("redis-server", "--version"),
        "nginx": version("nginx", "-v"),
    }
