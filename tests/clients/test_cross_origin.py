"""A page of another origin in a browser: let in where --cors-origin names it, and nowhere else."""
import shutil
import socket

from conftest import HERE
from weir_process import Weir


def free_port():
    """A port of the page's own, which its origin is made of, so that it is known before Weir starts."""
    with socket.create_server(("127.0.0.1", 0)) as holder:
        return holder.getsockname()[1]


def test_the_browser_lets_a_page_of_an_allowed_origin_in_and_no_other(run, packages, tmp_path):
    shutil.copy(HERE / "cross_origin.mjs", packages / "cross_origin.mjs")
    port = free_port()
    allowing = Weir(tmp_path / "allowing", "--cors-origin", f"http://127.0.0.1:{port}")
    refusing = Weir(tmp_path / "refusing", "--cors-origin", "https://app.example")
    try:
        print(run("node", "cross_origin.mjs", allowing.url, refusing.url, port, tmp_path / "profile", cwd=packages))
        assert refusing.get("/users/page").status_code == 404  # the preflight kept the command from being sent
    finally:
        allowing.kill()
        refusing.kill()
