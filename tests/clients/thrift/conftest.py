import itertools
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "flow")]

import generated  # noqa: E402
import thrift_clients  # noqa: E402
from weir_process import Weir  # noqa: E402


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    weir = Weir(tmp_path_factory.mktemp("weir") / "data")
    yield weir
    assert weir.stop() == 0, weir.log()


@pytest.fixture(scope="session")
def python_code(tmp_path_factory):
    return generated.for_python(tmp_path_factory.mktemp("python"))


@pytest.fixture(scope="session")
def node_code(tmp_path_factory):
    return generated.for_node(tmp_path_factory.mktemp("node"))


@pytest.fixture(scope="session")
def connect(server, python_code, node_code):
    """Connects a client, `library transport protocol`; of Node's, only where Node and its packages are there."""
    opened = []

    def begin(way, service=None):
        library, *how = way.split()
        port = server.ports["rpc"]
        if library == "thriftpy":
            client = thrift_clients.ThriftPy(port, *how, service=service)
        elif library == "apache":
            client = thrift_clients.Apache(python_code, port, *how, service=service)
        elif node_code is None:
            pytest.skip("npm's package thrift is not installed")
        else:
            client = thrift_clients.Node(node_code, port, *how, service=service)
        opened.append(client)
        return client

    yield begin
    for client in opened:
        client.close()


@pytest.fixture(scope="session")
def clients(connect):
    """A client for each way, made when it is first asked for."""
    made = {}

    def client_of(way):
        if way not in made:
            made[way] = connect(way)
        return made[way]

    return client_of


@pytest.fixture(params=thrift_clients.WAYS)
def client(request, clients):
    return clients(request.param)


numbers = itertools.count(1)


@pytest.fixture
def user():
    """A user id that no other test uses."""
    return f"user{next(numbers)}"
