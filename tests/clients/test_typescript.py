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


def test_generated_clients_compile_and_work(run, project, server):
    run("openapi-ts", cwd=project)
    run("openapi-typescript", "openapi.json", "--output", "generated/schema.d.ts", cwd=project)
    run("tsc", "--project", ".", cwd=project)  # wrong_names.ts fails here if a wrong name would compile
    report = run("node", "--test", "--test-reporter=tap", "out/sdk.test.js", "out/fetch.test.js", cwd=project,
                 WEIR_URL=server.url)
    print("\n".join(line for line in report.splitlines() if line.startswith("# ")))
    assert "\n# fail 0\n" in report and "\n# tests 0\n" not in report
