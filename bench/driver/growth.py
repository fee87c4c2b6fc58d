"""How a store ages: filled with createUser step by step, and measured on the way."""
import time

from outputs import Failure
from processes import bytes_on_disk, empty

CONNECTIONS = 64
STEPS = 200
COMPARED = 5  # steps at either end
SCATTERED = 4  # times fewer events where ids are scattered
FIRST = 10_000_000  # user: all ids are equally long then, and each comes after those before it


def started(workshop, data):
    """Seconds from the start on this data until it is ready."""
    with workshop.weir(data) as weir:
        while weir.request("GET", "/health/ready")[0] != 200:
            time.sleep(0.002)
        return time.monotonic() - weir.process.started


def fill(workshop, what, events):
    """A store filled by bench/load's `what`, and rate, latencies, memory and disk at each step."""
    data = empty(workshop.path("growing"))
    step = max(1, events // STEPS)
    points = []
    with workshop.weir(data) as weir:
        for first in range(0, step * STEPS, step):
            figures = workshop.load(what, weir.port, CONNECTIONS, FIRST + first, step)
            points.append({**figures, "events": first + step, "rate": figures["requests"] / figures["seconds"],
                           "resident_bytes": weir.process.resident_bytes(), "disk_bytes": bytes_on_disk(data)})
            print(f"growth  {what}  {first + step:>12,} events  {points[-1]['rate']:>10,.0f} commands/s", flush=True)
        if weir.position() != step * STEPS:
            raise Failure(f"{weir.position()} of {step * STEPS} events are there")
    return data, points


def ends(points):
    """The first and the last points, as samples of the rate."""
    rates = [{"value": point["rate"]} for point in points]
    return rates[:COMPARED], rates[-COMPARED:]


def measure(workshop, events):
    """Points of a store with that many events, and of one whose ids are scattered; and the samples of rows.GROWTH."""
    data, points = fill(workshop, "create", events)
    few, many = ends(points)
    samples = {"growth.empty": few, "growth.full": many,
               "growth.start": [{"value": started(workshop, data)} for _ in range(3)]}
    _, scattered = fill(workshop, "scatter", events // SCATTERED)
    return {"events": points[-1]["events"], "points": points, "scattered": scattered}, samples
