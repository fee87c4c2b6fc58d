"""The whole log over HTTP, a page at a time."""
import pytest

from weir_process import Weir, assert_problem, moment


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """A log of 60 events: 20 users created, renamed, and every second one deactivated, then ten more created."""
    weir = Weir(tmp_path_factory.mktemp("log") / "data")
    for n in range(20):
        weir.create(f"u{n}")
        weir.command("renameUser", userId=f"u{n}", name=f"Name {n}")
        if n % 2 == 0:
            weir.command("deactivateUser", userId=f"u{n}")
    for n in range(10):
        weir.create(f"v{n}")
    yield weir
    assert weir.stop() == 0, weir.log()


def test_positions_are_dense(log):
    page = log.get("/events?limit=1000").json()
    assert [event["position"] for event in page["events"]] == list(range(1, 61))
    assert page["lastPosition"] == page["headPosition"] == 60


def test_a_page_holds_a_hundred_events_unless_told_and_goes_on_after_the_last(log):
    assert len(log.get("/events").json()["events"]) == 60
    page = log.get("/events?after=10&limit=5").json()
    assert [event["position"] for event in page["events"]] == [11, 12, 13, 14, 15]
    assert (page["lastPosition"], page["headPosition"]) == (15, 60)


def test_at_the_head_there_is_nothing(log):
    page = log.get("/events?after=60").json()
    assert page.pop("lastId").startswith("60.")
    assert page == {"events": [], "lastPosition": 60, "headPosition": 60}


@pytest.mark.parametrize("limit", [1, 7, 59, 60, 1000])
@pytest.mark.parametrize("query,expected", [
    ("", 60), ("&category=user", 60), ("&category=account", 0), ("&types=userDeactivated", 10),
    ("&types=userCreated,userRenamed", 50), ("&category=user&types=userRenamed", 20)])
def test_going_on_after_the_last_position_misses_nothing(log, limit, query, expected):
    seen, after = [], 0
    for _ in range(100):
        page = log.get(f"/events?after={after}&limit={limit}{query}").json()
        assert page["lastPosition"] >= after and len(page["events"]) <= limit
        assert all(after < event["position"] <= page["lastPosition"] for event in page["events"])
        seen += page["events"]
        after = page["lastPosition"]
        if after == page["headPosition"]:
            break
    assert after == 60 and len(seen) == expected
    assert [event["position"] for event in seen] == sorted({event["position"] for event in seen})
    if "types" in query:
        types = query.split("types=")[1].split(",")
        assert all(list(event["event"])[0] in types for event in seen)


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=1001", "limit=", "afterwards=1", "category=nobody",
                                   "types=userRenamd", "types="])
def test_a_log_read_with_a_bad_parameter_is_refused(log, query):
    answer = log.get("/events?" + query)
    assert answer.status_code in (400, 422)
    assert_problem(answer, answer.status_code, "validation" if answer.status_code == 422 else "malformed-request")


def test_an_empty_log_is_a_log(log, empty_server):
    answer = empty_server.get("/events")
    assert answer.json() == {"events": [], "lastPosition": 0, "headPosition": 0, "lastId": "0.00000000"}
    assert answer.headers["Weir-Position"] == "0"
    assert empty_server.get("/users").json() == {"users": []}


def test_recorded_times_never_go_backwards(log):
    times = [moment(event["recordedAt"]) for event in log.get("/events?limit=1000").json()["events"]]
    assert sorted(times) == times


def test_the_log_says_what_position_it_reflects_and_takes_reads_only(log):
    assert log.get("/events").headers["Weir-Position"] == "60"
    assert log.request("HEAD", "/events").headers["Weir-Position"] == "60"
    assert_problem(log.post("/events", {}), 405, "method-not-allowed")
