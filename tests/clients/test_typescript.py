"""Clients generated from the contract of a live server, type-checked, and used."""
import shutil

import pytest

from conftest import HERE


@pytest.fixture(scope="session")
def project(packages, server):
    """The TypeScript sources below the packages, so that they are found, beside the server's own contract."""
    directory = packages / "typescript"
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(HERE / "typescript", directory)
    (directory / "package.json").write_text('{"type": "module"}\n')
    (directory / "openapi.json").write_text(server.get("/openapi.json").text)
    return directory


@pytest.fixture(scope="session")
def compiled(run, project):
    """The clients, generated."""
    run("openapi-ts", cwd=project)
    run("openapi-typescript", "openapi.json", "--output", "generated/schema.d.ts", cwd=project)
    run("tsc", "--project", ".", cwd=project)  # wrong_names.ts fails here if a wrong name would compile
    return project


def assert_all_pass(report):
    print("\n".join(line for line in report.splitlines() if line.startswith("# ")))
    assert "\n# fail 0\n" in report and "\n# tests 0\n" not in report


def test_generated_clients_compile_and_work(run, compiled, server):
    assert_all_pass(run("node", "--test", "--test-reporter=tap", "out/sdk.test.js", "out/fetch.test.js", cwd=compiled,
                        WEIR_URL=server.url))


def test_generated_clients_send_a_token_and_are_refused_without(run, compiled, guarded):
    assert_all_pass(run("node", "--test", "--test-reporter=tap", "out/guarded.test.js", cwd=compiled, WEIR_URL=guarded.url,
                        READER=guarded.token("ts-reader", "reader"), WRITER=guarded.token("ts-writer", "writer")))
