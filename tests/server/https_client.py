#!/usr/bin/env python3
"""An HTTPS client that does what curl will not: requests byte by byte, several on one
connection, resumed TLS sessions, and the very alert that ended a handshake.

    https_client.py [--certificate NAME] [--tls 1.2|1.3] STEP...

NAME is a certificate of the laboratory's PKI ($LAB/pki), the server listens on $LAB_PORT.
Each reply is printed as one line of JSON; status 0 means that there was none, and "error"
says why. The steps, in order:

    METHOD TARGET [HTTP/1.0]   one request on the connection at hand, or on a new one. In the
                               target \\xNN is a byte, and blanks are allowed
    header NAME: VALUE         to be sent with every request from now on
    body SIZE | chunked SIZE   the next request has a body of so many bytes, all "a"
    pipeline                   the requests from here to `replies` are sent in one piece,
    replies                    and only then are their replies read
    resume                     a new connection that resumes the last TLS session
    reconnect                  a new connection with a whole handshake
    until SECONDS              wait until the clock (Unix time) has passed it
    targets FILE               GET each line of the file, on a connection of its own
"""

import argparse
import json
import os
import re
import select
import socket
import ssl
import sys
import time

PATIENCE = float(os.environ.get("LAB_PATIENCE", "20"))
WITHOUT_TICKETS = os.environ.get("LAB_LIGHTTPD_TLS") == "gnutls"


class Failure(Exception):
    """The connection ended without a whole reply; the text says how."""


def failure_of(error):
    if isinstance(error, ssl.SSLError) and error.reason:
        return Failure(error.reason)
    return Failure(str(error) or type(error).__name__)


class Connection:
    def __init__(self, context, session=None):
        try:
            raw = socket.create_connection(("127.0.0.1", int(os.environ["LAB_PORT"])), PATIENCE)
            self.socket = context.wrap_socket(raw, server_hostname="localhost", session=session)
            self._take_tickets()
        except OSError as error:
            raise failure_of(error) from error
        self.buffer = bytearray()

    def _take_tickets(self):
        """TLS 1.3: the server's word on our certificate comes after the handshake, as session
        tickets or as an alert. Sending before that could lose the alert to a TCP reset. A
        resumed session carries no certificate to speak about, and lighttpd then sends none. With
        mod_gnutls it never does."""
        if self.socket.version() != "TLSv1.3" or self.resumed or WITHOUT_TICKETS:
            return
        select.select([self.socket], [], [], PATIENCE)
        self.socket.setblocking(False)
        try:
            if self.socket.recv(1) == b"":
                raise Failure("closed after the handshake")
        except ssl.SSLWantReadError:
            pass
        self.socket.settimeout(PATIENCE)

    @property
    def resumed(self):
        return self.socket.session_reused

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise failure_of(error) from error

    def send_whole(self, data):
        """A server that refuses may answer and close before it has read a long body, so a
        failure counts only if there is no reply either."""
        try:
            self.send(data)
        except Failure as failure:
            if "timed out" in str(failure):
                raise

    def _receive(self):
        try:
            data = self.socket.recv(65536)
        except OSError as error:
            raise failure_of(error) from error
        self.buffer += data
        return data != b""

    def _take(self, size):
        while len(self.buffer) < size:
            if not self._receive():
                raise Failure("closed within a body")
        taken = bytes(self.buffer[:size])
        del self.buffer[:size]
        return taken

    def _line(self):
        while b"\n" not in self.buffer:
            if not self._receive():
                raise Failure("closed" if not self.buffer else "closed within a header")
        line = self._take(self.buffer.index(b"\n") + 1)
        return line.rstrip(b"\r\n").decode("utf-8", "replace")

    def _chunks(self):
        body = b""
        while size := int(self._line().split(";")[0], 16):
            body += self._take(size)
            self._line()
        while self._line():
            pass
        return body

    def _rest(self):
        while self._receive():
            pass
        return self._take(len(self.buffer))

    def reply(self, method):
        """The next final reply: (status, headers, body)."""
        while True:
            match = re.fullmatch(r"HTTP/1\.[01] (\d{3}) ?.*", self._line())
            if not match:
                raise Failure("no status line")
            status, headers = int(match[1]), []
            while line := self._line():
                name, _, value = line.partition(":")
                headers.append([name, value.strip()])
            if status >= 200:
                break
        fields = {name.lower(): value for name, value in headers}
        if method == "HEAD" or status in (204, 304):
            body = b""
        elif "chunked" in fields.get("transfer-encoding", ""):
            body = self._chunks()
        elif "content-length" in fields:
            body = self._take(int(fields["content-length"]))
        else:
            body = self._rest()
        return status, headers, body

    def close(self):
        self.socket.close()


class Client:
    def __init__(self, certificate, tls):
        pki = os.path.join(os.environ["LAB"], "pki")
        self.context = ssl.create_default_context(cafile=os.path.join(pki, "root-ca.pem"))
        # What is too weak is for the server to say, not for us.
        self.context.set_ciphers("DEFAULT@SECLEVEL=0")
        version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[tls]
        self.context.minimum_version = self.context.maximum_version = version
        if certificate != "none":
            self._present(pki, certificate)
        self.connection, self.session = None, None
        self.headers, self.body, self.pipeline = [], b"", None

    def _present(self, pki, name):
        chain = os.path.join(os.environ["LAB"], "tmp", f"client-{os.getpid()}.pem")
        with open(chain, "w", encoding="ascii") as out:
            for part in (f"{name}.pem", f"{name}.chain.pem"):
                if os.path.exists(os.path.join(pki, part)):
                    with open(os.path.join(pki, part), encoding="ascii") as pem:
                        out.write(pem.read())
        self.context.load_cert_chain(chain, os.path.join(pki, f"{name}.key"))
        os.unlink(chain)

    def disconnect(self):
        if self.connection:
            self.session = self.connection.socket.session or self.session
            self.connection.close()
        self.connection = None

    def connect(self, resume):
        self.disconnect()
        self.connection = Connection(self.context, self.session if resume else None)

    def request(self, method, target, version):
        head = [method + b" " + target + b" " + version, b"Host: localhost"]
        return b"\r\n".join(head + self.headers) + b"\r\n" + self._body()

    def _body(self):
        body, self.body = self.body, b""
        return body or b"\r\n"

    def exchange(self, step, data, methods):
        """Sends `data` and prints a reply for each of the methods."""
        for method in methods:
            found = {"step": step, "status": 0}
            try:
                if self.connection is None:
                    self.connect(resume=False)
                if data:
                    self.connection.send_whole(data)
                    data = b""
                found["resumed"] = self.connection.resumed
                found["status"], headers, body = self.connection.reply(method)
                found["headers"] = {name.lower(): value for name, value in headers}
                found["header_names"] = [name for name, _ in headers]
                found["body"] = body.decode("utf-8", "replace")
            except Failure as failure:
                found["error"] = str(failure)
                self.disconnect()
            print(json.dumps(found), flush=True)
            if not self.connection:
                break
            if found["headers"].get("connection", "").lower() == "close":
                self.disconnect()


    def chunked(self, size):
        yield b"Transfer-Encoding: chunked\r\n\r\n"
        while size > 0:
            piece = min(size, 5000)
            yield b"%x\r\n%s\r\n" % (piece, b"a" * piece)
            size -= piece
        yield b"0\r\n\r\n"

    def run(self, step):
        word, _, rest = step.partition(" ")
        if word == "header":
            self.headers.append(rest.encode())
        elif word == "body":
            self.body = b"Content-Length: %d\r\n\r\n" % int(rest) + b"a" * int(rest)
        elif word == "chunked":
            self.body = b"".join(self.chunked(int(rest)))
        elif word == "pipeline":
            self.pipeline = []
        elif word == "replies":
            requests, self.pipeline = self.pipeline, None
            self.exchange("pipeline", b"".join(data for _, data in requests),
                          [method for method, _ in requests])
        elif word in ("resume", "reconnect"):
            try:
                self.connect(resume=word == "resume")
            except Failure as failure:
                print(json.dumps({"step": step, "status": 0, "error": str(failure)}), flush=True)
        elif word == "until":
            while time.time() <= float(rest):
                time.sleep(0.02)
        elif word == "targets":
            with open(rest, encoding="ascii") as targets:
                for target in targets.read().splitlines():
                    self.run(f"GET {target}")
                    self.disconnect()
        else:
            self._run_request(step, word, rest)

    def _run_request(self, step, method, rest):
        target, blank, version = rest.rpartition(" ")
        if not blank or not version.startswith("HTTP/"):
            target, version = rest, "HTTP/1.1"
        target = re.sub(rb"\\x([0-9a-f]{2})", lambda hit: bytes.fromhex(hit[1].decode()),
                        target.encode())
        data = self.request(method.encode(), target, version.encode())
        if self.pipeline is not None:
            self.pipeline.append((method, data))
        else:
            self.exchange(step, data, [method])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--certificate", default="none")
    parser.add_argument("--tls", choices=["1.2", "1.3"], default="1.3")
    parser.add_argument("steps", nargs="+", metavar="STEP")
    arguments = parser.parse_args()
    client = Client(arguments.certificate, arguments.tls)
    for step in arguments.steps:
        client.run(step)
    client.disconnect()
    sys.stdout.flush()


if __name__ == "__main__":
    main()
