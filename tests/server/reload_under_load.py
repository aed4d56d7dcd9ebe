#!/usr/bin/env python3
"""Reloads without end while others ask: what fails, and what does memory do?

    reload_under_load.py SOCKET CONTROL PID CONFIG RELOADS CERTIFICATE

SOCKET is the authorizer's, CONTROL its control socket, CONFIG a configuration in which
@RULE@ stands for the name of the rule; it is written into CONFIG without its ending .in before
each reload, with another name each time. Two connections at a time ask all the while, and each
reply must be a whole approval by a rule of the generation before or after. Printed is one line
of JSON: the number of requests, those that failed, reloads that failed or came into force too
late, and the resident memory in pages after a fifth of the reloads and after all.
"""

import json
import os
import socket
import sys
import threading

import fcgi_client


def read_line(path, text):
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(fcgi_client.PATIENCE)
        peer.connect(path)
        peer.sendall(text.encode())
        return json.loads(fcgi_client.receive(peer)[0])


class Load:
    def __init__(self, address, certificate):
        self.peers = fcgi_client.Peers(address)

        class Arguments:
            variables = []
        Arguments.certificate = certificate
        self.data = fcgi_client.request(Arguments)
        self.stop = threading.Event()
        self.requests, self.failed, self.rules = 0, [], set()
        self.lock = threading.Lock()

    def ask(self):
        try:
            found = self.peers.exchange(self.data)
        except OSError as error:
            found = {"error": str(error)}
        rule = None
        for line in found.get("reply", "").split("\r\n"):
            name, _, value = line.partition(": ")
            if name == "Variable-CERTAUTHZ_RULE":
                rule = value
        good = found.get("status") == 200 and found.get("ended") and "error" not in found
        with self.lock:
            self.requests += 1
            self.rules.add(rule)
            if not good or rule is None:
                self.failed.append(found)
        return rule

    def run(self):
        while not self.stop.is_set():
            self.ask()


def pages(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1])


def write(path, text):
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(path + ".new", path)


def main():
    address, control, pid, config, reloads, certificate = sys.argv[1:]
    with open(config, encoding="utf-8") as file:
        template = file.read()
    load, number = Load(address, certificate), int(reloads)
    threads = [threading.Thread(target=load.run) for _ in range(2)]
    for thread in threads:
        thread.start()
    bad, late, early_pages = [], 0, 0
    for at in range(number):
        write(config.removesuffix(".in"), template.replace("@RULE@", f"rule-{at}"))
        answer = read_line(control, "reload\n")
        if not answer["ok"]:
            bad.append(answer)
        late += load.ask() != f"rule-{at}"
        if at + 1 == number // 5:
            early_pages = pages(pid)
    late_pages = pages(pid)
    load.stop.set()
    for thread in threads:
        thread.join()
    print(json.dumps({"requests": load.requests, "failed": load.failed[:5], "rules": len(load.rules),
                      "bad_reloads": bad[:5], "late": late,
                      "generation": read_line(control, "status\n")["generation"],
                      "early_pages": early_pages, "late_pages": late_pages}))


main()
