"""How a store ages: filled with createUser step by step, and measured on the way."""
import time

from outputs import Failure
from processes import bytes_on_disk, empty

CONNECTIONS = 64
STEPS = 200
COMPARED = 5  # turns of a large and of a small store; steps at either end of one with scattered ids
STEPS_OF_A_TURN = 4
SCATTERED = 4  # times fewer events where ids are scattered
FIRST = 10_000_000  # user: all ids are equally long then, and each comes after those before it


def started(workshop, data):
    """Seconds from the start on this data until it is ready."""
    with workshop.weir(data) as weir:
        while weir.request("GET", "/health/ready")[0] != 200:
            time.sleep(0.002)
        return time.monotonic() - weir.process.started


def step_on(workshop, weir, what, first, step):
    """Figures of the next `step` commands of bench/load's `what`, from that user on."""
    figures = workshop.load(what, weir.port, CONNECTIONS, FIRST + first, step)
    return {**figures, "rate": figures["requests"] / figures["seconds"]}


def fill(workshop, what, events):
    """A store filled by bench/load's `what`, and rate, latencies, memory and disk at each step."""
    data = empty(workshop.path("growing"))
    step = max(1, events // STEPS)
    points = []
    with workshop.weir(data) as weir:
        for first in range(0, step * STEPS, step):
            points.append({**step_on(workshop, weir, what, first, step), "events": first + step,
                           "resident_bytes": weir.process.resident_bytes(), "disk_bytes": bytes_on_disk(data)})
            print(f"growth  {what}  {first + step:>12,} events  {points[-1]['rate']:>10,.0f} commands/s", flush=True)
        holds(weir, step * STEPS)
    return data, points


def holds(weir, events):
    if weir.position() != events:
        raise Failure(f"{weir.position()} of {events} events are there")


def compare(workshop, data, events):
    """Rates of a new store and of the one with so many events on `data`, in turn and so in one moment. Only one of the
    two runs at a time: what the large one puts off, the small one does not pay."""
    commands = STEPS_OF_A_TURN * max(1, events // STEPS)
    few, many = [], []
    for turn in range(COMPARED):
        with workshop.weir(empty(workshop.path("small"))) as small:
            few.append({"value": step_on(workshop, small, "create", 0, commands)["rate"]})
            holds(small, commands)
        with workshop.weir(data) as large:
            there = events + turn * commands
            many.append({"value": step_on(workshop, large, "create", there, commands)["rate"]})
            holds(large, there + commands)
        print(f"growth  in turn  {few[-1]['value']:>10,.0f} commands/s from none on  {many[-1]['value']:>10,.0f} from {there:,}", flush=True)
    return few, many


def ends(points):
    """The first and the last points, as samples of the rate."""
    rates = [{"value": point["rate"]} for point in points]
    return rates[:COMPARED], rates[-COMPARED:]


def measure(workshop, events):
    """Points of a store with that many events, and of one whose ids are scattered; and the samples of rows.GROWTH."""
    data, points = fill(workshop, "create", events)
    starts = [{"value": started(workshop, data)} for _ in range(3)]
    few, many = compare(workshop, data, points[-1]["events"])
    _, scattered = fill(workshop, "scatter", events // SCATTERED)
    samples = {"growth.empty": few, "growth.full": many, "growth.start": starts}
    return {"events": points[-1]["events"], "points": points, "scattered": scattered}, samples
