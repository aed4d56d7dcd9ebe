#!/usr/bin/env python3
"""A syslog daemon or journald, as far as its socket: log_daemon.py SOCKET FILE

Appends each datagram to FILE, with a newline unless it has one, until it is ended.
"""

import os
import signal
import socket
import sys

path, name = sys.argv[1:]
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(path)
os.chmod(path, 0o666)


def leave(number, frame):
    os.unlink(path)
    sys.exit(0)


signal.signal(signal.SIGTERM, leave)
with open(name, "ab", buffering=0) as out:
    while True:
        datagram = listener.recv(1 << 20)
        out.write(datagram if datagram.endswith(b"\n") else datagram + b"\n")
