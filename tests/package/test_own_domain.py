"""What docs/add-a-domain.md says is done: Weir is installed, a repository is written, built, tested, changed and served."""
import os
import re
import subprocess

import pytest

import weir_process
from installing import ROOT, install, run
from test_readme import steps, without_chance
from weir_process import Weir

PAGE = (ROOT / "docs" / "add-a-domain.md").read_text()
DIFFS = re.findall(r"^```diff\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
# Quick to build, and nothing of the developer's own shell.
QUICK = {"CMAKE_BUILD_TYPE": "Debug", "CXXFLAGS": "-O0", "CMAKE_BUILD_PARALLEL_LEVEL": "2"}


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    return install(tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="module")
def repository(tmp_path_factory, prefix):
    """What the page's `weir new` writes."""
    directory = tmp_path_factory.mktemp("work")
    command, = re.findall(r"^weir new .*$", PAGE, re.MULTILINE)
    run(prefix / "bin" / "weir", *command.split()[1:], cwd=directory)
    return directory / command.split()[2]


def headers(prefix):
    return sorted((prefix / "include").rglob("*.hpp"))


def test_every_header_is_under_weir_and_includes_only_what_is_installed(prefix):
    assert {path.name for path in (prefix / "include").iterdir()} == {"weir"}
    assert len(headers(prefix)) > 10
    for path in headers(prefix):
        for include in re.findall(r'#include "([^"]+)"', path.read_text()):
            assert (prefix / "include" / include).is_file(), f"{path}: {include}"


def test_headers_of_the_server_and_of_the_database_are_not_installed(prefix):
    """What an author sees is what a domain is, and no more."""
    included = "".join(path.read_text() for path in headers(prefix))
    assert not re.search(r"#include <(rocksdb|boost/asio|boost/beast|nlohmann|spdlog|prometheus|gtest|gmock)/", included)


def test_what_is_installed_names_no_place_of_the_build(prefix):
    for path in [*(prefix / "lib").rglob("*.cmake"), *headers(prefix)]:
        assert str(ROOT) not in path.read_text(), path


def test_the_page_names_the_files_that_are_written(repository):
    named = re.findall(r"`([\w./]+)`", "".join(re.findall(r"^\| (`.*?`) \|", PAGE, re.MULTILINE)))
    assert len(named) > 10
    for name in named:
        assert (repository / name).is_file(), name


def test_a_second_one_is_not_written_over_it(repository, prefix):
    again = subprocess.run([prefix / "bin" / "weir", "new", repository, "--domain", "orders"], capture_output=True, text=True)
    assert again.returncode == 2 and "is not empty" in again.stderr


def test_the_page_is_true(repository, prefix, tmp_path, monkeypatch):
    # An author's own folders of the names of Weir's.
    for folder in ("base", "domain", "schema"):
        (repository / "src" / folder).mkdir()
        (repository / "src" / folder / f"{'error' if folder == 'base' else folder}.hpp").write_text("#error an author's own\n")
    environment = {**QUICK, "CMAKE_PREFIX_PATH": str(prefix)}
    before, after = PAGE.split("\n## Add a command\n")
    data = tmp_path / "data"
    monkeypatch.setattr(weir_process, "PROGRAM", str(repository / "build" / "orders"))

    run("script/test", cwd=repository, environment=environment)
    follow(before, data, tmp_path)

    for diff in DIFFS:
        (tmp_path / "diff").write_text(diff)
        run("git", "apply", tmp_path / "diff", cwd=repository, environment={"GIT_CEILING_DIRECTORIES": str(repository.parent)})
    run("script/test", cwd=repository, environment=environment)
    follow(after, data, tmp_path)

    program = repository / "build" / "orders"
    assert set(subcommands(program)) == set(subcommands(prefix / "bin" / "weir"))
    assert '"/commands/closeOrder"' in run(program, "openapi", cwd=tmp_path)
    assert len(run(program, "export", "--data", data, cwd=tmp_path).splitlines()) == 2


def follow(text, data, cwd):
    """Runs the console blocks of a part of the page against a server on these data, and compares what they show."""
    shown_steps = steps(text)
    assert len(shown_steps) == 2
    weir = Weir(data)
    try:
        for how, command, shown in shown_steps:
            here = command.replace("localhost:8080", f"127.0.0.1:{weir.ports['http']}")
            assert here != command, f"talks to another server: {command}"
            assert without_chance(run(*how, here, cwd=cwd)) == without_chance(shown), command
    finally:
        assert weir.stop() == 0, weir.log()


def subcommands(program):
    """What `--help` lists."""
    listed = run(program, "--help", cwd="/").split("ubcommands:", 1)[1]
    found = re.findall(r"^  (\w+) ", listed, re.MULTILINE)
    assert "serve" in found and "new" in found
    return found
