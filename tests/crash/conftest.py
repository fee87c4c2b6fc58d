import pathlib
import random
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "flow"))


def pytest_addoption(parser):
    parser.addoption("--rounds", type=int, default=5, help="how many times the server is killed")
    parser.addoption("--commands", type=int, default=1500, help="the most commands between two kills")
    parser.addoption("--seed", type=int, default=None, help="repeats the choices of a run that failed")


@pytest.fixture
def rounds(request):
    return request.config.getoption("--rounds")


@pytest.fixture
def commands_max(request):
    return request.config.getoption("--commands")


@pytest.fixture
def seed(request):
    """Printed if the test fails, and by `pytest -rP` if not."""
    given = request.config.getoption("--seed")
    seed = random.SystemRandom().randrange(1 << 32) if given is None else given
    print(f"seed {seed}: repeat with --seed {seed}")
    return seed
