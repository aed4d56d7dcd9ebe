#!/usr/bin/env python3
"""A directory on loopback that knows just enough of LDAP (RFC 4511) to hand out CRLs.

    ldap_server.py --folder DIR [--seconds N]

It takes a free port, prints it as one line, and ends when its standard input does, or after N
seconds (300). A search gets what the common name at its base says:

    cn=NAME        the file of DIR, as certificateRevocationList;binary
    cn=plain-NAME  the same without ";binary"
    cn=two-NAME    twice
    cn=text        one whose value is text
    cn=other       an entry with another attribute alone
    cn=none        no such entry
    cn=refer       a referral to somewhere else
    cn=hang        nothing
    cn=closed      the end of the connection
    cn=garbage     what is not LDAP
"""

import argparse
import os
import socketserver
import threading

BIND, BOUND, UNBIND, SEARCH, ENTRY, DONE = 0x60, 0x61, 0x42, 0x63, 0x64, 0x65


def der(tag, *parts):
    content = b"".join(parts)
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def text(value):
    return der(0x04, value if isinstance(value, bytes) else value.encode())


def parse(data):
    """The first element's tag and content, and what stands behind it."""
    size, start = data[1], 2
    if size & 0x80:
        start = 2 + (size & 0x7F)
        size = int.from_bytes(data[2:start], "big")
    return data[0], data[start:start + size], data[start + size:]


class Handler(socketserver.StreamRequestHandler):
    def message(self):
        """The next message's id, operation and content; None at the end."""
        head = self.rfile.read(2)
        if len(head) < 2:
            return None
        size = head[1]
        if size & 0x80:
            octets = self.rfile.read(size & 0x7F)
            size = int.from_bytes(octets, "big")
        _, number, rest = parse(self.rfile.read(size))
        tag, content, _ = parse(rest)
        return number, tag, content

    def send(self, number, operation):
        self.wfile.write(der(0x30, der(0x02, number), operation))

    def result(self, number, tag, code, *more):
        self.send(number, der(tag, der(0x0A, bytes([code])), text(""), text(""), *more))

    def entry(self, number, base, name, *values):
        attribute = der(0x30, text(name), der(0x31, *map(text, values)))
        self.send(number, der(ENTRY, text(base), der(0x30, attribute)))
        self.result(number, DONE, 0)

    def file(self, name):
        with open(os.path.join(self.server.folder, os.path.basename(name)), "rb") as stream:
            return stream.read()

    def search(self, number, content):
        base = parse(content)[1].decode()
        name = base.partition("=")[2].partition(",")[0]
        crl = "certificateRevocationList"
        if name == "none":
            self.result(number, DONE, 32)
        elif name == "refer":
            self.result(number, DONE, 10, der(0xA3, text("ldap://127.0.0.1:1/")))
        elif name == "hang":
            self.rfile.read(1)
        elif name == "garbage":
            self.wfile.write(bytes(range(128, 256)))
        elif name == "text":
            self.entry(number, base, crl, "not a CRL")
        elif name == "other":
            self.entry(number, base, "cn", "other", "and more")
        elif name.startswith("plain-"):
            self.entry(number, base, crl, self.file(name[6:]))
        elif name.startswith("two-"):
            self.entry(number, base, crl + ";binary", *[self.file(name[4:])] * 2)
        elif name != "closed":
            self.entry(number, base, crl + ";binary", self.file(name))
        return name not in ("closed", "garbage", "hang")

    def handle(self):
        while (message := self.message()) is not None:
            number, tag, content = message
            if tag == BIND:
                self.result(number, BOUND, 0)
            elif tag != SEARCH or not self.search(number, content):
                return


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    folder = None

    def handle_error(self, request, address):
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", required=True)
    parser.add_argument("--seconds", type=float, default=300)
    arguments = parser.parse_args()
    server = Server(("127.0.0.1", 0), Handler)
    server.folder = arguments.folder
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    end = threading.Timer(arguments.seconds, os._exit, [0])
    end.daemon = True
    end.start()
    while os.read(0, 4096):
        pass


if __name__ == "__main__":
    main()
