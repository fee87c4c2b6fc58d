"""The Debian packages that `cpack -G DEB` makes."""
import re
import shutil
import subprocess

import pytest

from installing import BUILD, ROOT, run

if not shutil.which("dpkg-deb"):
    pytest.skip("this is no Debian", allow_module_level=True)


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """{name: file}"""
    directory = tmp_path_factory.mktemp("packages")
    run("cpack", "-G", "DEB", "--config", BUILD / "CPackConfig.cmake", "-B", directory, cwd=directory)
    return {run("dpkg-deb", "--field", path, "Package", cwd=directory).strip(): path for path in directory.glob("*.deb")}


def contents(package):
    """{path: mode}"""
    lines = run("dpkg-deb", "--contents", package, cwd="/").splitlines()
    return {line.split(maxsplit=5)[5][1:]: line.split()[0] for line in lines}


def control_file(package, name):
    return run("dpkg-deb", "--info", package, name, cwd="/")


def test_there_are_two(packages):
    assert set(packages) == {"weir", "weir-dev"}


def test_weir_holds_the_program_as_a_service(packages):
    held = contents(packages["weir"])
    assert [path for path in held if not path.endswith("/")] == \
        ["/etc/weir/weir.conf", "/usr/bin/weir", "/usr/lib/systemd/system/weir.service"]
    assert held["/usr/bin/weir"] == "-rwxr-xr-x"
    assert control_file(packages["weir"], "conffiles").split() == ["/etc/weir/weir.conf"]
    assert re.search(r"\blibthrift", run("dpkg-deb", "--field", packages["weir"], "Depends", cwd="/"))


def test_weir_dev_holds_what_a_domain_is_built_with(packages):
    held = contents(packages["weir-dev"])
    for path in ("/usr/bin/weir-idl", "/usr/include/weir/domain.hpp", "/usr/include/weir/main.hpp", "/usr/include/weir/testing.hpp",
                 "/usr/share/weir/idl/weir/weir.thrift"):
        assert path in held, path
    assert [path for path in held if path.endswith("/WeirConfig.cmake")]
    assert [path for path in held if path.endswith("/libweir_server.a")]
    assert not [path for path in held if not path.startswith("/usr/") and path != "/"]


def test_weir_dev_depends_on_the_libraries_that_weir_is_built_with(packages):
    depends = run("dpkg-deb", "--field", packages["weir-dev"], "Depends", cwd="/")
    needed = re.search(r"^needed=\((.*?)^\)", (ROOT / "script" / "bootstrap").read_text(), re.DOTALL | re.MULTILINE).group(1)
    libraries = re.findall(r"\b[a-z][\w.+-]*-dev\b", re.sub(r"#.*", "", needed))
    assert len(libraries) >= 8
    assert [name for name in libraries if name not in depends] == []


def test_the_program_of_the_package_runs(packages, tmp_path):
    run("dpkg-deb", "--extract", packages["weir"], tmp_path, cwd=tmp_path)
    version = run("dpkg-deb", "--field", packages["weir"], "Version", cwd="/").strip()
    assert run(tmp_path / "usr/bin/weir", "version", cwd=tmp_path) == f"weir {version}\n"


def test_the_configuration_file_of_the_package_is_taken(packages, tmp_path):
    """Its data directory is not this user's to write: the program reads the file, and says so."""
    run("dpkg-deb", "--extract", packages["weir"], tmp_path, cwd=tmp_path)
    configuration = tmp_path / "etc/weir/weir.conf"
    data = tmp_path / "a-file"
    data.write_text("")
    configuration.write_text(configuration.read_text().replace("/var/lib/weir", str(data)))
    ended = subprocess.run([tmp_path / "usr/bin/weir", "serve", "--config", configuration], capture_output=True, text=True,
                           timeout=60)
    assert ended.returncode == 1 and str(data) in ended.stderr, ended.stderr


def test_the_service_has_a_user_without_rights_and_data_of_its_own(packages, tmp_path):
    run("dpkg-deb", "--extract", packages["weir"], tmp_path, cwd=tmp_path)
    unit = (tmp_path / "usr/lib/systemd/system/weir.service").read_text()
    for line in ("User=weir", "ExecStart=/usr/bin/weir serve --config /etc/weir/weir.conf", "StateDirectoryMode=0700",
                 "NoNewPrivileges=yes"):
        assert line in unit.splitlines()
    made = control_file(packages["weir"], "postinst")
    assert "useradd --system" in made and "chmod 0700 /var/lib/weir" in made


@pytest.mark.parametrize("script", ["postinst", "prerm", "postrm"])
def test_the_scripts_of_the_package_are_shell(packages, script):
    subprocess.run(["sh", "-n"], input=control_file(packages["weir"], script), text=True, check=True)


def test_an_upgrade_and_a_removal_keep_the_data(packages):
    for script in ("prerm", "postrm"):
        assert "rm " not in control_file(packages["weir"], script)
