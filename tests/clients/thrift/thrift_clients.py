"""Three Thrift implementations behind one face: execute() and ask() give plain dictionaries, or throw Thrown."""
import importlib
import json
import os
import select
import subprocess
import sys

from thrift import Thrift
from thrift.protocol import TBinaryProtocol, TCompactProtocol, TJSONProtocol, TMultiplexedProtocol
from thrift.transport import TSocket, TTransport

import generated
from any_thriftpy import thriftpy

SECONDS = 30

# ThriftPy 0.3.9's compact protocol calls what Python 3.11 no longer has (array.tostring), and its JSON is its own.
WAYS = ["thriftpy buffered binary", "thriftpy buffered cybinary", "thriftpy framed binary", "thriftpy framed cybinary",
        "apache buffered binary", "apache buffered fastbinary", "apache framed binary", "apache framed fastbinary",
        "apache framed compact", "apache framed json",
        "node buffered binary", "node framed binary", "node framed compact", "node framed json"]


class Thrown(Exception):
    """An exception of the IDL, or `TApplicationException`, with its fields."""

    def __init__(self, name, fields):
        super().__init__(f"{name} {fields}")
        self.name, self.fields = name, fields


def plain(value):
    """A struct as a dictionary of the members that are set."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if hasattr(value, "__dict__"):
        return {name: plain(member) for name, member in vars(value).items() if member is not None and name != "args"}
    return value


def query_name(method):
    return method[0].upper() + method[1:] + "Query"


class ThriftPy:
    TRANSPORTS = {"buffered": thriftpy.transport.TBufferedTransportFactory, "framed": thriftpy.transport.TFramedTransportFactory}
    PROTOCOLS = {"binary": thriftpy.protocol.TBinaryProtocolFactory, "cybinary": thriftpy.protocol.TCyBinaryProtocolFactory}
    CYTHON_TRANSPORTS = {"buffered": thriftpy.transport.TCyBufferedTransportFactory,
                         "framed": thriftpy.transport.TCyFramedTransportFactory}

    def __init__(self, port, transport, protocol, service=None):
        self.module = thriftpy.load(str(generated.IDL / "users" / "service.thrift"), module_name="users_service_thrift")
        transports = self.CYTHON_TRANSPORTS if protocol == "cybinary" else self.TRANSPORTS
        protocols = self.PROTOCOLS[protocol]()
        if service:
            protocols = thriftpy.protocol.multiplex.TMultiplexedProtocolFactory(protocols, service)
        self.client = thriftpy.rpc.make_client(self.module.UsersService, "127.0.0.1", port, proto_factory=protocols,
                                               trans_factory=transports[transport](), timeout=SECONDS * 1000)

    def execute(self, command, fields, **options):
        commands = self.module.commands
        struct = {spec[1]: spec[2] for spec in commands.Command.thrift_spec.values()}[command]
        given = self.module.weir.ExecuteOptions(**options) if options else None
        return self._call(lambda: self.client.execute(commands.Command(**{command: struct(**fields)}), given))

    def ask(self, method, **fields):
        return self._call(lambda: getattr(self.client, method)(getattr(self.module.queries, query_name(method))(**fields)))

    def _call(self, call):
        try:
            return plain(call())
        except thriftpy.thrift.TException as thrown:
            raise Thrown(type(thrown).__name__, plain(thrown)) from None

    def close(self):
        self.client.close()


class Apache:
    TRANSPORTS = {"buffered": TTransport.TBufferedTransport, "framed": TTransport.TFramedTransport}
    PROTOCOLS = {"binary": TBinaryProtocol.TBinaryProtocol, "fastbinary": TBinaryProtocol.TBinaryProtocolAccelerated,
                 "compact": TCompactProtocol.TCompactProtocol, "json": TJSONProtocol.TJSONProtocol}

    def __init__(self, code, port, transport, protocol, service=None):
        if str(code) not in sys.path:
            sys.path.insert(0, str(code))
        self.commands = importlib.import_module("weir.users.commands.ttypes")
        self.queries = importlib.import_module("weir.users.queries.ttypes")
        self.weir = importlib.import_module("weir.weir.ttypes")
        socket = TSocket.TSocket("127.0.0.1", port)
        socket.setTimeout(SECONDS * 1000)
        self.transport = self.TRANSPORTS[transport](socket)
        protocol = self.PROTOCOLS[protocol](self.transport)
        if service:
            protocol = TMultiplexedProtocol.TMultiplexedProtocol(protocol, service)
        self.client = importlib.import_module("weir.users.service.UsersService").Client(protocol)
        self.transport.open()

    def execute(self, command, fields, **options):
        struct = {spec[2]: spec[3][0] for spec in self.commands.Command.thrift_spec if spec}[command]
        given = self.weir.ExecuteOptions(**options) if options else None
        return self._call(lambda: self.client.execute(self.commands.Command(**{command: struct(**fields)}), given))

    def ask(self, method, **fields):
        return self._call(lambda: getattr(self.client, method)(getattr(self.queries, query_name(method))(**fields)))

    def _call(self, call):
        try:
            return plain(call())
        except Thrift.TException as thrown:
            raise Thrown(type(thrown).__name__, self._fields(thrown)) from None

    @staticmethod
    def _fields(thrown):
        names = [spec[2] for spec in getattr(thrown, "thrift_spec", ()) if spec] or ["message", "type"]
        return {name: plain(getattr(thrown, name)) for name in names if getattr(thrown, name) is not None}

    def close(self):
        self.transport.close()


class Node:
    def __init__(self, code, port, transport, protocol, service=None):
        self.process = subprocess.Popen(["node", "node_client.js", str(port), transport, protocol, *([service] if service else [])],
                                        cwd=code, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.output = b""

    def send(self, method, struct, options=None):
        line = json.dumps({"method": method, "struct": struct, "options": options or None})
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def receive(self):
        while b"\n" not in self.output:
            assert select.select([self.process.stdout], [], [], SECONDS)[0], "the Node client gave no answer"
            came = os.read(self.process.stdout.fileno(), 1 << 16)
            assert came, "the Node client ended"
            self.output += came
        line, self.output = self.output.split(b"\n", 1)
        came_to = json.loads(line)
        if "thrown" in came_to:
            raise Thrown(came_to["thrown"], came_to["fields"])
        return came_to["answer"]

    def execute(self, command, fields, **options):
        self.send("execute", {command: fields}, options)
        return self.receive()

    def ask(self, method, **fields):
        self.send(method, fields)
        return self.receive()

    def close(self):
        self.process.stdin.close()
        try:
            assert self.process.wait(timeout=SECONDS) == 0
        finally:
            self.process.kill()
            self.process.stdout.close()
