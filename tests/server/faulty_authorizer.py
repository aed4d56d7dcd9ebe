#!/usr/bin/env python3
"""Stands in certauthz's place, started with the same arguments, and never decides anything.

$LAB/etc/fault, found from where this file lies below $LAB, says what it does with a request:

    hang     takes it, and never answers
    crash    takes it, and is gone; as a daemon, only the connection is
"""

import os
import signal
import socket
import stat
import sys
import time


def fault():
    folder = os.path.dirname(os.path.abspath(sys.argv[0]))
    while not os.path.exists(os.path.join(folder, "etc", "fault")):
        folder = os.path.dirname(folder)
    with open(os.path.join(folder, "etc", "fault"), encoding="ascii") as file:
        return file.read().strip()


def listen(address):
    kind, _, place = address.rpartition(":")
    if kind != "unix":
        return socket.create_server((kind.strip("[]"), int(place)), backlog=1024)
    if os.path.exists(place):
        os.unlink(place)
    listener = socket.socket(socket.AF_UNIX)
    os.umask(0o117)
    listener.bind(place)
    listener.listen(1024)
    return listener


def listener_of(arguments):
    """None where it was started as CGI."""
    if "--listen" in arguments:
        return listen(arguments[arguments.index("--listen") + 1])
    return socket.socket(fileno=0) if stat.S_ISSOCK(os.fstat(0).st_mode) else None


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def main():
    hangs = fault() == "hang"
    listener, kept = listener_of(sys.argv[1:]), []
    while listener:
        connection, _ = listener.accept()
        connection.recv(65536)
        if hangs:
            kept.append(connection)
        elif "--listen" in sys.argv:
            connection.close()
        else:
            die()
    while hangs:
        time.sleep(1)
    die()


main()
