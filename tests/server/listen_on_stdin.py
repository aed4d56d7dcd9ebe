#!/usr/bin/env python3
"""Starts a program as a web server or spawn-fcgi does, a listening socket as its descriptor 0:
listen_on_stdin.py SOCKET PROGRAM [ARGUMENT...]"""

import os
import socket
import sys

listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen(16)
os.dup2(listener.fileno(), 0)
os.execv(sys.argv[2], sys.argv[2:])
