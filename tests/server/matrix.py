#!/usr/bin/env python3
"""Asks one front door for everything that stands behind it, in all the ways of the matrix.

    matrix.py PHASE      of the laboratory in $LAB, on $LAB_PORT

    serves       one file to a good certificate
    served       with a good certificate every downstream answers, over each TLS version and
                 several times on one connection
    whole        100 MB down and up arrive as they were sent, on connections kept alive
    refused      without a certificate, and with those that are refused, nothing leaves
    unanswered   while nobody decides nothing leaves, whoever asks

The door is described by what the file in doors/ says, in the environment: MATRIX_TLS,
MATRIX_DOWNSTREAMS, MATRIX_DENIAL, MATRIX_REASONS, MATRIX_WITHOUT and MATRIX_GIVES_UP, each with
blanks between its words. Requests run at the same time. Each cell of the matrix prints one line when it ends, "ok" or "FAILED" and which
it was; the exit status is 0 only if all were ok.
"""

import collections
import concurrent.futures
import hashlib
import itertools
import json
import os
import sys

from https_client import Client, Connection, Failure

AT_ONCE = {"served": 8, "whole": 3, "refused": 8, "unanswered": 64, "serves": 1}
LARGE = 100_000_000
RAW_KEPT = 65536
PAGE_MAX = 16384
# Those that the door tells a reason for, and one that the web server may refuse itself: with 400,
# or by ending the handshake.
REASONED = ("none", "untrusted")
WEB_SERVER_REFUSES = "expired"

PATHS = {
    "static": "/secret.txt",
    "cgi": "/app/echo.cgi",
    "fastcgi": "/whoami",
    "php": "/app/echo.php",
    "proxy": "/backend/echo",
}

Cell = collections.namedtuple("Cell", "name client requests judge")
Request = collections.namedtuple("Request", "method target body headers", defaults=(0, ()))
# `raw` is the beginning of all that came for it, `error` says why the status is 0.
Reply = collections.namedtuple("Reply", "status headers body raw error", defaults=(None,))


class Unexpected(Exception):
    """What was found, and what was wanted."""


def expect(what, found, wanted):
    if found != wanted:
        raise Unexpected(f"{what}: found {found!r:.500}, wanted {wanted!r:.500}")


class Witness(Connection):
    """Keeps the beginning of what comes, also of a reply that breaks off."""

    def __init__(self, context):
        self.raw = bytearray()
        super().__init__(context)

    def _receive(self):
        before = len(self.buffer)
        more = super()._receive()
        if len(self.raw) < RAW_KEPT:
            self.raw += self.buffer[before:]
        return more

    def wait_for_end(self):
        """What comes behind the last reply is looked at, too."""
        try:
            self._rest()
        except Failure:
            pass


# --- the door --------------------------------------------------------------------------

def words(name):
    return os.environ[name].split()


def big_file():
    with open(os.path.join(os.environ["LAB"], "site", "big.bin"), "rb") as file:
        return file.read()


def data_of(client, request, last):
    client.headers = [b"Accept: application/json, application/problem+json"]
    client.headers += [name.encode() for name in request.headers]
    if last:
        client.headers.append(b"Connection: close")
    if request.body:
        client.body = b"Content-Length: %d\r\n\r\n" % request.body + b"a" * request.body
    return client.request(request.method.encode(), request.target.encode(), b"HTTP/1.1")


def ask(connection, client, request, last):
    """Status 0 where no whole reply came."""
    try:
        connection.send_whole(data_of(client, request, last))
        status, headers, body = connection.reply(request.method)
    except Failure as failure:
        return Reply(0, {}, b"", bytes(connection.raw), str(failure))
    if last:
        connection.wait_for_end()
    return Reply(status, {name.lower(): value for name, value in headers}, body,
                 bytes(connection.raw))


def converse(cell):
    """All requests of the cell on one connection, as long as the server keeps it."""
    connection = None
    for at, request in enumerate(cell.requests):
        try:
            connection = connection or Witness(cell.client.context)
            reply = ask(connection, cell.client, request, at == len(cell.requests) - 1)
            connection.raw.clear()
        except Failure as failure:
            reply = Reply(0, {}, b"", b"", "connecting: " + str(failure))
        try:
            cell.judge(request, reply)
        except Unexpected as error:
            raise Unexpected(f"request {at + 1}, {request.method} {request.target} with "
                             f"{request.body} bytes: {error}") from error
        if connection and (reply.status == 0 or reply.headers.get("connection") == "close"):
            connection.close()
            connection = None


# --- what must pass --------------------------------------------------------------------

def judge_static(request, reply):
    secret = os.environ["SECRET"].encode() + b"\n"
    expect("length", reply.headers.get("content-length"), str(len(secret)))
    expect("body", reply.body, secret if request.method == "GET" else b"")


def judge_application(downstream, request, reply):
    try:
        said = json.loads(reply.body)
    except ValueError as error:
        raise Unexpected(f"no JSON: {reply.body[:500]!r}") from error
    if downstream == "fastcgi":
        expect("authenticated", said["authenticated"], True)
        said = said["request"]
    else:
        expect("by", said["by"], "backend" if downstream == "proxy" else downstream)
    if downstream in ("cgi", "php"):
        expect("CERTAUTHZ", said["variables"].get("CERTAUTHZ"), "granted")
    expect("method", said["method"], request.method)
    expect("length of the body that it was sent", said["body_bytes"], request.body)
    expect("digest of the body that it was sent", said["body_sha256"],
           hashlib.sha256(b"a" * request.body).hexdigest())


def judge_served(request, reply):
    expect("status and failure", (reply.status, reply.error), (200, None))
    expect("claims shown to the client",
           [name for name in reply.headers if name.startswith(("variable-", "cert"))], [])
    path = request.target.split("?")[0]
    if path == "/big.bin":
        expect("digest of the body", hashlib.sha256(reply.body).hexdigest(),
               hashlib.sha256(big_file()).hexdigest())
    elif path.startswith("/backend/bytes/"):
        expect("number of bytes", len(reply.body), int(path.split("/")[3]))
        expect("other bytes than the back end's", reply.body.strip(b"a"), b"")
    elif path == PATHS["static"]:
        judge_static(request, reply)
    else:
        downstream = next(name for name, known in PATHS.items() if path == known)
        judge_application(downstream, request, reply)


def small_requests(downstream):
    path = PATHS[downstream]
    if downstream == "static":
        return [Request("GET", path), Request("HEAD", path), Request("GET", path)]
    return [Request("GET", path), Request("POST", path, 1000), Request("GET", path + "?again=1")]


def large_requests(downstream):
    path = PATHS[downstream]
    if downstream == "static":
        return [Request("GET", "/big.bin"), Request("GET", path)]
    down = [Request("GET", f"/backend/bytes/{LARGE}")] if downstream == "proxy" else []
    return down + [Request("POST", path, LARGE), Request("GET", path)]


def phase_serves():
    return [Cell("good", Client("good", words("MATRIX_TLS")[-1]),
                 [Request("GET", PATHS["static"])], judge_served)]


def phase_served():
    return [Cell(f"TLS {tls}, good, {downstream}", Client("good", tls), small_requests(downstream),
                 judge_served)
            for tls in words("MATRIX_TLS") for downstream in words("MATRIX_DOWNSTREAMS")]


def phase_whole():
    """Once for each downstream, the TLS versions in turn."""
    turns = itertools.cycle(words("MATRIX_TLS"))
    return [Cell(f"TLS {tls}, good, {downstream}", Client("good", tls), large_requests(downstream),
                 judge_served)
            for tls, downstream in zip(turns, words("MATRIX_DOWNSTREAMS"))]


# --- what must not leave ---------------------------------------------------------------

RANGE = "Range: bytes=0-99"


def judge_nothing_left(raw):
    """In headers, bodies, and what came behind them. Every application tells its digest, the back
    end's bytes are all the same, and those of the big file are no text."""
    for what, mark in (("the secret", os.environ["SECRET"].encode()),
                       ("an application's answer", b"body_sha256"),
                       ("the back end's bytes", b"a" * 20)):
        if mark in raw:
            raise Unexpected(f"{what} left: {raw[:500]!r}")
    expect("no more bytes than a page has", len(raw) < PAGE_MAX, True)
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unexpected(f"what is no text left: {raw[:500]!r}") from error


def judge_refused(certificate):
    def judge(request, reply):
        judge_nothing_left(reply.raw)
        if certificate == WEB_SERVER_REFUSES:
            if reply.status not in (400, 0):
                expect("status", reply.status, 403)
            return
        reason = words("MATRIX_REASONS")[REASONED.index(certificate)]
        if reason == "handshake":
            expect("status", reply.status, 0)
            return
        expect("status and failure", (reply.status, reply.error), (403, None))
        if os.environ["MATRIX_DENIAL"] == "ours" and request.method != "HEAD":
            expect("reason", json.loads(reply.body)["reason"], reason)
    return judge


def judge_unanswered(certificate):
    wanted = [0, *map(int, words("MATRIX_WITHOUT"))]
    # Without a certificate a door may refuse by itself.
    wanted += [] if certificate == "good" else [403]

    def judge(_, reply):
        judge_nothing_left(reply.raw)
        if reply.status not in wanted:
            expect("status", reply.status, wanted)
        if os.environ["MATRIX_GIVES_UP"] == "soon":
            expect("an end of the request", "timed out" in (reply.error or ""), False)
    return judge


def forbidden_requests(downstream):
    path = PATHS[downstream]
    requests = [Request("GET", path), Request("POST", path, 1000)]
    if downstream == "static":
        return requests[:1] + [Request("HEAD", path), Request("GET", "/big.bin"),
                               Request("GET", "/big.bin", 0, ("Range: bytes=0-99",))]
    if downstream == "proxy":
        requests.append(Request("GET", "/backend/bytes/100000"))
    return requests + [Request("POST", path, 1_000_000)]


def name_of(requests):
    return requests[0].method + " alone" if len(requests) == 1 else "kept alive"


def phase_refused():
    """Each request on a connection of its own, and then all of them on one."""
    return [Cell(f"TLS {tls}, {certificate}, {downstream}, {name_of(requests)}",
                 Client(certificate, tls), requests, judge_refused(certificate))
            for tls in words("MATRIX_TLS") for certificate in (*REASONED, WEB_SERVER_REFUSES)
            for downstream in words("MATRIX_DOWNSTREAMS")
            for every in [forbidden_requests(downstream)]
            for requests in [every, *([one] for one in every)]]


def phase_unanswered():
    return [Cell(f"TLS {tls}, {certificate}, {downstream}, {name_of([request])}",
                 Client(certificate, tls), [request], judge_unanswered(certificate))
            for tls in words("MATRIX_TLS") for certificate in ("good", "none")
            for downstream in words("MATRIX_DOWNSTREAMS")
            for request in forbidden_requests(downstream)[:2]]


# --- all of it -------------------------------------------------------------------------

def run(cell):
    try:
        converse(cell)
        error = None
    except (Unexpected, ValueError, KeyError) as failure:
        error = failure
    # In one piece: others do the same.
    sys.stdout.write(f"ok {cell.name}\n" if error is None else f"FAILED {cell.name}: {error}\n")
    sys.stdout.flush()
    return error is None


PHASES = {"serves": phase_serves, "served": phase_served, "whole": phase_whole,
          "refused": phase_refused, "unanswered": phase_unanswered}


def main():
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE[sys.argv[1]]) as pool:
        running = [pool.submit(run, cell) for cell in PHASES[sys.argv[1]]()]
        good = [future.result() for future in running]
    sys.exit(0 if good and all(good) else 1)


main()
