"""kill -9 in the middle of many commands: what was acknowledged is there, once, and the views agree with the log."""
import random
import subprocess

from history import Writer, check_log, check_views, read_log, write_until_killed
from weir_process import ENVIRONMENT, Weir

WRITERS = 8
KILLS_OF_A_STORE = 10  # then a new one is begun, or reading it back would take longer than writing
VIEWS = ["users", "emails", "signups", "accounts", "statements", "ledger-months"]


def test_acknowledged_commands_survive_a_kill(tmp_path, rounds, commands_max, seed):
    chance = random.Random(seed)
    total = 0
    for round in range(rounds):
        if round % KILLS_OF_A_STORE == 0:
            data = tmp_path / f"data{round // KILLS_OF_A_STORE}"
            writers = [Writer(f"{seed}/{round}", number) for number in range(WRITERS)]
        server = Weir(data)
        if chance.random() < 0.5:  # so that a view is being built anew, or has just been
            assert server.post(f"/admin/projections/{chance.choice(VIEWS)}/rebuild", "").status_code == 202
        write_until_killed(server, writers, kill_after=chance.randrange(1, commands_max), pause=chance.uniform(0, 0.02))
        server = Weir(data)
        try:
            events = read_log(server)
            kept = check_log(events, writers)
            check_views(server, events, chance)
            unanswered = sum(len(writer.unanswered) for writer in writers)
            for writer in writers:
                writer.retry(server.ports["http"])
            events = read_log(server)
            check_log(events, writers)
            check_views(server, events, chance)
        finally:
            server.kill()
        acknowledged = sum(len(writer.acknowledged) for writer in writers)
        assert acknowledged == len(events)
        print(f"kill {round + 1}: {len(events)} events, each acknowledged one there once; of {unanswered} commands without an "
              f"answer {kept} had been kept, and a retry did the others")
        total += len(events) if round % KILLS_OF_A_STORE == KILLS_OF_A_STORE - 1 or round == rounds - 1 else 0
    print(f"kill -9: {rounds} kills; {total} acknowledged events, none lost, none doubled")


def test_a_kill_while_it_starts_does_no_harm(tmp_path, rounds, seed):
    chance = random.Random(seed)
    writers = [Writer(seed, number) for number in range(WRITERS)]
    write_until_killed(Weir(tmp_path / "data"), writers, kill_after=300, pause=0)
    for _ in range(rounds):
        starting = subprocess.Popen(Weir.command_line(tmp_path / "data", tmp_path / "ports.json"),
                                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                    env=ENVIRONMENT)
        try:
            starting.wait(timeout=chance.uniform(0, 0.3))
        except subprocess.TimeoutExpired:
            pass
        starting.kill()
        starting.wait()
    server = Weir(tmp_path / "data")
    try:
        events = read_log(server)
        check_log(events, writers)
        check_views(server, events, chance)
    finally:
        server.kill()
