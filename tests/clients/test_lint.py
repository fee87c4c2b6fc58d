"""The contract passes a linter's recommended rules: errors and warnings both fail."""
import json

from conftest import ROOT


def lint(run, directory, document, ends_with=0):
    file = directory / "openapi.json"
    file.write_text(document)
    report = run("redocly", "lint", "--config", ROOT / "openapi" / "redocly.yaml", "--format", "json", file, cwd=directory,
                 ends_with=ends_with)
    return json.loads(report[report.index("{\n"):report.rindex("}") + 1])


def test_the_kept_contract_has_no_fault(run, tmp_path):
    assert lint(run, tmp_path, (ROOT / "openapi" / "weir.json").read_text())["problems"] == []


def test_the_served_contract_is_the_kept_one(server):
    assert server.get("/openapi.json").json() == json.loads((ROOT / "openapi" / "weir.json").read_text())


def test_a_fault_is_found(run, tmp_path):
    document = json.loads((ROOT / "openapi" / "weir.json").read_text())
    del document["paths"]["/users"]["get"]["operationId"]
    document["components"]["schemas"]["UserId"]["examples"] = ["not an id"]
    rules = {problem["ruleId"] for problem in lint(run, tmp_path, json.dumps(document), ends_with=1)["problems"]}
    assert rules == {"operation-operationId", "no-invalid-schema-examples"}
