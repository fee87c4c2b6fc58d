"""The house rules, held on the whole repository; and each rule shown to be able to fail."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

import rules

try:
    import thriftpy
except ModuleNotFoundError:  # its successor, from PyPI, where Debian has none any more
    import thriftpy2 as thriftpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOT_OURS = {".git", "build", "data", "node_modules", "__pycache__", ".pytest_cache", ".cache", "corpus"}  # corpus: any bytes
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text()
README = (ROOT / "README.md").read_text()
DOMAINS = rules.served_domains((ROOT / "src" / "CMakeLists.txt").read_text())
# The others are a team's own: how it writes and tests them is its own business, only purity is promised of every domain.
WEIRS_OWN_DOMAINS = ["users", "ledger"]
TEAMS_DOMAINS = [domain for domain in DOMAINS if domain not in WEIRS_OWN_DOMAINS]
TABLE = rules.dependence_table(ARCHITECTURE, DOMAINS)
FOLDERS = sorted(folder.name for folder in (ROOT / "src").iterdir() if folder.is_dir() and folder.name not in TEAMS_DOMAINS)


def files(*suffixes, under=".", foreign=TEAMS_DOMAINS):
    """The repository's own files with one of these suffixes; every text file if none is given. Not those of foreign domains."""
    found = []
    for directory, folders, names in os.walk(ROOT / under):
        folders[:] = sorted(set(folders) - NOT_OURS)
        for name in sorted(set(names) - NOT_OURS):  # .git is a file in a worktree
            path = pathlib.Path(directory, name)
            if rules.is_of(foreign, str(path.relative_to(ROOT))):
                continue
            if path.suffix in suffixes or not suffixes and b"\0" not in path.read_bytes():
                found.append(path)
    return found


def faults(paths, rule):
    """What a rule finds in each of these files, one line a fault."""
    return [f"{path.relative_to(ROOT)}: {fault}" for path in paths for fault in rule(path.read_text())]


def sources(folder):
    return files(".hpp", ".cpp", under=f"src/{folder}", foreign=[])


# Which way folders depend.

def test_the_table_of_dependence_is_read():
    assert TABLE["base"][0] == [] and "base" in TABLE["schema"][0] and "http" in TABLE["server"][0]
    assert all(TABLE[domain] == TABLE["users"] for domain in DOMAINS) and "users" in TABLE["server"][0]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_folder_of_src_stands_in_the_table(folder):
    assert folder in TABLE, f"ARCHITECTURE.md's table says nothing of src/{folder}/"


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_folder_of_src_is_a_target_of_its_own(folder):
    assert (ROOT / "src" / folder / "CMakeLists.txt").is_file()


@pytest.mark.parametrize("folder", FOLDERS)
def test_includes_point_down_the_table(folder):
    assert faults(sources(folder), lambda text: rules.upward_includes(folder, text, TABLE)) == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_links_point_down_the_table(folder):
    assert rules.upward_links(folder, (ROOT / "src" / folder / "CMakeLists.txt").read_text(), TABLE) == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_library_of_few_folders_is_included_by_no_other(folder):
    assert faults(sources(folder), lambda text: rules.foreign_libraries(folder, text, TABLE)) == []


def test_an_include_up_the_table_is_found():
    assert rules.upward_includes("codec", '#include "base/error.hpp"\n#include "schema/schema.hpp"\n', TABLE) == []
    assert rules.upward_includes("codec", '#include "http/server.hpp"\n', TABLE) == ["codec includes http/server.hpp"]
    assert rules.upward_includes("base", '# include <schema/schema.hpp>', TABLE) == ["base includes schema/schema.hpp"]
    assert rules.upward_includes("engine", '#include "server/main.hpp"', TABLE) == ["engine includes server/main.hpp"]


def test_a_link_up_the_table_is_found():
    assert rules.upward_links("store", "weir_library(store DEPENDS weir_base) # not weir_http", TABLE) == []
    assert rules.upward_links("store", "weir_library(store DEPENDS weir_engine)", TABLE) == ["store links weir_engine"]


def test_rocksdb_outside_of_the_store_is_found():
    assert rules.foreign_libraries("store", "#include <rocksdb/db.h>", TABLE) == []
    assert rules.foreign_libraries("engine", "#include <rocksdb/db.h>", TABLE) == ["engine includes rocksdb/db.h"]
    assert rules.foreign_libraries("log", "#include <thrift/TBase.h>", TABLE) == ["log includes thrift/TBase.h"]


# A domain is arithmetic.

def test_the_domains_are_read():
    assert rules.served_domains("# set(domains a)\nset(domains users one)\n") == ["users", "one"] and DOMAINS[0] == "users"


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_knows_no_clock_and_does_no_input_or_output(domain):
    assert faults(sources(domain), rules.impurities) == []


@pytest.mark.parametrize("domain", WEIRS_OWN_DOMAINS)
def test_a_domain_has_its_contract_and_its_tests(domain):
    assert (ROOT / "idl" / domain / "service.thrift").is_file()
    assert (ROOT / "tests" / domain / "CMakeLists.txt").is_file()


def test_the_files_of_a_teams_domain_are_known():
    for path in ("src/tasks/rules.cpp", "idl/tasks/types.thrift", "tests/tasks/tasks_test.cpp", "tests/golden/tasks.golden"):
        assert rules.is_of(["tasks"], path) and not rules.is_of(["users"], path)
    for path in ("src/CMakeLists.txt", "tests/golden/users.golden", "src/base/tasks/a.hpp", "docs/tasks/a.md", "tasks"):
        assert not rules.is_of(["tasks"], path)


def test_a_teams_domain_is_held_to_purity_and_to_nothing_else():
    users = {path for path in files() if rules.is_of(["users"], str(path.relative_to(ROOT)))}
    assert users and not users & set(files(foreign=["users"]))
    assert set(files(foreign=["users"])) == set(files()) - users
    assert sources("users") and TEAMS_DOMAINS == [domain for domain in DOMAINS if domain not in ("users", "ledger")]


def test_an_impurity_is_found():
    assert rules.impurities("#include <vector>\n// no wall_clock_now here\nint printed = 1;") == []
    assert rules.impurities("#include <boost/asio.hpp>") == ["includes boost/asio.hpp"]
    assert rules.impurities("#include <nlohmann/json.hpp>") == ["includes nlohmann/json.hpp"]
    assert rules.impurities("auto now = std::chrono::system_clock::now();") == ["uses system_clock"]


# How code is written.

def test_somebody_owns_every_coroutine():
    assert faults(files(".hpp", ".cpp"), rules.detached_coroutines) == []


def test_a_detached_coroutine_is_found():
    assert rules.detached_coroutines("// never detached\nco_spawn(io, run(), token);") == []
    assert rules.detached_coroutines("co_spawn(io, run(), boost::asio::detached);")


def test_tests_wait_for_the_event_itself():
    ours = pathlib.Path(__file__).resolve().parent
    assert faults([path for path in files(".hpp", ".cpp", ".py", ".sh", under="tests") if ours not in path.parents],
                  rules.sleeps) == []


def test_a_sleep_is_found():
    assert rules.sleeps("process.wait(timeout=10)\n") == []
    for bad in ("time.sleep(0.1)", "std::this_thread::sleep_for(1s);", "usleep(5);", "  sleep 1\n"):
        assert rules.sleeps(bad), bad


def test_nothing_is_left_open():
    assert faults(files(), rules.open_ends) == []


def test_an_open_end_is_found():
    assert rules.open_ends("done, all of it") == []
    assert rules.open_ends("// TO" "DO: later") and rules.open_ends("# FIX" "ME")


def test_no_path_of_one_machine_is_written_down():
    ours = pathlib.Path(__file__).resolve().parent
    assert faults([path for path in files() if ours not in path.parents], rules.machine_paths) == []


def test_a_machine_path_is_found():
    assert rules.machine_paths("/usr/bin/env bash, /data, /tmp/weir, /users/u1") == []
    assert rules.machine_paths("/home/ada/weir") == ["/home/ada"] and rules.machine_paths("cd /work/main")


def clang_format_version():
    if not shutil.which("clang-format"):
        return None
    said = subprocess.run(["clang-format", "--version"], text=True, capture_output=True, check=True).stdout
    return int(re.search(r"version (\d+)", said).group(1))


@pytest.mark.skipif(clang_format_version() != 14, reason="each version formats in its own way; the house's is Debian 12's, 14")
def test_cpp_is_formatted():
    run = subprocess.run(["clang-format", "--dry-run", "-Werror", *files(".hpp", ".cpp")], cwd=ROOT, text=True,
                         capture_output=True)
    assert sorted(set(re.findall(rf"^{ROOT}/([^:]+):", run.stderr, re.MULTILINE))) == [], "script/format mends it"


# The IDL.

@pytest.mark.parametrize("path", files(".thrift", under="idl"), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_idl_loads_in_thriftpy(path):
    module = thriftpy.load(str(path), module_name=path.parent.name + "_" + path.stem + "_thrift")
    if path.stem == "commands":
        assert module.Command.thrift_spec
    if path.stem == "service":
        assert module.__thrift_meta__["services"]


@pytest.mark.parametrize("path", files(".thrift", under="idl"), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_idl_has_no_annotations(path):
    assert rules.annotations(path.read_text()) == []


def test_an_annotation_is_found():
    assert rules.annotations("struct A { 1: i32 a } /* (key = \"value\") */") == []
    assert rules.annotations('struct A { 1: i32 a (key = "value") }')


def test_a_fault_in_an_idl_file_is_found_by_thriftpy(tmp_path):
    path = tmp_path / "bad.thrift"
    path.write_text("struct A { 1: i32 }")
    with pytest.raises(Exception):
        thriftpy.load(str(path), module_name="bad_thrift")


# Scripts and documents.

SCRIPTS = [path for path in [*(ROOT / "script").iterdir(), ROOT / ".ci" / "run"] if path.is_file()]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_can_be_run_and_says_what_it_does(path):
    first, second, third = (path.read_text().splitlines() + ["", "", ""])[:3]
    assert os.access(path, os.X_OK)
    if first.endswith("bash"):
        assert second.startswith("# ") and "\nset -euo pipefail\n" in path.read_text()
        subprocess.run(["bash", "-n", path], check=True)
    else:
        assert first in ("#!/usr/bin/env python3", "#!/usr/bin/python3") and second.startswith('"""')


@pytest.mark.parametrize("document", ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"])
def test_what_a_document_names_is_there(document):
    assert [path for path in rules.named_paths((ROOT / document).read_text())
            if not path.startswith("build/") and not (ROOT / path).exists()] == []


def test_a_path_that_is_not_there_is_found():
    assert rules.named_paths("see `src/base/`, `script/demo --url X` and [this](docs/no.md)") == \
        ["docs/no.md", "script/demo", "src/base/"]


def test_every_invariant_names_a_test_that_is_there():
    rows = re.findall(r"^\| [^|]+ \| (`tests/[^|]+) \|$", ARCHITECTURE, re.MULTILINE)
    assert rows
    for row in rows:
        for path, case in re.findall(r"`(tests/[\w./]+)`(?:: `(\w+)`)?", row):
            assert case in (ROOT / path).read_text(), f"{path} holds no {case}"


def test_the_readme_shows_commands_with_their_answers():
    assert rules.code_blocks(README, "console") and rules.code_blocks("```console\n$ a\nb\n```\n", "console") == [["$ a", "b"]]


def test_the_changelog_tells_of_the_version_that_is_built():
    version = re.search(r"project\(weir VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text()).group(1)
    assert re.search(rf"^## \[{re.escape(version)}\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)


def test_the_readme_names_what_bootstrap_installs():
    packages = re.search(r"needed=\((.*?)\n\)", (ROOT / "script" / "bootstrap").read_text(), re.DOTALL).group(1)
    names = re.findall(r"^  ([a-z].*)$", packages, re.MULTILINE)
    assert [name for line in names for name in line.split() if name not in README] == []
