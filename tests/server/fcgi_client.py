#!/usr/bin/env python3
"""A FastCGI client in the authorizer role, and the peers that nobody wants.

    fcgi_client.py ADDRESS COMMAND...

ADDRESS is a Unix socket's path or HOST:PORT. What came back is printed as one line of JSON for
each connection: "reply" is the authorizer's text, "status" and "reason" are taken from it,
"ended" tells whether END_REQUEST came; "error" is there where the connection broke.

    ask [--certificate FILE] [NAME=VALUE...]   one request; these variables replace the usual
    halves [...]        sends half of a request, prints "half", awaits a line on standard
                        input, sends the rest
    parallel N [...]    N requests at a time
    slowly [...]        reads the reply byte by byte
    abandon N [...]     N requests, each closed before its reply
    hold N              N connections that send nothing, until standard input ends
    send FILE           the file's bytes as they are, then waits for what comes
    stall BYTES [...]   the first BYTES of a request (all but the last, if negative), then
                        waits to be cut off
    dribble             a request's header, then a byte now and then until it is cut off
    garbage N SEED      N connections with random bytes
    get-values N        a management record that asks for one name N times, then a request
    respond BYTES [...] a request in the role of a responder, as nginx sends it: with a body of so
                        many bytes, and its end; CERTAUTHZ_PATH is /secret.txt
    huge                parameters that claim to be 2 GB long
    monstrous           one whose name and value together claim to be 4 GB long
"""

import argparse
import json
import os
import random
import socket
import struct
import sys
import threading
import time

PATIENCE = float(os.environ.get("LAB_PATIENCE", "20"))
BEGIN_REQUEST, END_REQUEST, PARAMS, STDIN, STDOUT, GET_VALUES = 1, 3, 4, 5, 6, 9
RESPONDER, AUTHORIZER = 1, 2


def record(kind, content=b"", request_id=1):
    return struct.pack(">BBHHBB", 1, kind, request_id, len(content), 0, 0) + content


def pair(name, value):
    lengths = b"".join(bytes([len(text)]) if len(text) < 128 else
                       struct.pack(">I", len(text) | 1 << 31) for text in (name, value))
    return lengths + name + value


def begin(role=AUTHORIZER):
    return record(BEGIN_REQUEST, struct.pack(">HB5x", role, 0))


def stream(kind, content):
    """The records of a whole stream, closed by an empty one."""
    pieces = [content[at:at + 65535] for at in range(0, len(content), 65535)]
    return b"".join(record(kind, piece) for piece in pieces) + record(kind)


def request(arguments, role=AUTHORIZER, **more):
    variables = {"REQUEST_METHOD": "GET", "REQUEST_URI": "/secret.txt",
                 "HTTP_ACCEPT": "application/problem+json"}
    if arguments.certificate:
        with open(arguments.certificate, encoding="ascii") as pem:
            variables["SSL_CLIENT_CERT"] = pem.read()
    variables.update(more)
    variables.update(text.split("=", 1) for text in arguments.variables)
    return begin(role) + stream(PARAMS, b"".join(
        pair(name.encode(), value.encode("utf-8", "surrogateescape"))
        for name, value in variables.items()))


def connect(address):
    if address.startswith("/"):
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(PATIENCE)
        peer.connect(address)
        return peer
    host, port = address.rsplit(":", 1)
    return socket.create_connection((host, int(port)), PATIENCE)


def receive(peer, size=65536):
    """All that comes until the other side closes, and how it ended."""
    data = b""
    try:
        while piece := peer.recv(size):
            data += piece
    except OSError as error:
        return data, str(error) or type(error).__name__
    return data, None


def understand(data, error=None):
    reply, ended = b"", False
    while len(data) >= 8:
        _, kind, _, length, padding, _ = struct.unpack(">BBHHBB", data[:8])
        if kind == STDOUT:
            reply += data[8:8 + length]
        ended = ended or kind == END_REQUEST
        data = data[8 + length + padding:]
    text = reply.decode("utf-8", "replace")
    head, _, body = text.partition("\r\n\r\n")
    found = {"reply": text, "ended": ended}
    if head.startswith("Status: "):
        found["status"] = int(head[8:11])
        try:
            found.update({key: json.loads(body)[key] for key in ("reason", "id")})
        except (ValueError, KeyError):
            pass
    if error:
        found["error"] = error
    return found


class Peers:
    def __init__(self, address):
        self.address = address

    def exchange(self, data, size=65536):
        with connect(self.address) as peer:
            try:
                peer.sendall(data)
            except OSError:
                pass  # what came before it broke may tell why
            return understand(*receive(peer, size))

    def ask(self, arguments):
        show(self.exchange(request(arguments)))

    def respond(self, arguments):
        head = request(arguments, RESPONDER, CERTAUTHZ_PATH="/secret.txt")
        show(self.exchange(head + stream(STDIN, b"a" * arguments.number)))

    def slowly(self, arguments):
        show(self.exchange(request(arguments), size=1))

    def halves(self, arguments):
        data = request(arguments)
        with connect(self.address) as peer:
            peer.sendall(data[:len(data) // 2])
            print("half", flush=True)
            sys.stdin.readline()
            try:
                peer.sendall(data[len(data) // 2:])
            except OSError:
                pass
            show(understand(*receive(peer)))

    def parallel(self, arguments):
        data, found = request(arguments), []
        threads = [threading.Thread(target=lambda: found.append(self.exchange(data)))
                   for _ in range(arguments.number)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for one in found:
            show(one)

    def abandon(self, arguments):
        data = request(arguments)
        for at in range(arguments.number):
            with connect(self.address) as peer:
                peer.sendall(data[:len(data) - at % 2])

    def hold(self, arguments):
        peers = [connect(self.address) for _ in range(arguments.number)]
        print("held", flush=True)
        sys.stdin.read()
        for peer in peers:
            peer.close()

    def send(self, arguments):
        with open(arguments.file, "rb") as file:
            show(self.exchange(file.read()))

    def stall(self, arguments):
        show(self.exchange(request(arguments)[:arguments.number]))

    def dribble(self, arguments):
        """Each byte comes before a read's time limit; only the whole takes too long."""
        data = request(arguments)
        with connect(self.address) as peer:
            peer.sendall(data[:24])
            end = time.monotonic() + PATIENCE
            error = "was not cut off"
            for at in range(24, len(data)):
                if time.monotonic() > end:
                    break
                try:
                    peer.sendall(data[at:at + 1])
                    peer.settimeout(0.2)
                    if peer.recv(1, socket.MSG_PEEK) == b"":
                        error = "closed"
                        break
                except TimeoutError:
                    continue
                except OSError as failure:
                    error = str(failure)
                    break
            show({"ended": False, "error": error})

    def garbage(self, arguments):
        numbers = random.Random(arguments.seed)
        for _ in range(arguments.number):
            data = numbers.randbytes(numbers.randrange(1, 3000))
            with connect(self.address) as peer:
                try:
                    peer.sendall(data)
                    peer.shutdown(socket.SHUT_WR)
                except OSError:
                    pass
                show(understand(*receive(peer)))

    def get_values(self, arguments):
        names = pair(b"FCGI_MPXS_CONNS", b"") * arguments.number
        show(self.exchange(record(GET_VALUES, names, 0) + request(arguments)))

    def monstrous(self, arguments):
        show(self.exchange(begin() + stream(PARAMS, struct.pack(">II", 0xffffff00, 0xffffffff))))

    def huge(self, arguments):
        lengths = struct.pack(">II", 0xffffffff, 0xffffffff)
        for content in (lengths, lengths + b"x" * 1000, struct.pack(">BI", 1, 0xfffffff0) + b"x" * 100):
            show(self.exchange(begin() + stream(PARAMS, content)))


def show(found):
    print(json.dumps(found), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address")
    commands = parser.add_subparsers(dest="command", required=True)
    numbered = ("parallel", "abandon", "hold", "stall", "get-values", "respond")
    for name in ("ask", "slowly", "halves", "dribble", "huge", "monstrous",
                 *numbered, "garbage", "send"):
        command = commands.add_parser(name)
        if name in numbered or name == "garbage":
            command.add_argument("number", type=int)
        if name == "garbage":
            command.add_argument("seed", type=int)
        elif name == "send":
            command.add_argument("file")
        else:
            command.add_argument("--certificate")
            command.add_argument("variables", nargs="*")
    arguments = parser.parse_args()
    getattr(Peers(arguments.address), arguments.command.replace("-", "_"))(arguments)


if __name__ == "__main__":
    main()
