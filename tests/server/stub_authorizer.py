#!/usr/bin/env python3
"""An authorizer that answers what it is told to, where certauthz would never do so.

    stub_authorizer.py SOCKET FILE

FILE holds the next replies' form, read anew for each connection: a line for each record, which is
"stdout TEXT" or "stderr TEXT" (in TEXT \\r and \\n are escaped), "end APP-STATUS PROTOCOL-STATUS",
"raw TEXT" (no record at all), "hang" (until the peer closes) or "cut" (close at once). After the
last the connection is closed.
"""

import os
import socket
import struct
import sys

END_REQUEST, STDIN, STDOUT, STDERR = 3, 5, 6, 7


def record(kind, content):
    return struct.pack(">BBHHBB", 1, kind, 1, len(content), 0, 0) + content


def whole_request(peer):
    """Reads up to the end of what is sent on standard input."""
    stream = peer.makefile("rb")
    while header := stream.read(8):
        _, kind, _, length, padding, _ = struct.unpack(">BBHHBB", header)
        stream.read(length + padding)
        if kind == STDIN and length == 0:
            return


def text_of(rest):
    return rest.encode().decode("unicode_escape").encode("latin-1")


def answer(peer, lines):
    whole_request(peer)
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "stdout":
            peer.sendall(record(STDOUT, text_of(rest)))
        elif word == "stderr":
            peer.sendall(record(STDERR, text_of(rest)))
        elif word == "raw":
            peer.sendall(text_of(rest))
        elif word == "end":
            peer.sendall(record(END_REQUEST, struct.pack(">IB3x", *map(int, rest.split()))))
        elif word == "hang":
            peer.recv(1)
        elif word == "cut":
            return


def main():
    path, replies = sys.argv[1:]
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    os.chmod(path, 0o666)
    listener.listen(64)
    while True:
        peer, _ = listener.accept()
        with peer, open(replies, encoding="ascii") as lines:
            peer.settimeout(20)
            try:
                answer(peer, lines.read().splitlines())
            except OSError:
                pass


main()
