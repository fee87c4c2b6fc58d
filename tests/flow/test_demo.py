"""script/demo, with fewer users than it has by itself."""
import re
import subprocess

from weir_process import ROOT

DEMO = [str(ROOT / "script" / "demo"), "--users", "400"]


def demo(server, *options):
    return subprocess.run(["/usr/bin/python3", *DEMO, "--url", server.url, *options], capture_output=True, text=True,
                          timeout=120, stdin=subprocess.DEVNULL)


def test_the_demo_fills_a_server_and_says_what_the_queries_say(empty_server):
    run = demo(empty_server)
    assert run.returncode == 0, run.stderr
    assert "400 of 400 users" in run.stderr
    active, inactive = map(int, re.search(r"^Users: (\d+) ACTIVE, (\d+) INACTIVE$", run.stdout, re.MULTILINE).groups())
    assert active + inactive == 400 and inactive > 0
    for refusal in ("EmailTaken", "UserAlreadyExists"):
        assert re.search(rf"^Refused: .*{refusal} \d", run.stdout, re.MULTILINE)
    events = int(re.search(r"holds ([\d,]+) events", run.stdout).group(1).replace(",", ""))
    assert events == int(empty_server.get("/users").headers["Weir-Position"])
    again = demo(empty_server)
    assert again.returncode == 1 and "another --seed" in again.stderr
    assert demo(empty_server, "--seed", "2").returncode == 0


def test_the_demo_is_the_same_for_the_same_seed(start, tmp_path):
    def told(name):
        server = start(data=tmp_path / name)
        run = demo(server, "--seed", "7")
        users = server.get("/users?limit=1000").json()["users"]
        return ([line for line in run.stdout.splitlines() if line.startswith(("Refused", "Users", "Whose", "The log"))],
                [(user["userId"], user["name"], user["email"], user["status"], user["sequence"]) for user in users])

    first, second = told("one"), told("two")
    assert first == second and len(first[1]) == 400


def test_the_demo_says_where_nothing_answers():
    run = subprocess.run(["/usr/bin/python3", *DEMO, "--url", "http://127.0.0.1:1"], capture_output=True, text=True, timeout=60)
    assert run.returncode == 1 and "script/server" in run.stderr and "Traceback" not in run.stderr
