"""A Python client that openapi-generator makes of the contract of a live server, used at one that authenticates its callers."""
import os
import re
import subprocess

import pytest

from conftest import HERE, ROOT

ENVIRONMENT = ROOT / "build" / "python-clients" / "bin"  # script/bootstrap makes it of requirements.txt


def run_there(program, *arguments, cwd, **environment):
    """Runs a program of that environment, which sees nothing of this one's packages; its output."""
    done = subprocess.run([ENVIRONMENT / program, *map(str, arguments)], cwd=cwd, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, env={**os.environ, **environment})
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="session")
def contract(guarded):
    return guarded.get("/openapi.json")  # open: generators need no token


@pytest.fixture(scope="session")
def generated(contract, tmp_path_factory):
    """The directory of the client, and what the generator said."""
    directory = tmp_path_factory.mktemp("generated")
    (directory / "openapi.json").write_text(contract.text)
    said = run_there("openapi-generator-cli", "generate", "--input-spec", "openapi.json", "--generator-name", "python",
                     "--package-name", "weir_client", "--output", ".", cwd=directory)
    return directory, said


def test_the_generator_takes_the_contract(generated):
    _, said = generated
    faults = {line.split(" - ")[-1] for line in said.splitlines() if " ERROR " in line}
    # It validates the document before. It does not know this type of OpenAPI 3.1 and leaves it out, beside the token.
    assert faults <= {"Unknown type `mutualTLS` found in the security definition `null`."}, said


def test_the_client_has_a_token_for_each_guarded_operation_and_for_no_open_one(generated, contract):
    directory, _ = generated
    made = {}
    for file in (directory / "weir_client" / "api").glob("*_api.py"):
        for name, schemes in re.findall(r"def _(\w+)_serialize\(.*?_auth_settings: List\[str\] = \[(.*?)\]", file.read_text(), re.DOTALL):
            made[name.replace("_", "")] = schemes.split()
    stated = {operation["operationId"].lower(): ["'bearer'"] if operation.get("security") != [] else []
              for path in contract.json()["paths"].values() for operation in path.values()}
    assert made == stated and ["'bearer'"] in made.values() and [] in made.values()


def test_the_client_sends_its_token_and_is_refused_without(generated, guarded):
    directory, _ = generated
    assert run_there("python3", HERE / "openapi_generator_client.py", guarded.url, cwd=directory, PYTHONPATH=str(directory),
                     READER=guarded.token("py-reader", "reader"), WRITER=guarded.token("py-writer", "writer")) == "all held\n"
