#!/usr/bin/env python3
"""Traffic without end: traffic.py FILE WHO...

WHO is NAME@PLACE=PORT/PATH: a thread that asks the web server on that port for that path over and
over, each time over a new TLS connection with the certificate NAME of the laboratory's PKI, until
the program gets SIGTERM. FILE gets one line for each request that has ended:

    BEGIN END NAME PLACE STATUS

BEGIN and END are numbers that are given out one after the other, to every beginning and every end:
a request that began after another had ended has a BEGIN above that one's END. STATUS is 0 where
there was no reply, and what went wrong stands behind it.
"""

import http.client
import itertools
import os
import signal
import ssl
import sys
import threading

PATIENCE = float(os.environ.get("LAB_PATIENCE", "20"))
PAUSE = 0.02  # so that the machine has some time left for others

numbers, ended, lock = itertools.count(1), threading.Event(), threading.Lock()


class Asker:
    def __init__(self, who):
        head, _, self.path = who.partition("/")
        head, _, self.port = head.partition("=")
        self.name, _, self.place = head.partition("@")
        pki = os.path.join(os.environ["LAB"], "pki")
        self.context = ssl.create_default_context(cafile=os.path.join(pki, "root-ca.pem"))
        self.context.load_cert_chain(os.path.join(pki, f"{self.name}.pem"),
                                     os.path.join(pki, f"{self.name}.key"))

    def ask(self):
        connection = http.client.HTTPSConnection("localhost", int(self.port), timeout=PATIENCE,
                                                 context=self.context)
        try:
            connection.request("GET", "/" + self.path)
            reply = connection.getresponse()
            reply.read()
            return str(reply.status)
        except (OSError, http.client.HTTPException) as error:
            return f"0 {error!r}"
        finally:
            connection.close()

    def run(self, out):
        while not ended.is_set():
            begin = next(numbers)
            status = self.ask()
            with lock:
                print(begin, next(numbers), self.name, self.place, status, file=out, flush=True)
            ended.wait(PAUSE)


def main():
    signal.signal(signal.SIGTERM, lambda number, frame: ended.set())
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        threads = [threading.Thread(target=Asker(who).run, args=(out,)) for who in sys.argv[2:]]
        for thread in threads:
            thread.start()
        ended.wait()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main()
