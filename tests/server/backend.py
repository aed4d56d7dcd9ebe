#!/usr/bin/env python3
"""An HTTP server that shows what reached it: see downstream.bash.

With ?x-accel=TARGET it has nginx answer that in its place.

    backend.py FILE      listens on a free port of 127.0.0.1, and writes its number to FILE
"""

import hashlib
import http.server
import json
import os
import re
import signal
import sys
import urllib.parse

PIECE = 65536


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def pieces_of_body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            while size := int(self.rfile.readline().split(b";")[0], 16):
                yield self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return
        left = int(self.headers.get("Content-Length", 0))
        while left > 0:
            piece = self.rfile.read(min(left, PIECE))
            if not piece:
                return
            left -= len(piece)
            yield piece

    def answer(self):
        size, digest = 0, hashlib.sha256()
        for piece in self.pieces_of_body():
            size += len(piece)
            digest.update(piece)
        asked = re.fullmatch("(?:/backend)?/bytes/([0-9]+)", self.path)
        if asked:
            self.send(b"a" * int(asked[1]), "application/octet-stream")
            return
        headers = {}
        for name, value in self.headers.items():
            headers[name.lower()] = headers[name.lower()] + ", " + value if name.lower() in headers else value
        elsewhere = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).get("x-accel")
        self.send(json.dumps({"by": "backend", "method": self.command, "uri": self.path,
                              "variables": headers, "body_bytes": size,
                              "body_sha256": digest.hexdigest()}).encode() + b"\n", "application/json",
                  [("X-Accel-Redirect", target) for target in elsewhere or ()])

    def send(self, body, kind, headers=()):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        pass

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = answer


def main():
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with open(sys.argv[1] + ".new", "w", encoding="ascii") as file:
        print(server.server_address[1], file=file)
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    server.serve_forever()


main()
