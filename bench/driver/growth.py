"""How a store ages: filled with createUser step by step, and measured on the way."""
import time

from outputs import Failure
from processes import bytes_on_disk, empty

CONNECTIONS = 64
STEPS = 200
COMPARED = 5  # steps at either end
FIRST = 10_000_000  # user: all ids are equally long then, and each comes after those before it


def started(workshop, data):
    """Seconds from the start on this data until it is ready."""
    with workshop.weir(data) as weir:
        while weir.request("GET", "/health/ready")[0] != 200:
            time.sleep(0.002)
        return time.monotonic() - weir.process.started


def measure(workshop, events):
    """Rate, latencies, memory and disk at each of 200 steps up to that many events; and the samples of rows.GROWTH."""
    data = empty(workshop.path("growing"))
    step = max(1, events // STEPS)
    points = []
    with workshop.weir(data) as weir:
        for first in range(0, events, step):
            figures = workshop.load("create", weir.port, CONNECTIONS, FIRST + first, step)
            points.append({**figures, "events": first + step, "rate": figures["requests"] / figures["seconds"],
                           "resident_bytes": weir.process.resident_bytes(), "disk_bytes": bytes_on_disk(data)})
            print(f"growth  {first + step:>12,} events  {points[-1]['rate']:>10,.0f} commands/s", flush=True)
        if weir.position() != len(points) * step:
            raise Failure(f"{weir.position()} of {len(points) * step} events are there")
    rates = [{"value": point["rate"]} for point in points]
    samples = {"growth.empty": rates[:COMPARED], "growth.full": rates[-COMPARED:],
               "growth.start": [{"value": started(workshop, data)} for _ in range(3)]}
    return {"events": len(points) * step, "points": points}, samples
