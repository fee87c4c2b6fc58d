"""Writers who remember what was acknowledged, and a reader who folds the log for itself and compares."""
import collections
import http.client
import json
import random
import threading


class Writer:
    """One connection that sends commands about users of its own, one after another, each with an idempotency key.

    It knows what each command must lead to, so that every answer, and later the log, can be compared with it.
    """

    def __init__(self, seed, number):
        self.chance = random.Random(f"{seed}/{number}")
        self.number = number
        self.sent = 0
        self.users = {}          # id -> {"sequence", "active", "email"}
        self.acknowledged = {}   # (stream, sequence) -> (position, event)
        self.unanswered = None   # (key, command, fields): sent, and the connection broke before an answer
        self.connection = None

    def choose(self):
        """The next command: (name, fields). It will be accepted."""
        mark = f"{self.number}-{self.sent}"
        if not self.users or self.chance.random() < 0.4:
            return "createUser", {"userId": f"w{mark}", "name": f"Name {mark}", "email": f"w{mark}@example.org"}
        id = self.chance.choice(list(self.users))
        if not self.users[id]["active"]:
            return "reactivateUser", {"userId": id}
        return self.chance.choice([("renameUser", {"userId": id, "name": f"Name {mark}"}),
                                   ("changeEmail", {"userId": id, "email": f"w{mark}@example.org"}),
                                   ("deactivateUser", {"userId": id, "reason": f"Reason {mark}"})])

    def run(self, port, acknowledge):
        """Sends commands until the connection breaks. Calls acknowledge() after each answer."""
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            name, fields = self.choose()
            key = f"key {self.number}-{self.sent}"
            self.sent += 1
            if not self.send(key, name, fields):
                return
            acknowledge()

    def retry(self, port):
        """Sends what was not answered again, with its key."""
        if self.unanswered:
            self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            unanswered, self.unanswered = self.unanswered, None
            assert self.send(*unanswered), "the server broke off a retry"
            self.connection.close()

    def send(self, key, name, fields):
        """Whether there was an answer. One that is not 200, or not what must follow, is a fault."""
        try:
            self.connection.request("POST", "/commands", json.dumps({name: fields}),
                                    {"Content-Type": "application/json", "Idempotency-Key": key})
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.unanswered = (key, name, fields)
            return False
        assert answer.status == 200, (name, fields, answer.status, content)
        self.accept(name, fields, json.loads(content))
        return True

    def accept(self, name, fields, answer):
        id = fields["userId"]
        user = self.users.setdefault(id, {"sequence": 0, "active": True, "email": None})
        assert answer["stream"] == f"user-{id}" and answer["sequence"] == user["sequence"] + 1, (name, fields, answer)
        event = dict(fields)
        if name == "changeEmail":
            event["previousEmail"] = user["email"]
        user["sequence"] = answer["sequence"]
        user["active"] = name != "deactivateUser"
        user["email"] = fields.get("email", user["email"])
        self.acknowledged[answer["stream"], answer["sequence"]] = (answer["position"], {EVENTS[name]: event})


EVENTS = {"createUser": "userCreated", "renameUser": "userRenamed", "changeEmail": "userEmailChanged",
          "deactivateUser": "userDeactivated", "reactivateUser": "userReactivated"}


def write_until_killed(server, writers, kill_after):
    """All writers at once; the server is killed in the middle, once so many commands have been acknowledged."""
    lock, count, faults = threading.Lock(), 0, []

    def acknowledge():
        nonlocal count
        with lock:
            count += 1
            if count == kill_after:
                server.process.kill()

    def run(writer):
        try:
            writer.run(server.ports["http"], acknowledge)
        except BaseException as fault:  # so that the test sees it and not the thread alone
            faults.append(fault)
            server.process.kill()

    threads = [threading.Thread(target=run, args=(writer,)) for writer in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    server.kill()
    if faults:
        raise faults[0]
    assert count >= kill_after, "the server ended before it was killed:\n" + server.log()


def all_users(server):
    """Every user, page by page."""
    users, cursor = [], None
    while True:
        page = server.get("/users", params={"limit": 1000, **({"cursor": cursor} if cursor else {})}).json()
        users += page["users"]
        cursor = page.get("next")
        if cursor is None:
            return users


def read_log(server):
    """Every event there is, put together from every stream, by position."""
    events = []
    for user in all_users(server):
        events += server.get(f"/streams/user-{user['userId']}/events?limit=1000").json()["events"]
    return sorted(events, key=lambda event: event["position"])


def check_log(events, writers):
    """Positions and sequences are dense, every acknowledged command is there at its place, and nothing else but what
    was sent and not answered."""
    assert [event["position"] for event in events] == list(range(1, len(events) + 1))
    heads = collections.Counter()
    for event in events:
        heads[event["stream"]] += 1
        assert event["sequence"] == heads[event["stream"]], event
    assert len({event["eventId"] for event in events}) == len(events)

    there = {(event["stream"], event["sequence"]): (event["position"], event["event"]) for event in events}
    acknowledged = {place: what for writer in writers for place, what in writer.acknowledged.items()}
    lost = {place: what for place, what in acknowledged.items() if there.get(place) != what}
    assert not lost, f"acknowledged, and not in the log as it was: {list(lost.items())[:5]}"
    surplus = [what for place, what in there.items() if place not in acknowledged]
    unanswered = [(EVENTS[writer.unanswered[1]], writer.unanswered[2]) for writer in writers if writer.unanswered]
    for _, event in surplus:
        [(kind, fields)] = event.items()
        assert any(kind == name and asked.items() <= fields.items() for name, asked in unanswered), event
    assert len(surplus) <= len(unanswered)


def fold(events):
    """The users, and the report by day, as the events say."""
    users, days = {}, collections.defaultdict(lambda: {"created": 0, "deactivated": 0})
    for recorded in events:
        [(kind, event)] = recorded["event"].items()
        day, id = recorded["recordedAt"][:10], event["userId"]
        if kind == "userCreated":
            users[id] = {"userId": id, "name": event["name"], "email": event["email"], "status": "ACTIVE",
                         "createdAt": recorded["recordedAt"]}
            days[day]["created"] += 1
        elif kind == "userRenamed":
            users[id]["name"] = event["name"]
        elif kind == "userEmailChanged":
            users[id]["email"] = event["email"]
        elif kind == "userDeactivated":
            users[id]["status"] = "INACTIVE"
            days[day]["deactivated"] += 1
        elif kind == "userReactivated":
            users[id]["status"] = "ACTIVE"
        users[id]["updatedAt"], users[id]["sequence"] = recorded["recordedAt"], recorded["sequence"]
    return users, [{"day": day, **counts} for day, counts in sorted(days.items())]


def check_views(server, events, chance):
    """Every view says what a fold of the log says."""
    users, days = fold(events)
    shown = all_users(server)
    assert [user["userId"] for user in shown] == sorted(users)
    assert {user["userId"]: user for user in shown} == users
    for id in chance.sample(sorted(users), min(20, len(users))):
        assert server.get(f"/users/by-email/{users[id]['email'].upper()}").json() == users[id]
        head = server.get(f"/streams/user-{id}").json()
        assert (head["sequence"], head["createdAt"], head["updatedAt"]) == \
            (users[id]["sequence"], users[id]["createdAt"], users[id]["updatedAt"])
    left = [event["event"]["userEmailChanged"]["previousEmail"] for event in events if "userEmailChanged" in event["event"]]
    for email in chance.sample(left, min(10, len(left))):
        assert server.get(f"/users/by-email/{email}").status_code == 404
    if days:
        report = server.get(f"/reports/signups?from={days[0]['day']}&to={days[-1]['day']}").json()["days"]
        assert report == days
