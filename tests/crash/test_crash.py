"""kill -9 in the middle of many commands: what was acknowledged is there, once, and the views agree with the log."""
import random
import subprocess

from history import Writer, check_log, check_views, read_log, write_until_killed
from weir_process import ENVIRONMENT, Weir

WRITERS = 8


def test_acknowledged_commands_survive_a_kill(tmp_path, rounds, commands_max, seed):
    chance = random.Random(seed)
    writers = [Writer(seed, number) for number in range(WRITERS)]
    for round in range(1, rounds + 1):
        write_until_killed(Weir(tmp_path / "data"), writers, kill_after=chance.randrange(1, commands_max))
        server = Weir(tmp_path / "data")
        try:
            events = read_log(server)
            check_log(events, writers)
            check_views(server, events, chance)
            unanswered = sum(writer.unanswered is not None for writer in writers)
            kept = len(events) - sum(len(writer.acknowledged) for writer in writers)
            for writer in writers:
                writer.retry(server.ports["http"])
            events = read_log(server)
            check_log(events, writers)
            check_views(server, events, chance)
        finally:
            server.kill()
        print(f"round {round}: {len(events)} events, each acknowledged command there once; of {unanswered} without an answer "
              f"{kept} had been kept, and a retry did the others")


def test_a_kill_while_it_starts_does_no_harm(tmp_path, rounds, seed):
    chance = random.Random(seed)
    writers = [Writer(seed, number) for number in range(WRITERS)]
    write_until_killed(Weir(tmp_path / "data"), writers, kill_after=300)
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
