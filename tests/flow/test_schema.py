"""Which changes to events Weir takes; and what docs/schema-change.md shows is what happens."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from test_readme import steps
from weir_process import ENVIRONMENT, PROGRAM, ROOT, run_weir

PAGE = (ROOT / "docs" / "schema-change.md").read_text()


def test_the_page_is_true(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "weir").symlink_to(pathlib.Path(PROGRAM).resolve())
    shown_steps = steps(PAGE)
    assert len(shown_steps) >= 8
    for how, command, shown in shown_steps:
        run = subprocess.run([*how, command], capture_output=True, text=True, timeout=60, cwd=tmp_path, stdin=subprocess.DEVNULL,
                             env={**ENVIRONMENT, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"})
        assert run.stderr == "" and run.returncode == 0, (command, run.stderr)
        assert run.stdout.strip() == shown.strip(), command


@pytest.mark.parametrize("kind, files", [("thrift", ["tests/idl/weir_test_orders/events.thrift"]), ("cpp", ["tests/engine/weir_test_orders.cpp"])])
def test_its_example_is_that_of_a_test(kind, files):
    code = "".join((ROOT / file).read_text() for file in files)
    blocks = re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert blocks and [block for block in blocks if block not in code] == []


def with_change(schema, was, becomes):
    assert was in schema
    return schema.replace(was, becomes)


EMAIL = '{"id": 3, "name": "email", "presence": "optional", "type": "string", "personal": true}'


@pytest.fixture
def schema():
    code, out, _ = run_weir("schema")
    assert code == 0
    return out


def test_a_data_directory_is_a_source_once_its_server_has_stopped(start, tmp_path, schema):
    server = start()
    server.create("u1")
    code, _, err = run_weir("schema", "check", tmp_path / "data")
    assert code == 2 and "is in use: stop its server first" in err
    assert server.stop() == 0
    assert run_weir("schema", "check", tmp_path / "data") == (0, "no changes\n", "")
    (tmp_path / "earlier").write_text(with_change(schema, EMAIL, EMAIL.replace('"id": 3', '"id": 9')))
    code, out, _ = run_weir("schema", "check", tmp_path / "earlier", tmp_path / "data")
    assert code == 1 and out.startswith("incompatible  users: userCreated.email: has number 3 now, was number 9")


@pytest.mark.parametrize("arguments, words", [
    (["check"], "OLD is required"),
    (["check", "-", "-"], "only one"),
    (["check", "nowhere.json"], "nowhere.json cannot be read"),
    (["check", ROOT / "docs"], "is not a data directory"),
    (["check", ROOT / "README.md"], "not a schema of stored events"),
])
def test_what_cannot_be_compared_is_wrong_usage(arguments, words):
    code, out, err = run_weir("schema", *arguments)
    assert (code, out) == (2, "") and words in err


def test_an_earlier_schema_that_does_not_fit_gives_none(tmp_path, schema):
    (tmp_path / "earlier").write_text(with_change(schema, EMAIL, EMAIL.replace("string", "i32")))
    code, out, err = run_weir("schema", "--after", tmp_path / "earlier")
    assert (code, out) == (1, "") and "weir schema check says why" in err


@pytest.mark.skipif(not shutil.which("ldb"), reason="rocksdb-tools is not installed")
def test_events_stored_under_another_schema_keep_it_from_starting(start, tmp_path, schema):
    server = start()
    server.create("u1")
    assert server.stop() == 0
    data = tmp_path / "data"

    def stored_under(text):
        run = subprocess.run(["ldb", f"--db={data}", "--column_family=meta", "put", "schema", text], capture_output=True, text=True,
                             timeout=60)
        assert run.returncode == 0, run.stderr

    stored_under(with_change(schema, EMAIL, EMAIL.replace("string", "i32")))
    code, _, err = run_weir("serve", "--data", data, "--listen", "127.0.0.1:0")
    assert code == 1
    assert "userCreated.email: is a string now, was an i32" in err and "keep number 3 as it is" in err

    stored_under(with_change(schema, EMAIL, EMAIL.replace("email", "address")))
    again = start()
    assert "userCreated.email: was called address" in again.log()
    assert again.get("/users/u1").json()["email"] == "u1@example.org"
    assert again.stop() == 0
    assert run_weir("schema", "check", data) == (0, "no changes\n", "")
