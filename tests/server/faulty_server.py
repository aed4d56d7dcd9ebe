#!/usr/bin/env python3
"""A web server on loopback that does what no server should, for what fetches CRLs and OCSP.

    faulty_server.py [--folder DIR] [--certificate FILE --key FILE [--client-ca FILE]] [--seconds N]

It takes a free port, prints it as one line, and ends when its standard input does, or after N
seconds (300). With a certificate it speaks TLS, and asks for one of that CA. What a request gets is said by the first part of
its path, whether GET, HEAD or POST; what stands behind is passed over where nothing is said of it.

    /files/NAME           that file of DIR, with ETag and Last-Modified; 304 where it is known;
                          its type by ?type=TYPE (application/octet-stream)
    /ocsp/NAME[/...]      that file of DIR as an OCSP response, whatever was asked
    /ocsp-error/N[/...]   an OCSP response of that status: 1 malformedRequest, 2 internalError,
                          3 tryLater, 5 sigRequired, 6 unauthorized
    /good                 "good\\n", with ETag "v1", Cache-Control and Last-Modified; 304 where known
    /echo                 the method, headers and body of the request
    /bytes/N              N bytes
    /chunked/N            the same in chunks; /chunked-broken/N without the last one
    /status/N             that status, with ?retry-after=S
    /unasked-304          304 whatever was asked
    /redirect?to=URL      with ?status=N (302); /loop for ever; /redirect-nowhere without Location
    /slow                 a byte a second, for ever
    /hang                 no answer, and no end
    /closed               the connection is closed without an answer
    /early                closed after 10 of 1000 bytes
    /lie-short            10 bytes said, 1000 sent; /lie-long/N said to be N bytes
    /endless              a body without an end; /endless-headers likewise
    /header/NAME/VALUE    "good\\n" with that header
    /garbage              what is not HTTP
    /open-first           "good\\n"
    /decided-once         "secret\\n" with a client certificate, and on a connection whose first request
                          was for /open-first; 403 to others
    /until/N              "secret\\n" with a client certificate, 403 to others, and 429 to everybody
                          once N requests were made for whatever path
    /hits?path=PATH       how often that path was asked for, in decimal
    /set?path=PATH&as=P   from now on PATH gets what P would; without `as` its own again
"""

import argparse
import http.server
import os
import socket
import socketserver
import ssl
import sys
import threading
import time
import urllib.parse
from email.utils import formatdate

hits, stand_ins, lock = {}, {}, threading.Lock()
LAST_MODIFIED = "Tue, 01 Jan 2030 00:00:00 GMT"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    first_asked = None  # of the connection, which has a Handler of its own

    def log_message(self, *_):
        pass

    def query(self, name, default=None):
        return self.parameters.get(name, [default])[0]

    def answer(self, status=200, body=b"", headers=(), length=None):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def raw(self, data):
        self.wfile.write(data)
        self.close_connection = True

    def begin_endless(self):
        self.raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\n")

    def conditional(self, body, etag, last_modified, headers):
        headers = [("ETag", etag), ("Last-Modified", last_modified), *headers]
        if self.headers.get("If-None-Match") == etag or (
                "If-None-Match" not in self.headers
                and self.headers.get("If-Modified-Since") == last_modified):
            return self.answer(304, headers=headers)
        return self.answer(200, body, headers)

    def file(self, name):
        """The file's bytes, its ETag and Last-Modified; None where it is not there."""
        path = os.path.join(self.server.folder or "", os.path.basename(name))
        if not self.server.folder or not os.path.isfile(path):
            return None
        with open(path, "rb") as stream:
            data, status = stream.read(), os.fstat(stream.fileno())
        return data, f'"{status.st_mtime_ns:x}-{status.st_size:x}"', formatdate(
            status.st_mtime, usegmt=True)

    def do_files(self, rest):
        found = self.file(rest)
        if found is None:
            return self.answer(404, b"there is no such file\n")
        kind = self.query("type", "application/octet-stream")
        return self.conditional(*found, [("Content-Type", kind)])

    def do_ocsp(self, rest):
        found = self.file(rest.split("/")[0])
        if found is None:
            return self.answer(404, b"there is no such file\n")
        return self.answer(200, found[0], [("Content-Type", "application/ocsp-response")])

    def do_ocsp_error(self, rest):
        body = bytes([0x30, 3, 0x0a, 1, int(rest.split("/")[0])])
        self.answer(200, body, [("Content-Type", "application/ocsp-response")])

    def do_good(self, _):
        self.conditional(b"good\n", '"v1"', LAST_MODIFIED,
                         [("Cache-Control", "public, max-age=3600")])

    def do_echo(self, _):
        self.answer(200, (f"{self.command} {self.path}\n{self.headers}").encode() + self.body)

    def do_bytes(self, rest):
        self.answer(200, b"x" * int(rest))

    def chunks(self, count, end):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for _ in range(count):
            self.wfile.write(b"1\r\nx\r\n")
        self.wfile.write(end)
        self.close_connection = not end

    def do_chunked(self, rest):
        self.chunks(int(rest), b"0\r\n\r\n")

    def do_chunked_broken(self, rest):
        self.chunks(int(rest), b"")

    def do_status(self, rest):
        headers = [("Retry-After", self.query("retry-after"))] if self.query("retry-after") else []
        self.answer(int(rest), b"" if rest in ("204", "304") else b"so it is\n", headers)

    def do_unasked_304(self, _):
        self.answer(304)

    def do_redirect(self, _):
        self.answer(int(self.query("status", "302")), b"elsewhere\n",
                    [("Location", self.query("to"))])

    def do_redirect_nowhere(self, _):
        self.answer(302)

    def do_loop(self, rest):
        self.answer(302, b"", [("Location", f"/loop/{int(rest or 0) + 1}")])

    def do_slow(self, _):
        self.begin_endless()
        self.raw(b"\r\n")
        while True:
            self.raw(b"x")
            time.sleep(1)

    def do_hang(self, _):
        self.close_connection = True
        self.connection.recv(1)

    def do_closed(self, _):
        self.close_connection = True

    def do_early(self, _):
        self.answer(200, b"x" * 10, length=1000)
        self.close_connection = True

    def do_lie_short(self, _):
        self.answer(200, b"x" * 1000, length=10)
        self.close_connection = True

    def do_lie_long(self, rest):
        self.answer(200, b"x" * 10, length=int(rest))
        self.close_connection = True

    def do_endless(self, _):
        self.begin_endless()
        self.raw(b"\r\n")
        while True:
            self.raw(b"x" * 65536)

    def do_endless_headers(self, _):
        self.begin_endless()
        while True:
            self.raw(b"X-More: " + b"x" * 1000 + b"\r\n")

    def do_header(self, rest):
        name, _, value = rest.partition("/")
        self.answer(200, b"good\n", [(name, urllib.parse.unquote(value))])

    def do_garbage(self, _):
        self.raw(bytes(range(128, 256)) * 4)

    def is_known(self):
        return self.server.context is not None and bool(self.connection.getpeercert())

    def do_open_first(self, _):
        self.answer(200, b"good\n")

    def do_decided_once(self, _):
        if self.is_known() or self.first_asked == "/open-first":
            return self.answer(200, b"secret\n")
        return self.answer(403, b"no\n")

    def do_until(self, rest):
        with lock:
            made = sum(hits.values())
        if made > int(rest):
            return self.answer(429, b"too many requests\n")
        return self.answer(200, b"secret\n") if self.is_known() else self.answer(403, b"no\n")

    def do_hits(self, _):
        with lock:
            count = hits.get(self.query("path"), 0)
        self.answer(200, str(count).encode())

    def do_set(self, _):
        with lock:
            if self.query("as"):
                stand_ins[self.query("path")] = self.query("as")
            else:
                stand_ins.pop(self.query("path"), None)
        self.answer(200, b"set\n")

    def do_GET(self):
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = urllib.parse.urlsplit(self.path).path
        self.first_asked = self.first_asked or asked
        with lock:
            hits[asked] = hits.get(asked, 0) + 1
            target = stand_ins.get(asked, self.path)
        parts = urllib.parse.urlsplit(target)
        self.parameters = urllib.parse.parse_qs(parts.query)
        word, _, rest = parts.path.lstrip("/").partition("/")
        handle = getattr(self, "do_" + word.replace("-", "_"), None)
        if handle is None or word.isupper():
            self.answer(404, b"there is nothing of that name\n")
        else:
            handle(rest)

    do_POST = do_HEAD = do_GET


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64
    folder = None
    context = None

    def finish_request(self, request, address):
        # The handshake is done here, in the thread of the connection, so that nobody holds up all.
        if self.context is not None:
            request = self.context.wrap_socket(request, server_side=True)
        try:
            self.RequestHandlerClass(request, address, self)
        finally:
            if self.context is not None:
                request.close()

    def handle_error(self, request, address):
        if not isinstance(sys.exc_info()[1], (OSError, ssl.SSLError)):
            super().handle_error(request, address)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--client-ca")
    parser.add_argument("--seconds", type=float, default=300)
    arguments = parser.parse_args()
    server = Server(("127.0.0.1", 0), Handler)
    server.folder = arguments.folder
    if arguments.certificate:
        server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.context.load_cert_chain(arguments.certificate, arguments.key)
    if arguments.client_ca:
        server.context.load_verify_locations(arguments.client_ca)
        server.context.verify_mode = ssl.CERT_OPTIONAL
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    end = threading.Timer(arguments.seconds, os._exit, [0])
    end.daemon = True
    end.start()
    while os.read(0, 4096):
        pass


if __name__ == "__main__":
    main()
