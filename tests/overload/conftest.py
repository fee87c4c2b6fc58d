import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "flow"))


def pytest_addoption(parser):
    parser.addoption("--seconds", type=float, default=20, help="how long the overload lasts")
    parser.addoption("--readers", type=int, default=1000, help="readers of the event log who do not keep up")
