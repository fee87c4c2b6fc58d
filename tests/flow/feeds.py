"""Clients of Weir's feeds, as plain as they can be."""
import http.client
import json


class Feed:
    """One request for events, read line by line as they come."""

    def __init__(self, server, path, accept, headers=None, timeout=60):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.ports["http"], timeout=timeout)
        self.connection.request("GET", path, headers={"Accept": accept, **(headers or {})})
        self.answer = self.connection.getresponse()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def lines(self):
        while line := self.answer.readline():
            assert line.endswith(b"\n"), line
            yield line[:-1].decode()

    def messages(self):
        """Server-sent events as (id, name, data): as a browser would, an id alone has no name and no data."""
        fields = {}
        for line in self.lines():
            if line == "":
                if fields:
                    yield fields.get("id"), fields.get("event"), fields.get("data")
                fields = {}
            elif not line.startswith(":"):
                name, _, value = line.partition(": ")
                fields[name] = value

    def events(self):
        """The recorded events among the server-sent ones."""
        for _, name, data in self.messages():
            assert name != "cut-short", data
            if data and name != "caught-up":
                event = json.loads(data)
                assert list(event["event"]) == [name]
                yield event


def sse(server, path, last_event_id=None, **how):
    headers = {} if last_event_id is None else {"Last-Event-ID": str(last_event_id)}
    return Feed(server, path, "text/event-stream", headers, **how)


def ndjson(server, path, headers=None, **how):
    return Feed(server, path, "application/x-ndjson", headers, **how)
