import itertools

import pytest

from weir_process import Weir


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server for all tests of a file; each works on users of its own."""
    weir = Weir(tmp_path_factory.mktemp("weir") / "data")
    yield weir
    assert weir.stop() == 0, weir.log()


@pytest.fixture
def empty_server(tmp_path):
    """A server of this test's own, with nothing in it."""
    weir = Weir(tmp_path / "data")
    yield weir
    assert weir.stop() == 0, weir.log()


@pytest.fixture
def start(tmp_path):
    """Starts servers with options of the test's choice; ends those that still run."""
    started = []

    def begin(*options, data=None, **how):
        started.append(Weir(data or tmp_path / "data", *options, **how))
        return started[-1]

    yield begin
    for weir in started:
        weir.kill()


numbers = itertools.count(1)


@pytest.fixture
def user():
    """A user id that no other test uses."""
    return f"user{next(numbers)}"
