"""What the load tools print, as figures. Each raises Failure unless everything that was asked for was done."""
import json
import re


class Failure(Exception):
    """A measurement that does not count, and why."""


def wrk(text):
    """The line of JSON that load/users.lua ends with."""
    lines = [line for line in text.splitlines() if line.startswith("{")]
    if not lines:
        raise Failure(f"wrk printed no figures: {text.strip()}")
    figures = json.loads(lines[-1])
    if figures["refused"] or figures["broken"] or not figures["requests"]:
        raise Failure(f"of {figures['requests']} requests {figures['refused']} were not answered well, "
                      f"and {figures['broken']} connections broke")
    return {**figures, "value": figures["requests"] / figures["seconds"]}


def pgbench(text):
    """Transactions, their rate without the time it took to connect, and their mean latency."""
    done = re.search(r"^number of transactions actually processed: (\d+)", text, re.MULTILINE)
    failed = re.search(r"^number of failed transactions: (\d+)", text, re.MULTILINE)
    rate = re.search(r"^tps = ([\d.]+) \(without initial connection time\)", text, re.MULTILINE)
    latency = re.search(r"^latency average = ([\d.]+) ms", text, re.MULTILINE)
    if not (done and rate and latency):
        raise Failure(f"pgbench printed no figures: {text.strip()}")
    if int(done[1]) == 0 or failed and int(failed[1]):
        raise Failure(f"pgbench: {done[1]} transactions, of which {failed[1] if failed else 0} failed")
    return {"requests": int(done[1]), "value": float(rate[1]), "mean_us": float(latency[1]) * 1000}


def redis_benchmark(text):
    """The row of its --csv output, whose first column is the command as it was given, quotes and all."""
    lines = text.strip().splitlines()
    if len(lines) != 2 or not lines[0].startswith('"test",'):
        raise Failure(f"redis-benchmark printed no figures: {text.strip()}")
    names = [name.strip('"') for name in lines[0].split(",")][1:]
    figures = dict(zip(names, (float(value.strip('"')) for value in lines[1].rsplit(",", len(names))[1:])))
    return {"value": figures["rps"], "p50_us": figures["p50_latency_ms"] * 1000, "p99_us": figures["p99_latency_ms"] * 1000,
            "max_us": figures["max_latency_ms"] * 1000}


def load(text):
    """The one JSON object of bench_load and bench_disk_floor."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise Failure(f"no figures were printed: {text.strip()}") from None
