"""POST /admin/erasures on a real server: what is left on disk, in memory, in logs and in exports."""
import json
import re
import shutil
import time

from weir_process import assert_problem, run_weir

# In every place that could keep them: events, rows, idempotency answers, paths, refusals.
SECRETS = ["Augusta Ada", "augusta@example.org", "Augusta@Example.org", "Countess of Lovelace", "lovelace@example.net"]

# A sanitizer's map of the memory is larger, and holds no values.
SHADOW = 4 << 30


def fill(server):
    headers = {"Idempotency-Key": "the first"}
    assert server.command("createUser", headers, userId="u1", name="Augusta Ada",
                          email="Augusta@Example.org").status_code == 200
    assert server.command("renameUser", userId="u1", name="Countess of Lovelace").status_code == 200
    assert server.command("changeEmail", userId="u1", email="lovelace@example.net").status_code == 200
    server.create("u2", name="Grace")
    assert_problem(server.command("createUser", userId="u3", email="LOVELACE@example.net"), 409, "EmailTaken")
    assert server.get("/users/by-email/lovelace@example.net").status_code == 200
    assert server.get("/users?namePrefix=Countess").json()["users"][0]["userId"] == "u1"
    assert server.get("/events?limit=10").status_code == 200
    assert server.get("/users/by-email/augusta@example.org").status_code == 404


def erase(server, subject="user-u1"):
    return server.post("/admin/erasures", {"subject": subject})


def files_with(directory, text):
    return [str(path) for path in sorted(directory.rglob("*")) if path.is_file() and text.encode() in path.read_bytes()]


def memory_of(process):
    """All bytes of its memory that can be read."""
    found = bytearray()
    with open(f"/proc/{process.pid}/maps") as maps, open(f"/proc/{process.pid}/mem", "rb", 0) as memory:
        for line in maps:
            begin, end, rights = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line).groups()
            size = int(end, 16) - int(begin, 16)
            if not rights.startswith("rw") or size > SHADOW:
                continue
            memory.seek(int(begin, 16))
            try:
                found += memory.read(size)
            except OSError:
                continue  # no memory of the process's own
    return bytes(found)


def test_no_file_holds_a_personal_value_before_or_after(start, tmp_path):
    server = start("--audit-log", str(tmp_path / "audit.log"), "--log-level", "debug")
    fill(server)
    assert files_with(tmp_path, "user-u1"), "the test finds what is there"
    for secret in SECRETS:
        assert files_with(tmp_path, secret) == []
    server.kill()
    for secret in SECRETS:
        assert files_with(tmp_path, secret) == [], "also not in what a crash leaves"


def test_logs_hold_no_path_with_a_personal_value(start, tmp_path):
    server = start("--audit-log", str(tmp_path / "audit.log"), "--log-level", "trace")
    fill(server)
    assert server.post("/users/by-email/lovelace@example.net", {}).status_code == 405
    erase(server)
    assert server.stop() == 0
    text = server.log() + "".join(path.read_text() for path in tmp_path.glob("audit*"))
    assert "user-u1" in text
    assert "lovelace@" not in text.lower()


def test_the_erased_key_is_in_no_file(start, tmp_path):
    server = start()
    fill(server)
    slot = 64
    key = (server.data / "keys" / "keys.1").read_bytes()[2 * slot:2 * slot + 32]
    assert len([path for path in tmp_path.rglob("*") if path.is_file() and key in path.read_bytes()]) == 2
    assert erase(server).status_code == 200
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and key in path.read_bytes()]
    server.kill()
    again = start()
    assert key not in memory_of(again.process)
    assert "email" not in again.get("/users/u1").json()


def test_a_restarted_server_has_nothing_in_memory(start):
    server = start()
    fill(server)
    assert erase(server).status_code == 200
    server.kill()
    again = start()
    for path in ("/users/u1", "/users/u1?atSequence=1", "/users", "/events", "/streams/user-u1/events"):
        assert again.get(path).status_code == 200
    memory = memory_of(again.process)
    assert b"user-u1" in memory, "the test finds what is there"
    for secret in SECRETS:
        assert secret.encode() not in memory


def test_everything_goes_on_without_the_person(start):
    server = start()
    fill(server)
    assert erase(server).json() == {"subject": "user-u1"}
    assert erase(server).status_code == 200
    for _ in range(2):
        assert "name" not in server.get("/users/u1").json()
        assert server.get("/users/u2").json()["name"] == "Grace"
        assert server.get("/users?namePrefix=Countess").json()["users"] == []
        events = server.get("/streams/user-u1/events").json()["events"]
        assert events[0]["erased"] == ["/userCreated/name", "/userCreated/email"]
        assert events[1]["event"] == {"userRenamed": {"userId": "u1", "name": ""}}
        assert_problem(server.command("renameUser", userId="u1", name="Ada"), 409, "subject-erased", subject="user-u1")
        assert server.post("/admin/projections/users/rebuild", {}).status_code == 202
        assert server.post("/admin/projections/emails/rebuild", {}).status_code == 202
        until = time.monotonic() + 60
        while any("building" in each for each in server.get("/admin/projections").json()["projections"]):
            assert time.monotonic() < until, server.log()
        assert_problem(server.get("/users/by-email/lovelace@example.net"), 404, "not-found")
        server.kill()
        server = start()
    assert server.command("createUser", userId="u4", email="lovelace@example.net").status_code == 200


def test_an_export_shows_what_is_not_erased_and_an_import_keeps_it_so(start, tmp_path):
    server = start()
    fill(server)
    assert server.stop() == 0
    before, after = tmp_path / "before.ndjson", tmp_path / "after.ndjson"
    assert run_weir("export", "--data", server.data, "--to", before)[0] == 0
    assert "Augusta Ada" in before.read_text()
    server = start()
    assert erase(server).status_code == 200
    assert server.stop() == 0
    assert run_weir("export", "--data", server.data, "--to", after)[0] == 0
    for secret in SECRETS:
        assert secret not in after.read_text()
    assert run_weir("import", "--data", tmp_path / "copy", "--from", after)[0] == 0
    copy = start(data=tmp_path / "copy")
    events = copy.get("/streams/user-u1/events").json()["events"]
    assert [each["event"] for each in events] == [json.loads(line)["event"] for line in after.read_text().splitlines()[:3]]
    assert copy.get("/users/u2").json()["name"] == "Grace"
    # What was exported before brings nobody back.
    code, _, said = run_weir("import", "--data", server.data, "--from", before)
    assert code == 0 and "skipped 4 that were there already" in said, said
    again = start()
    assert "name" not in again.get("/users/u1").json()


def test_a_restored_copy_forgets_again(start, tmp_path):
    server = start()
    fill(server)
    assert server.stop() == 0
    shutil.copytree(server.data, tmp_path / "backup", ignore=lambda *_: {"keys"})
    server = start()
    assert erase(server).status_code == 200
    assert server.stop() == 0
    shutil.copytree(server.data / "keys", tmp_path / "backup" / "keys")
    restored = start(data=tmp_path / "backup")
    assert "name" not in restored.get("/users/u1").json()
    assert restored.command("createUser", userId="u5", email="lovelace@example.net").status_code == 200
    assert "erasing user-u1 again" in restored.log()


def test_data_without_its_keys_does_not_start(start, tmp_path):
    server = start()
    fill(server)
    assert server.stop() == 0
    (server.data / "keys").rename(tmp_path / "away")
    code, _, said = run_weir("serve", "--data", server.data, "--listen", "127.0.0.1:0")
    assert code == 1
    assert "put back the directory keys that belongs to this data" in said
    (tmp_path / "away").rename(server.data / "keys")
    assert start().get("/users/u1").json()["name"] == "Countess of Lovelace"


def test_the_schema_knows_what_is_personal(start, tmp_path):
    _, schema, _ = run_weir("schema")
    assert '{"id": 2, "name": "name", "presence": "optional", "type": "string", "personal": true}' in schema
    older, newer = tmp_path / "older.json", tmp_path / "newer.json"
    newer.write_text(schema)
    older.write_text(schema.replace(', "personal": true', "").replace('"format": 2', '"format": 1'))
    code, said, _ = run_weir("schema", "check", older)
    assert code == 0
    assert "userCreated.name: is @personal now: new values are encrypted. Values that were stored before stay in clear" in said
    code, said, _ = run_weir("schema", "check", newer, older)
    assert code == 1
    assert "userCreated.name: is no longer @personal, but stored events may hold encrypted values" in said
    server = start()
    fill(server)
    assert server.stop() == 0
    assert run_weir("schema", "check", server.data)[0] == 0
