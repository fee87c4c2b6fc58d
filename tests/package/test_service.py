"""The service of the Debian package, under a systemd of its own: made, started, reloaded, killed, removed."""
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from installing import BUILD, run

INIT = pathlib.Path(__file__).with_name("namespace_init.sh")
NAMESPACES = ("unshare", "--kill-child", "--fork", "--pid", "--mount", "--uts", "--ipc", "--net", "--cgroup")

STEPS = r"""
ask() { curl -s --retry 40 --retry-delay 1 --retry-all-errors --max-time 10 "$@"; echo; }
say() { echo "== $1"; }
export DEBIAN_FRONTEND=noninteractive
say install;  dpkg -i /srv/steps/weir_*.deb > /srv/steps/dpkg 2>&1; echo $?; systemctl is-enabled weir
say ready;    ask http://127.0.0.1:8080/health/ready
say command;  ask http://127.0.0.1:8080/commands -H 'Content-Type: application/json' -d '{"createUser": {"userId": "u1", "name": "Ada"}}'
say who;      stat -c '%U %a' /var/lib/weir; ps -o user= -p "$(systemctl show -p MainPID --value weir)"
say reload;   before=$(systemctl show -p MainPID --value weir); systemctl reload weir; echo $?
ask http://127.0.0.1:8080/users/u1
[[ $before == "$(systemctl show -p MainPID --value weir)" ]]; echo $?
say killed;   kill -9 "$before"; ask --retry-connrefused http://127.0.0.1:8080/users/u1
[[ $before == "$(systemctl show -p MainPID --value weir)" ]]; echo $?
say security; systemd-analyze security weir --no-pager | tail -n 1
say upgrade;  dpkg -i /srv/steps/weir_*.deb > /srv/steps/dpkg 2>&1; echo $?; ask http://127.0.0.1:8080/users/u1
say stop;     systemctl stop weir; systemctl show -p Result -p ExecMainStatus weir
say purge;    dpkg --purge weir > /srv/steps/dpkg 2>&1; echo $?; ls /var/lib/weir/CURRENT; systemctl is-enabled weir 2> /dev/null
say end
"""


def refusal():
    """Why this machine cannot run it; None if it can."""
    if os.geteuid() != 0:
        return "namespaces of this kind are for root"
    for program in ("dpkg-deb", "unshare", "pivot_root", "systemd-analyze", "ip"):
        if not shutil.which(program):
            return f"there is no {program}"
    if not pathlib.Path("/lib/systemd/systemd").exists():
        return "there is no systemd"
    tried = subprocess.run([*NAMESPACES, "sh", "-c", "mount --make-rprivate / && mount -t tmpfs tmpfs /mnt"], capture_output=True,
                           text=True, timeout=60)
    return None if tried.returncode == 0 else f"no namespaces: {tried.stderr.strip()}"


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """{step: the lines that it printed}"""
    if reason := refusal():
        pytest.skip(reason)
    directory = tmp_path_factory.mktemp("service")
    run("cpack", "-G", "DEB", "--config", BUILD / "CPackConfig.cmake", "-B", directory, cwd=directory)
    (directory / "steps.sh").write_text(STEPS)
    ended = subprocess.run([*NAMESPACES, "bash", INIT, directory], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                           timeout=180)
    wrote = directory / "printed"
    assert wrote.exists(), ended.stdout + ended.stderr
    text = wrote.read_text()
    assert "== end" in text, text
    return {step: said.strip().splitlines() for step, said in re.findall(r"^== (\w+)\n(.*?)(?=^== |\Z)", text, re.DOTALL | re.MULTILINE)}


def test_it_starts_when_the_package_is_installed(printed):
    assert printed["install"] == ["0", "enabled"]
    assert json.loads(printed["ready"][0])["status"] == "pass"
    assert json.loads(printed["command"][0]) == {"stream": "user-u1", "sequence": 1, "position": 1}


def test_it_runs_as_a_user_that_alone_may_read_the_data(printed):
    assert printed["who"] == ["weir 700", "weir"]


def test_a_reload_keeps_the_process(printed):
    assert printed["reload"][0] == "0" and printed["reload"][2] == "0"
    assert json.loads(printed["reload"][1])["name"] == "Ada"


def test_a_killed_one_is_started_again_with_its_data(printed):
    assert json.loads(printed["killed"][0])["name"] == "Ada"
    assert printed["killed"][1] == "1", "another process answers"


def test_systemd_calls_its_exposure_ok(printed):
    assert float(re.search(r"level for weir.service: ([\d.]+) ", printed["security"][0]).group(1)) < 2


def test_an_upgrade_keeps_the_data(printed):
    assert printed["upgrade"][0] == "0"
    assert json.loads(printed["upgrade"][1])["name"] == "Ada"


def test_it_stops_in_order(printed):
    assert sorted(printed["stop"]) == ["ExecMainStatus=0", "Result=success"]


def test_a_purge_leaves_the_data(printed):
    assert printed["purge"][:2] == ["0", "/var/lib/weir/CURRENT"]
