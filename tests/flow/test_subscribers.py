"""Many subscribers of all kinds that come, stall, go and come back by chance while commands are written: each sees each
position once, in order. `WEIR_SEED=n` repeats a run; `WEIR_SUBSCRIBERS` and `WEIR_SUBSCRIBED_SECONDS` change its size."""
import itertools
import json
import os
import random
import threading
import time

from feeds import Feed, ndjson, sse

SEED = int(os.environ.get("WEIR_SEED") or random.SystemRandom().randrange(2**32))
SUBSCRIBERS = int(os.environ.get("WEIR_SUBSCRIBERS") or 200)
SECONDS = float(os.environ.get("WEIR_SUBSCRIBED_SECONDS") or 8)

NEVER = threading.Event()  # being away for a while is what is tried here

FILTERS = {"": lambda event: True,
           "category=user": lambda event: event["stream"].startswith("user-"),
           "types=userRenamed": lambda event: "userRenamed" in event["event"],
           "types=userDeactivated,userCreated": lambda event: "userRenamed" not in event["event"]}


class Subscriber(threading.Thread):
    """Follows the log until it has come to `end`, which is set when the last command was answered."""

    def __init__(self, number, server, end):
        super().__init__(name=f"subscriber {number}", daemon=True)
        self.chance = random.Random(SEED * 1000 + number)
        self.server, self.end = server, end
        self.filter = self.chance.choice(list(FILTERS))
        self.kind = [self.follow, self.poll_lines, self.poll_pages][number % 3]
        self.seen, self.reached, self.identity, self.fault, self.visits = [], 0, "", None, 0

    def run(self):
        try:
            while not (self.end and self.reached >= self.end[0]):
                self.visits += 1
                self.kind()
                if self.chance.random() < 0.2:
                    NEVER.wait(self.chance.random() / 10)
        except BaseException as fault:  # noqa: B902, the test shows it
            self.fault = fault

    def path(self, after):
        return f"/events?after={after}" + (f"&{self.filter}" if self.filter else "")

    def note(self, events):
        self.seen += [event["position"] for event in events]

    def follow(self):
        """Server-sent events, for a while; then gone without a word."""
        leaves_after = self.chance.randrange(1, 300)
        is_last = self.identity.startswith(f"{self.reached}.")  # else it was in pages or lines that the last one came
        with sse(self.server, self.path(0), last_event_id=self.identity if is_last else self.reached) as feed:
            for identity, name, data in itertools.islice(feed.messages(), leaves_after):
                assert name != "cut-short", data
                if data and name != "caught-up":
                    self.note([json.loads(data)])
                if identity:
                    self.identity, self.reached = identity, int(identity.partition(".")[0])
                if self.chance.random() < 0.01:
                    NEVER.wait(self.chance.random() / 5)  # a stall
                if self.end and self.reached >= self.end[0]:
                    return

    def poll_lines(self):
        with ndjson(self.server, self.path(self.reached), {"Prefer": "wait=1"}) as feed:
            assert feed.answer.status == 200
            self.note([json.loads(line) for line in feed.lines()])
            self.reached = int(feed.answer.headers["Weir-Position"])

    def poll_pages(self):
        limit = self.chance.choice([1, 10, 1000])
        path = f"{self.path(self.reached)}&limit={limit}"
        with Feed(self.server, path, "application/json", {"Prefer": "wait=1"}) as answered:
            page = json.load(answered.answer)
        self.note(page["events"])
        self.reached = page["lastPosition"]


def write(server, seconds):
    """Commands, in arrays of a few, for so long; the last position."""
    chance, users, last = random.Random(SEED), [], 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        batch = []
        for _ in range(chance.randrange(1, 200)):
            if not users or chance.random() < 0.3:
                users.append(f"u{len(users)}")
                batch.append({"createUser": {"userId": users[-1], "name": "A", "email": f"{users[-1]}@example.org"}})
            else:
                batch.append({"renameUser": {"userId": chance.choice(users), "name": f"N{chance.randrange(10**9)}"}})
        answer = server.post("/commands", batch)
        assert answer.status_code == 200, answer.text
        last = answer.json()["position"]
        NEVER.wait(chance.random() / 100)  # so that the head is reached now and then
    return last


def test_each_sees_each_position_once_and_in_order(start):
    print(f"WEIR_SEED={SEED}")
    server, end = start("--heartbeat-seconds", 0.2), []
    subscribers = [Subscriber(number, server, end) for number in range(SUBSCRIBERS)]
    for subscriber in subscribers:
        subscriber.start()
    end.append(write(server, SECONDS))
    patience = time.monotonic() + 200
    for subscriber in subscribers:
        subscriber.join(max(0, patience - time.monotonic()))
        assert not subscriber.is_alive(), f"WEIR_SEED={SEED}: {subscriber.name} is at {subscriber.reached} of {end}"
        assert subscriber.fault is None, f"WEIR_SEED={SEED}: {subscriber.name}: {subscriber.fault!r}"
    with ndjson(server, "/events") as feed:
        events = [json.loads(line) for line in feed.lines()]
    assert [event["position"] for event in events] == list(range(1, end[0] + 1))
    for subscriber in subscribers:
        wanted = [event["position"] for event in events if FILTERS[subscriber.filter](event)]
        assert subscriber.seen == wanted, f"WEIR_SEED={SEED}: {subscriber.name} {subscriber.kind.__name__} {subscriber.filter}"
    assert sum(subscriber.visits for subscriber in subscribers) > 2 * SUBSCRIBERS
    print(f"{end[0]} events, {sum(subscriber.visits for subscriber in subscribers)} visits")
