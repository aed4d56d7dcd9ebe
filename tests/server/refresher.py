#!/usr/bin/env python3
"""A certauthz-refresh that learns nothing, for tests of who asks it.

    refresher.py SOCKET hang    takes questions and answers none before SIGUSR1
    refresher.py SOCKET answer  answers at once that it has done all that it could

Each question that has come whole is told on standard output: "asked", or "noted" where nobody
waits for the answer.
"""

import os
import signal
import socket
import sys
import threading

released = threading.Event()


def read_question(peer):
    """Its kind, or None where it breaks off."""
    data = b""
    while b"\n" not in data:
        piece = peer.recv(65536)
        if not piece:
            return None
        data += piece
    head, body = data.split(b"\n", 1)
    kind, length = head.split()[2], int(head.split()[4])
    while len(body) < length:
        piece = peer.recv(65536)
        if not piece:
            return None
        body += piece
    return kind.decode()


def serve(peer):
    with peer:
        kind = read_question(peer)
        if kind is None:
            return
        print("asked" if kind == "wait" else "noted", flush=True)
        if kind == "wait":
            released.wait()
            try:
                peer.sendall(b"done\n")
            except OSError:
                pass  # it has waited for long enough


def main():
    path, mode = sys.argv[1:]
    if mode == "answer":
        released.set()
    signal.signal(signal.SIGUSR1, lambda number, frame: released.set())
    listener = socket.socket(socket.AF_UNIX)
    if os.path.exists(path):
        os.unlink(path)
    listener.bind(path)
    os.chmod(path, 0o666)
    listener.listen(64)
    print("listens", flush=True)
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()


if __name__ == "__main__":
    main()
