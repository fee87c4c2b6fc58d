"""What Thrift clients of several makes get from a server, by each transport and protocol that they have."""
import importlib

import pytest
from thrift.protocol import TBinaryProtocol, TMultiplexedProtocol
from thrift.transport import TSocket, TTransport

import generated
from any_thriftpy import thriftpy
from thrift_clients import Thrown, WAYS

NAME = "Ada Lovelace, Gräfin 🦉"


def create(client, user, email=None, **options):
    return client.execute("createUser", {"userId": user, "name": NAME, "email": email or f"{user}@example.org"}, **options)


def thrown_by(call, *arguments, **named):
    with pytest.raises(Thrown) as thrown:
        call(*arguments, **named)
    return thrown.value.name, thrown.value.fields


def assert_problem(thrown, status, kind, **members):
    name, fields = thrown
    assert name == "Problem"
    assert (fields["status"], fields["type"]) == (status, f"/problems/{kind}")
    assert fields["title"] and fields["detail"]
    for member, value in members.items():
        assert fields[member] == value
    return fields


def test_a_command_is_carried_out(client, user):
    created = create(client, user)
    assert created == {"stream": f"user-{user}", "sequence": 1, "position": created["position"], "replayed": False}
    renamed = client.execute("renameUser", {"userId": user, "name": "Grace"})
    assert renamed["sequence"] == 2 and renamed["position"] > created["position"]


@pytest.mark.parametrize("writer", WAYS)
def test_what_one_writes_the_others_read_alike(clients, server, user, writer):
    create(clients(writer), user)
    by_http = server.get(f"/users/{user}").json()
    read = []
    for way in WAYS:
        try:
            read.append(clients(way).ask("getUser", userId=user))
        except pytest.skip.Exception:
            continue
    assert all(each == read[0] for each in read)
    assert {name: read[0][name] for name in ("userId", "name", "email", "sequence")} == \
        {name: by_http[name] for name in ("userId", "name", "email", "sequence")}
    assert read[0]["name"] == NAME and read[0]["status"] == 1


def test_every_query_is_answered(client, user):
    create(client, user)
    one = client.ask("getUser", userId=user)
    assert client.ask("getUserByEmail", email=f"{user}@EXAMPLE.org") == one
    days = client.ask("getSignups", firstDay="2000-01-01", lastDay="2999-12-31")["days"]
    assert sum(day["created"] for day in days) >= 1


def test_a_list_is_read_page_by_page(client, user):
    for i in range(3):
        create(client, f"{user}.{i}")
    seen, cursor = [], {}
    while True:
        page = client.ask("listUsers", limit=2, namePrefix="Ada", **cursor)
        seen += [each["userId"] for each in page["users"]]
        if "nextCursor" not in page:
            break
        cursor = {"cursor": page["nextCursor"]}
    assert seen == sorted(set(seen))
    assert {f"{user}.{i}" for i in range(3)} <= set(seen)


def test_each_refusal_is_thrown_as_its_own_exception(client, user):
    missing = {"userId": f"{user}.none"}
    assert thrown_by(client.execute, "renameUser", {**missing, "name": "B"}) == ("UserNotFound", missing)
    assert thrown_by(client.ask, "getUser", **missing) == ("UserNotFound", missing)
    assert thrown_by(client.ask, "getUserByEmail", email=f"{user}@none.org") == ("EmailNotFound", {"email": f"{user}@none.org"})
    create(client, user)
    this = {"userId": user}
    assert thrown_by(create, client, user) == ("UserAlreadyExists", this)
    assert thrown_by(create, client, f"{user}.b", f"{user}@EXAMPLE.org") == ("EmailTaken", {"email": f"{user}@EXAMPLE.org"})
    assert thrown_by(client.execute, "reactivateUser", this) == ("UserActive", this)
    client.execute("deactivateUser", {**this, "reason": "gone"})
    assert thrown_by(client.execute, "renameUser", {**this, "name": "B"}) == ("UserInactive", this)
    client.execute("reactivateUser", this)
    assert client.ask("getUser", **this)["sequence"] == 3


def test_all_broken_rules_are_named_at_once(client):
    fields = assert_problem(thrown_by(client.execute, "createUser", {"userId": "not a user", "name": "", "email": "none"}),
                            422, "validation")
    assert sorted(error["pointer"] for error in fields["errors"]) == \
        ["/createUser/email", "/createUser/name", "/createUser/userId"]
    fields = assert_problem(thrown_by(client.ask, "listUsers", limit=0), 422, "validation")
    assert [error["pointer"] for error in fields["errors"]] == ["/limit"]


@pytest.mark.parametrize("way", [way for way in WAYS if not way.startswith("node")])  # whose own code refuses to send it
def test_a_command_without_its_required_fields_is_refused(clients, way):
    client = clients(way)
    assert_problem(thrown_by(client.execute, "renameUser", {}), 422, "validation")


def test_one_key_has_one_effect_and_one_answer(client, user):
    first = create(client, user, idempotencyKey=user)
    again = create(client, user, idempotencyKey=user)
    assert again == {**first, "replayed": True}
    assert_problem(thrown_by(create, client, f"{user}.b", idempotencyKey=user), 422, "idempotency-key-reused")


def test_a_command_is_held_to_the_sequence_it_expects(client, user):
    assert_problem(thrown_by(client.execute, "renameUser", {"userId": user, "name": "B"}, expectedSequence=1), 412,
                   "sequence-mismatch", expected=1, actual=0)
    create(client, user, expectedSequence=0)
    assert client.execute("renameUser", {"userId": user, "name": "B"}, expectedSequence=1)["sequence"] == 2
    assert_problem(thrown_by(client.execute, "renameUser", {"userId": user, "name": "C"}, expectedSequence=1), 412,
                   "sequence-mismatch", expected=1, actual=2)


def test_a_key_counts_over_http_as_it_does_over_thrift(client, server, user):
    first = create(client, user, idempotencyKey=user)
    answer = server.command("createUser", {"Idempotency-Key": user}, userId=user, name=NAME, email=f"{user}@example.org")
    assert answer.headers["Idempotency-Replayed"] == "true"
    assert answer.json()["position"] == first["position"]


@pytest.mark.parametrize("way", WAYS)
def test_a_service_is_named_by_a_multiplexed_protocol(connect, way, user):
    named = connect(way, "UsersService")
    create(named, user)
    assert named.ask("getUser", userId=user)["userId"] == user
    name, fields = thrown_by(connect(way, "NoService").ask, "getUser", userId=user)
    assert (name, fields["type"]) == ("TApplicationException", 1)
    assert fields["message"] == 'There is no service "NoService".'


# A domain that is not the first.

@pytest.fixture
def ledger():
    return thriftpy.load(str(generated.IDL / "ledger" / "service.thrift"), module_name="ledger_service_thrift")


def open_account(ledger, account):
    return ledger.commands.Command(openAccount=ledger.commands.OpenAccountCommand(accountId=account, owner="Ada"))


def test_another_domain_is_reached_by_the_name_of_its_service(server, ledger, user):
    client = thriftpy.rpc.make_client(ledger.LedgerService, "127.0.0.1", server.ports["rpc"],
                         proto_factory=thriftpy.protocol.multiplex.TMultiplexedProtocolFactory(thriftpy.protocol.TBinaryProtocolFactory(), "LedgerService"))
    assert client.execute(open_account(ledger, user), ledger.weir.ExecuteOptions()).stream == f"account-{user}"
    withdraw = ledger.commands.Command(withdraw=ledger.commands.WithdrawCommand(accountId=user, amount=5))
    with pytest.raises(ledger.types.InsufficientFunds) as refused:
        client.execute(withdraw, ledger.weir.ExecuteOptions())
    assert (refused.value.accountId, refused.value.balance, refused.value.amount) == (user, 0, 5)
    client.close()


def test_code_generated_for_another_domain_stands_beside_that_of_the_first(server, python_code, clients, user):
    create(clients("apache buffered binary"), user)
    service = importlib.import_module("weir.ledger.service.LedgerService")
    commands, queries, types = (importlib.import_module(f"weir.ledger.{name}.ttypes") for name in ("commands", "queries", "types"))
    transport = TTransport.TFramedTransport(TSocket.TSocket("127.0.0.1", server.ports["rpc"]))
    protocol = TMultiplexedProtocol.TMultiplexedProtocol(TBinaryProtocol.TBinaryProtocol(transport), "LedgerService")
    transport.open()
    client = service.Client(protocol)
    client.execute(commands.Command(openAccount=commands.OpenAccountCommand(accountId=user, owner="Ada")), None)
    assert client.getAccount(queries.GetAccountQuery(accountId=user)).status == types.AccountStatus.OPEN
    with pytest.raises(types.AccountNotFound):
        client.getAccount(queries.GetAccountQuery(accountId=f"{user}.none"))
    transport.close()


def test_a_call_that_names_no_service_means_the_first_domain(server, ledger, user):
    client = thriftpy.rpc.make_client(ledger.LedgerService, "127.0.0.1", server.ports["rpc"])
    with pytest.raises(thriftpy.thrift.TApplicationException) as refused:
        client.getAccount(ledger.queries.GetAccountQuery(accountId=user))
    assert refused.value.message.startswith('There is no method "getAccount"')
    client.close()


@pytest.mark.parametrize("way", [way for way in WAYS if way.startswith("node")])
def test_calls_that_do_not_wait_for_each_other_are_answered_in_order(connect, way, user):
    node = connect(way)
    for i in range(100):
        node.send("execute", {"createUser": {"userId": f"{user}.{i}", "name": "Ada", "email": f"{user}.{i}@example.org"}})
        node.send("getUser", {"userId": f"{user}.{i}"})
    for i in range(100):
        assert node.receive()["stream"] == f"user-{user}.{i}"
        assert node.receive()["userId"] == f"{user}.{i}"


def test_calls_are_counted(server, clients):
    clients(WAYS[0]).ask("listUsers")
    metrics = server.get("/metrics").text
    assert 'weir_rpc_calls_total{method="UsersService.listUsers",outcome="answered"}' in metrics
    assert "weir_rpc_connections " in metrics
