"""What docs/add-a-domain.md says is done: its files are written, built on top of this build, tested, and served."""
import os
import re
import shutil
import subprocess

import weir_process
from test_readme import steps, without_chance
from weir_process import ROOT, Weir

PAGE = (ROOT / "docs" / "add-a-domain.md").read_text()
FILES = re.findall(r"^`([\w./]+)`\n\n```\w+\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
LIST = re.search(r"^set\(domains .*\)$", PAGE, re.MULTILINE).group()


def run(*command, cwd):
    done = subprocess.run([str(each) for each in command], cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=500)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def write_files(to):
    """The page's files, beside what of the repository they need: the list of domains, Weir's own IDL, what tests share."""
    for name in ("src/CMakeLists.txt", "idl/weir", "tests/support"):
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, to / name)
    for name, text in FILES:
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        (to / name).write_text(text)
    before = (to / "src" / "CMakeLists.txt").read_text()
    (to / "src" / "CMakeLists.txt").write_text(re.sub(r"^set\(domains .*\)$", LIST, before, flags=re.MULTILINE))
    shutil.copy(ROOT / "tests" / "flow" / "add_a_domain" / "CMakeLists.txt", to)


def test_the_page_adds_one_word_to_the_list_that_there_is():
    there = re.search(r"^set\(domains .*\)$", (ROOT / "src" / "CMakeLists.txt").read_text(), re.MULTILINE).group()
    assert LIST == there[:-1] + " tasks)"


def test_every_block_is_a_file_or_run_here():
    blocks = re.findall(r"^```(\w+)$", PAGE, re.MULTILINE)
    assert len(FILES) == blocks.count("thrift") + blocks.count("cpp") + blocks.count("cmake") - 1  # one is the list
    assert blocks.count("sh") == blocks.count("console") == 1 and len(blocks) == len(FILES) + 3


def test_the_page_is_true(tmp_path, monkeypatch):
    project, build = tmp_path / "project", tmp_path / "build"
    write_files(project)
    run("cmake", "-G", "Ninja", "-S", project, "-B", build, f"-DWEIR_ROOT={ROOT}", f"-DWEIR_BUILT={os.environ['WEIR_BUILT']}",
        cwd=tmp_path)
    run("cmake", "--build", build, "--parallel", "2", cwd=tmp_path)
    run("ctest", "--output-on-failure", "--no-tests=error", cwd=build)
    monkeypatch.setattr(weir_process, "PROGRAM", str(build / "weir"))
    weir = Weir(tmp_path / "data")
    try:
        for how, command, shown in steps(PAGE):
            here = command.replace("localhost:8080", f"127.0.0.1:{weir.ports['http']}")
            assert here != command, f"talks to another server: {command}"
            assert without_chance(run(*how, here, cwd=tmp_path)) == without_chance(shown), command
        assert "/tasks/{taskId}" in weir.get("/openapi.json").json()["paths"]
        assert weir.command("createUser", userId="u1", name="Ada", email="ada@example.org").status_code == 200
    finally:
        weir.kill()
