"""Writers who remember what was acknowledged, and a reader who folds the log for itself and compares."""
import collections
import datetime
import http.client
import json
import random
import threading
import time

# A writer's streams, so that the log can be read back in a moment, and few enough to be met again and again.
USERS_MAX, ACCOUNTS_MAX = 30, 8
# How a request goes out, and how often: a command by itself, some in an array (all or nothing), some one a line.
FORMS = ["one"] * 6 + ["array", "lines"]
CATCH_UP_SECONDS = 60


class Request:
    """What was sent, and what it must lead to: for each command its events as (stream, sequence, event), in order."""

    def __init__(self, form, key, commands, events):
        self.form, self.key, self.commands, self.events = form, key, commands, events
        self.answers = []  # to its first commands

    @property
    def body(self):
        if self.form == "lines":
            return "".join(json.dumps(command) + "\n" for command in self.commands)
        return json.dumps(self.commands if self.form == "array" else self.commands[0])

    @property
    def answered(self):
        return len(self.answers) == len(self.commands)


class Writer:
    """One connection that sends commands about users and accounts of its own, one request after another, each with an
    idempotency key. It knows what each must lead to, so that every answer, and later the log, can be compared with it."""

    def __init__(self, seed, number):
        self.chance = random.Random(f"{seed}/{number}")
        self.number = number
        self.sent = 0
        self.sequences = collections.Counter()
        self.users = {}         # id -> {"active", "email"}
        self.accounts = {}      # id -> balance
        self.acknowledged = {}  # (stream, sequence) -> (position, event)
        self.request = None     # the last one
        self.connection = None

    def choose(self):
        """The next command, which will be accepted, and its events. From now on it counts as done."""
        self.sent += 1
        if self.chance.random() < 0.4:
            return self.choose_of_accounts()
        mark, chance = f"{self.number}-{self.sent}", self.chance
        if not self.users or (len(self.users) < USERS_MAX and chance.random() < 0.2):
            user = {"userId": f"w{mark}", "name": f"Name {mark}", "email": f"w{mark}@example.org"}
            self.users[user["userId"]] = {"active": True, "email": user["email"]}
            return {"createUser": user}, [self.event("user", user["userId"], "userCreated", user)]
        id = chance.choice(list(self.users))
        user = self.users[id]
        if not user["active"]:
            user["active"] = True
            return {"reactivateUser": {"userId": id}}, [self.event("user", id, "userReactivated", {"userId": id})]
        kind = chance.choice(["renameUser", "changeEmail", "deactivateUser"])
        if kind == "renameUser":
            fields = {"userId": id, "name": f"Name {mark}"}
            return {kind: fields}, [self.event("user", id, "userRenamed", fields)]
        if kind == "changeEmail":
            fields = {"userId": id, "email": f"w{mark}@example.org"}
            event = self.event("user", id, "userEmailChanged", {**fields, "previousEmail": user["email"]})
            user["email"] = fields["email"]
            return {kind: fields}, [event]
        user["active"] = False
        fields = {"userId": id, "reason": f"Reason {mark}"}
        return {kind: fields}, [self.event("user", id, "userDeactivated", fields)]

    def choose_of_accounts(self):
        mark, chance = f"{self.number}-{self.sent}", self.chance
        if len(self.accounts) < 2 or (len(self.accounts) < ACCOUNTS_MAX and chance.random() < 0.1):
            fields = {"accountId": f"a{mark}", "owner": f"Owner {mark}"}
            self.accounts[fields["accountId"]] = 0
            return {"openAccount": fields}, [self.event("account", fields["accountId"], "accountOpened", fields)]
        id, other = chance.sample(list(self.accounts), 2)
        if self.accounts[id] == 0 or chance.random() < 0.2:
            fields = {"accountId": id, "amount": chance.randrange(1, 100_000)}
            self.accounts[id] += fields["amount"]
            return {"deposit": fields}, [self.event("account", id, "moneyDeposited", fields)]
        amount = chance.randrange(1, self.accounts[id] + 1)
        self.accounts[id] -= amount
        if chance.random() < 0.2:
            fields = {"accountId": id, "amount": amount}
            return {"withdraw": fields}, [self.event("account", id, "moneyWithdrawn", fields)]
        self.accounts[other] += amount
        return ({"transfer": {"fromAccountId": id, "toAccountId": other, "amount": amount}},
                [self.event("account", id, "moneySent", {"accountId": id, "toAccountId": other, "amount": amount}),
                 self.event("account", other, "moneyReceived", {"accountId": other, "fromAccountId": id, "amount": amount})])

    def event(self, category, id, kind, fields):
        stream = f"{category}-{id}"
        self.sequences[stream] += 1
        return stream, self.sequences[stream], {kind: fields}

    def run(self, port, acknowledge):
        """Sends requests until the connection breaks. Calls acknowledge() for each answer to a command."""
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            form = self.chance.choice(FORMS)
            chosen = [self.choose() for _ in range(1 if form == "one" else self.chance.randrange(2, 7))]
            commands, events = zip(*chosen)
            self.request = Request(form, f"key {self.number}-{self.sent}", commands, events)
            if not self.send(acknowledge):
                return

    def retry(self, port):
        """Sends the last request again, with its key, whether it was answered or not. What was answered is answered in
        the same way."""
        if self.request is None:
            return
        before, self.request.answers = self.request.answers, []
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        assert self.send(lambda: None), "the server broke off a retry"
        self.connection.close()
        assert self.request.answers[:len(before)] == before, (before, self.request.answers)

    def send(self, acknowledge):
        """Whether there was a whole answer. One that is not 200, or not what must follow, is a fault."""
        request = self.request
        media_type = "application/x-ndjson" if request.form == "lines" else "application/json"
        try:
            self.connection.request("POST", "/commands", request.body,
                                    {"Content-Type": media_type, "Idempotency-Key": request.key})
            answer = self.connection.getresponse()
            if request.form == "lines" and answer.status == 200:
                while (line := answer.readline()).endswith(b"\n"):
                    self.accept(json.loads(line))
                    acknowledge()
                return request.answered
            content = answer.read()
        except (OSError, http.client.HTTPException):
            return False
        assert answer.status == 200, (request.body, answer.status, content)
        told = json.loads(content)
        for result in told["results"] if request.form == "array" else [told]:
            self.accept(result)
            acknowledge()
        assert request.answered, (request.body, content)
        return True

    def accept(self, answer):
        request = self.request
        assert len(request.answers) < len(request.commands), (request.body, answer)
        events = request.events[len(request.answers)]
        stream, sequence, _ = events[0]  # of the command's own stream
        assert (answer.get("stream"), answer.get("sequence")) == (stream, sequence), (events, answer)
        request.answers.append({name: answer[name] for name in ("stream", "sequence", "position")})
        for number, (stream, sequence, event) in enumerate(events, 1 - len(events)):
            self.acknowledged[stream, sequence] = (answer["position"] + number, event)

    @property
    def unanswered(self):
        """Of the last request, the commands' events that no answer has come for."""
        return self.request.events[len(self.request.answers):] if self.request else []


def write_until_killed(server, writers, kill_after, pause):
    """All writers at once; the server is killed in the middle: so many seconds after so many commands have been
    acknowledged."""
    lock, count, faults, reached, ended = threading.Lock(), 0, [], threading.Event(), threading.Event()

    def acknowledge():
        nonlocal count
        with lock:
            count += 1
            if count == kill_after:
                reached.set()

    def run(writer):
        try:
            writer.run(server.ports["http"], acknowledge)
        except BaseException as fault:  # so that the test sees it and not the thread alone
            faults.append(fault)
        reached.set()  # its connection broke, or worse: there is nothing more to wait for

    def kill():
        reached.wait()
        ended.wait(pause)
        server.process.kill()

    threads = [threading.Thread(target=run, args=(writer,)) for writer in writers]
    killer = threading.Thread(target=kill)
    for thread in (*threads, killer):
        thread.start()
    for thread in threads:
        thread.join()
    ended.set()
    killer.join()
    server.kill()
    if faults:
        raise faults[0]
    assert count >= kill_after, "the server ended before it was killed:\n" + server.log()


def all_of(server, path, name):
    """Every row of a list, page by page."""
    found, cursor = [], None
    while True:
        page = server.get(path, params={"limit": 1000, **({"cursor": cursor} if cursor else {})}).json()
        found += page[name]
        cursor = page.get("next")
        if cursor is None:
            return found


def read_log(server):
    """Every event there is, put together from every stream, by position."""
    events = []
    streams = [f"user-{user['userId']}" for user in all_of(server, "/users", "users")] + \
              [f"account-{account['accountId']}" for account in all_of(server, "/accounts", "accounts")]
    for stream in streams:
        first = 1
        while first is not None:
            page = server.get(f"/streams/{stream}/events?from={first}&limit=1000").json()
            events += page["events"]
            first = page.get("next")
    return sorted(events, key=lambda event: event["position"])


def check_log(events, writers):
    """Positions and sequences are dense, every acknowledged command is there at its place, and nothing else but what
    was sent and not answered: of an array all or nothing, of lines the first. Gives how many commands that is."""
    assert [event["position"] for event in events] == list(range(1, len(events) + 1))
    heads = collections.Counter()
    for event in events:
        heads[event["stream"]] += 1
        assert event["sequence"] == heads[event["stream"]], event
    assert len({event["eventId"] for event in events}) == len(events)
    times = [datetime.datetime.fromisoformat(event["recordedAt"].replace("Z", "+00:00")) for event in events]
    assert times == sorted(times)

    there = {(event["stream"], event["sequence"]): (event["position"], event["event"]) for event in events}
    acknowledged = {place: what for writer in writers for place, what in writer.acknowledged.items()}
    lost = {place: what for place, what in acknowledged.items() if there.get(place) != what}
    assert not lost, f"acknowledged, and not in the log as it was: {list(lost.items())[:5]}"
    surplus = {place: event for place, (_, event) in there.items() if place not in acknowledged}
    kept = 0
    for writer in writers:
        done = []
        for command in writer.unanswered:
            there_of_it = [surplus.get((stream, sequence)) == event for stream, sequence, event in command]
            assert all(there_of_it) or not any(there_of_it), f"in part: {command}"
            done.append(all(there_of_it))
        assert done == sorted(done, reverse=True), f"a later command, without an earlier one: {writer.unanswered}"
        if done and writer.request.form != "lines":
            assert all(done) or not any(done), f"in part: {writer.unanswered}"
        kept += sum(done)
        for command in writer.unanswered[:sum(done)]:
            for stream, sequence, _ in command:
                del surplus[stream, sequence]
    assert not surplus, f"in the log, and sent by nobody: {list(surplus.items())[:5]}"
    return kept


ENTRIES = {"accountOpened": "OPENED", "moneyDeposited": "DEPOSITED", "moneyWithdrawn": "WITHDRAWN", "moneySent": "SENT",
           "moneyReceived": "RECEIVED"}


class Fold:
    """What every view must say, as the events say."""

    def __init__(self, events):
        self.users, self.accounts, self.statements = {}, {}, collections.defaultdict(list)
        self.days = collections.defaultdict(lambda: {"created": 0, "deactivated": 0})
        self.months = collections.defaultdict(
            lambda: {"opened": 0, "closed": 0, "deposited": 0, "withdrawn": 0, "transferred": 0})
        self.left_emails = []
        for recorded in events:
            [(kind, event)] = recorded["event"].items()
            (self.of_user if recorded["stream"].startswith("user-") else self.of_account)(kind, event, recorded)

    def of_user(self, kind, event, recorded):
        day, id = recorded["recordedAt"][:10], event["userId"]
        if kind == "userCreated":
            self.users[id] = {"userId": id, "name": event["name"], "email": event["email"], "status": "ACTIVE",
                              "createdAt": recorded["recordedAt"]}
            self.days[day]["created"] += 1
        elif kind == "userRenamed":
            self.users[id]["name"] = event["name"]
        elif kind == "userEmailChanged":
            self.users[id]["email"] = event["email"]
            self.left_emails.append(event["previousEmail"])
        elif kind == "userDeactivated":
            self.users[id]["status"] = "INACTIVE"
            self.days[day]["deactivated"] += 1
        elif kind == "userReactivated":
            self.users[id]["status"] = "ACTIVE"
        self.users[id]["updatedAt"], self.users[id]["sequence"] = recorded["recordedAt"], recorded["sequence"]

    def of_account(self, kind, event, recorded):
        month, id = self.months[recorded["recordedAt"][:7]], event["accountId"]
        if kind == "accountOpened":
            self.accounts[id] = {"accountId": id, "owner": event["owner"], "balance": 0, "status": "OPEN",
                                 "openedAt": recorded["recordedAt"]}
            month["opened"] += 1
        sign = {"moneyDeposited": 1, "moneyReceived": 1, "moneyWithdrawn": -1, "moneySent": -1}.get(kind, 0)
        amount = sign * event.get("amount", 0)
        for what, total in (("moneyDeposited", "deposited"), ("moneyWithdrawn", "withdrawn"), ("moneySent", "transferred")):
            if kind == what:
                month[total] += event["amount"]
        account = self.accounts[id]
        account["balance"] += amount
        account["updatedAt"], account["sequence"] = recorded["recordedAt"], recorded["sequence"]
        entry = {"sequence": recorded["sequence"], "recordedAt": recorded["recordedAt"], "kind": ENTRIES[kind],
                 "amount": amount, "balance": account["balance"]}
        other = event.get("toAccountId", event.get("fromAccountId"))
        self.statements[id].append({**entry, "counterparty": other} if other else entry)


def check_views(server, events, chance):
    """Every view says what a fold of the log says; those that follow the log by themselves, once they are there."""
    fold = Fold(events)
    users, accounts = fold.users, fold.accounts
    assert by_id(all_of(server, "/users", "users"), "userId") == users
    for id in chance.sample(sorted(users), min(20, len(users))):
        assert server.get(f"/users/by-email/{users[id]['email'].upper()}").json() == users[id]
        head = server.get(f"/streams/user-{id}").json()
        assert (head["sequence"], head["createdAt"], head["updatedAt"]) == \
            (users[id]["sequence"], users[id]["createdAt"], users[id]["updatedAt"])
    for email in chance.sample(fold.left_emails, min(10, len(fold.left_emails))):
        assert server.get(f"/users/by-email/{email}").status_code == 404

    assert by_id(all_of(server, "/accounts", "accounts"), "accountId") == accounts
    for id in chance.sample(sorted(accounts), min(5, len(accounts))):
        first = max(1, accounts[id]["sequence"] - 900)
        statement = server.get(f"/accounts/{id}/statement?from={first}&limit=1000").json()
        assert statement["entries"] == fold.statements[id][first - 1:]
    # What came in and did not leave is there, wherever it was moved.
    totals = [sum(month[name] for month in fold.months.values()) for name in ("deposited", "withdrawn")]
    assert sum(account["balance"] for account in accounts.values()) == totals[0] - totals[1]

    if fold.days:
        days = [{"day": day, **counts} for day, counts in sorted(fold.days.items())]
        path = f"/reports/signups?from={days[0]['day']}&to={days[-1]['day']}"
        assert report_as_of(server, len(events), path)["days"] == days
    if fold.months:
        months = [{"month": month, **sums} for month, sums in sorted(fold.months.items())]
        path = f"/reports/ledger-months?from={months[0]['month']}&to={months[-1]['month']}"
        assert report_as_of(server, len(events), path)["months"] == months


def by_id(rows, name):
    found = {row[name]: row for row in rows}
    assert len(found) == len(rows)
    return found


def report_as_of(server, position, path):
    """A report may follow the log by itself: asked until it has come up to this position."""
    deadline = time.monotonic() + CATCH_UP_SECONDS
    while time.monotonic() < deadline:
        answer = server.get(path, headers={"Weir-Min-Position": str(position), "Prefer": "wait=30"})
        if answer.status_code == 200 and int(answer.headers["Weir-Position"]) >= position:
            return answer.json()
    raise AssertionError(f"the report did not come up to {position}: {answer.text}")
