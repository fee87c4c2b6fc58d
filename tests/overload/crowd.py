"""Many clients in one process: `crowd.py KIND PORT COUNT SECONDS`. Prints one line when all are connected, and at the end
what they saw, as JSON.

readers      read the event log as lines, from the beginning and again, with receive buffers of 4 KiB
subscribers  follow the head of the event log as server-sent events
commanders   send commands without waiting for answers, ten at a time
dawdlers     send the body of a command a byte a second
"""
import json
import os
import selectors
import socket
import sys
import threading
import time

READ_BYTES = 16 << 10
PAUSE_SECONDS = 0.04
AT_A_TIME = 10


class Client:
    def __init__(self, crowd, number):
        self.crowd, self.number = crowd, number
        self.connect()

    def connect(self):
        self.socket = socket.socket()
        if self.crowd.kind == "readers":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(30)
        self.socket.connect(("127.0.0.1", self.crowd.port))
        self.socket.setblocking(False)
        self.tail = b""
        self.due = []  # when what was sent was sent
        self.send()

    def again(self):
        self.socket.close()
        self.connect()

    def send(self):
        request = getattr(self, self.crowd.kind)()
        if not request:
            return
        try:
            sent = self.socket.send(request)
            assert sent == len(request), "the socket's buffer is full"
        except BlockingIOError:
            pass
        except OSError:
            self.crowd.saw["ended"] = self.crowd.saw.get("ended", 0) + 1

    def readers(self):
        return b"GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: application/x-ndjson\r\n\r\n" if not self.tail else b""

    def subscribers(self):
        return b"GET /events?after=head HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"

    def commanders(self):
        text = b""
        for _ in range(AT_A_TIME):
            self.crowd.commands += 1
            body = b'{"createUser": {"userId": "c%d-%d", "name": "Ada"}}' % (os.getpid(), self.crowd.commands)
            text += b"POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + \
                b"Content-Length: %d\r\n\r\n" % len(body) + body
        self.due = [time.monotonic()] * AT_A_TIME
        return text

    def dawdlers(self):
        return b"POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"

    def received(self, data):
        saw = self.crowd.saw
        saw["bytes"] = saw.get("bytes", 0) + len(data)
        if self.crowd.kind == "subscribers":
            saw["events"] = saw.get("events", 0) + data.count(b"event: userCreated")
        elif self.crowd.kind in ("commanders", "dawdlers"):
            self.answers(data)
        elif b" 503 " in data[:20]:
            saw["503"] = saw.get("503", 0) + 1

    def answers(self, data):
        data = self.tail + data
        while (end := data.find(b"\r\n\r\n")) >= 0:
            head = data[:end].lower()
            length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
            if len(data) < end + 4 + length:
                break
            status = head[9:12].decode()
            saw = self.crowd.saw
            saw[status] = saw.get(status, 0) + 1
            if status == "503" and b"retry-after: " not in head:
                saw["without Retry-After"] = saw.get("without Retry-After", 0) + 1
            if self.due:
                saw["slowest"] = max(saw.get("slowest", 0), time.monotonic() - self.due.pop())
            data = data[end + 4 + length:]
        self.tail = data
        if self.crowd.kind == "commanders" and not self.due:
            self.send()


class Crowd:
    def __init__(self, kind, port, count):
        self.kind, self.port, self.saw, self.commands = kind, port, {}, 0
        self.clients = [Client(self, number) for number in range(count)]

    def run(self, seconds):
        print("connected", flush=True)
        until = time.monotonic() + seconds
        if self.kind == "readers":
            self.run_slowly(until)
        else:
            self.run_at_once(until)
        print(json.dumps(self.saw), flush=True)

    def run_slowly(self, until):
        """Each reads a little, then all wait."""
        stopped = threading.Event()  # never set: the pause is what makes them slow
        while (now := time.monotonic()) < until:
            for each in self.clients:
                try:
                    data = each.socket.recv(READ_BYTES)
                    each.received(data)
                    if not data or data.endswith(b"\r\n0\r\n\r\n"):
                        each.again()
                except BlockingIOError:
                    pass
                except OSError:
                    each.again()
            stopped.wait(max(0, PAUSE_SECONDS - (time.monotonic() - now)))

    def run_at_once(self, until):
        selector = selectors.DefaultSelector()
        for each in self.clients:
            selector.register(each.socket, selectors.EVENT_READ, each)
        next_byte = time.monotonic() + 1
        while (now := time.monotonic()) < until:
            if self.kind == "dawdlers" and now >= next_byte:
                next_byte = now + 1
                for each in self.clients:
                    try:
                        each.socket.send(b" ")
                    except OSError:
                        pass
            for key, _ in selector.select(0.1):
                each = key.data
                try:
                    data = each.socket.recv(65536)
                except BlockingIOError:
                    continue
                except OSError:
                    data = b""
                if data:
                    each.received(data)
                    continue
                self.saw["closed"] = self.saw.get("closed", 0) + 1
                selector.unregister(each.socket)
                if self.kind != "dawdlers" and time.monotonic() < until:
                    each.again()
                    selector.register(each.socket, selectors.EVENT_READ, each)


if __name__ == "__main__":
    kind, port, count, seconds = sys.argv[1:]
    Crowd(kind, int(port), int(count)).run(float(seconds))
