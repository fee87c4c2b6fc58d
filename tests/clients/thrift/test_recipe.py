"""A client that knows no file of idl/: it has the three structs with which event sourcing with Thrift is usually shown, and nothing else."""
import pathlib
import re

import pytest
from any_thriftpy import thriftpy

TBinaryProtocolFactory = thriftpy.protocol.TBinaryProtocolFactory
make_client = thriftpy.rpc.make_client
TApplicationException = thriftpy.thrift.TApplicationException
TBufferedTransportFactory = thriftpy.transport.TBufferedTransportFactory
deserialize, serialize = thriftpy.utils.deserialize, thriftpy.utils.serialize

RECIPE = pathlib.Path(__file__).with_name("recipe")
README = pathlib.Path(__file__).resolve().parents[3] / "README.md"
BINARY = "application/vnd.apache.thrift.binary"


def load(name):
    return thriftpy.load(str(RECIPE / f"{name}.thrift"), module_name=f"recipe_{name}_thrift")


commands, events, queries = load("commands"), load("events"), load("queries")


def binary(struct):
    return serialize(struct, TBinaryProtocolFactory())


def user_in(body):
    return deserialize(events.UserCreatedEvent(), body, TBinaryProtocolFactory())


@pytest.mark.parametrize("name", ["Ada Lovelace", None])
def test_the_structs_alone_are_a_command_and_an_answer_over_http(server, user, name):
    created = server.post("/commands/createUser", binary(commands.CreateUserCommand(userId=user, name=name)), {"Content-Type": BINARY})
    assert created.status_code == 200, created.text
    shown = server.get(f"/users/{queries.GetUserQuery(userId=user).userId}", headers={"Accept": BINARY})
    assert user_in(shown.content) == events.UserCreatedEvent(userId=user, name=name)
    json = server.get(f"/users/{user}").json()
    assert (json["userId"], json.get("name"), "email" in json) == (user, name, False)
    recorded = server.get(f"/streams/user-{user}/events").json()["events"]
    assert [each["event"] for each in recorded] == [{"userCreated": {"userId": user, **({"name": name} if name else {})}}]


@pytest.mark.parametrize("name", ["Ada Lovelace", None])
def test_one_call_each_for_the_command_and_the_query_is_answered_by_rpc(server, user, name):
    service = load("service")
    client = make_client(service.Users, "127.0.0.1", server.ports["rpc"], proto_factory=TBinaryProtocolFactory(),
                         trans_factory=TBufferedTransportFactory())
    recorded = client.createUser(service.commands.CreateUserCommand(userId=user, name=name))
    assert (recorded.stream, recorded.sequence) == (f"user-{user}", 1)
    shown = client.getUser(service.queries.GetUserQuery(userId=user))
    assert (shown.userId, shown.name) == (user, name)
    for refused in (lambda: client.createUser(service.commands.CreateUserCommand(userId=user)),
                    lambda: client.getUser(service.queries.GetUserQuery(userId=f"{user}.none"))):
        with pytest.raises(TApplicationException) as thrown:
            refused()
        assert thrown.value.type == TApplicationException.MISSING_RESULT  # it has not declared the exception
    client.close()


def test_what_the_readme_declares_is_enough(server, user, tmp_path):
    (tmp_path / "users.thrift").write_text(re.search(r"^```thrift\n(.*?)^```$", README.read_text(), re.DOTALL | re.MULTILINE).group(1))
    declared = thriftpy.load(str(tmp_path / "users.thrift"), module_name="readme_users_thrift")
    client = make_client(declared.Users, "127.0.0.1", server.ports["rpc"])
    assert client.createUser(declared.CreateUserCommand(userId=user, name="Ada")).stream == f"user-{user}"
    assert client.getUser(declared.GetUserQuery(userId=user)).name == "Ada"
    client.close()
