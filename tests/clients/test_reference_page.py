"""The reference page in a browser, without anything from elsewhere."""
import shutil

from conftest import HERE


def test_the_page_shows_every_operation_and_asks_nobody_else(run, packages, server, tmp_path):
    shutil.copy(HERE / "reference_page.mjs", packages / "reference_page.mjs")
    server.create("u1", name="Ada Lovelace", email="ada@example.org")
    print(run("node", "reference_page.mjs", server.url, tmp_path, cwd=packages))


def test_the_page_is_kept_and_confined(server):
    page = server.get("/docs")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    for path in ("/docs", "/openapi.json", "/docs/swagger-ui-bundle.js"):
        answer = server.get(path)
        assert answer.status_code == 200 and answer.headers["X-Content-Type-Options"] == "nosniff"
        assert server.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert server.get("/docs/nothing.js").status_code == 404
