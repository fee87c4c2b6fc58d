"""The reference page in a browser, without anything from elsewhere."""
import shutil

import pytest

from conftest import HERE
from guarded_weir import bearer


@pytest.fixture(scope="session")
def programs(packages):
    """The directory of the programs that drive the browser, beside their packages."""
    for name in ("reference_browser.mjs", "reference_page.mjs", "authorize.mjs"):
        shutil.copy(HERE / name, packages / name)
    return packages


def test_the_page_shows_every_operation_and_asks_nobody_else(run, programs, server, tmp_path):
    server.create("u1", name="Ada Lovelace", email="ada@example.org")
    print(run("node", "reference_page.mjs", server.url, tmp_path, cwd=programs))


def test_the_page_is_open_and_sends_the_token_that_it_is_given(run, programs, guarded, tmp_path):
    print(run("node", "authorize.mjs", guarded.url, tmp_path, cwd=programs, READER=guarded.token("page", "reader")))
    assert guarded.get("/users/page", bearer(guarded.token("later", "reader"))).status_code == 404  # the role was refused


def test_the_page_is_kept_and_confined(server):
    page = server.get("/docs")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    for path in ("/docs", "/openapi.json", "/docs/swagger-ui-bundle.js"):
        answer = server.get(path)
        assert answer.status_code == 200 and answer.headers["X-Content-Type-Options"] == "nosniff"
        assert server.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert server.get("/docs/nothing.js").status_code == 404
