#!/usr/bin/env python3
"""Runs two peer programs against each other: every command, in both directions.

    selftest.py PEER_A PEER_B [--bytes N] [--key-type TYPE] [--verbose]

PEER_A and PEER_B are executables that speak the line protocol of README.md. Each
of the two dials the other once. What fails between two foreign peers is a fact
about them, not about our node, and good to know before its tests are judged.
The exit status is 1 when a step failed.
"""

import argparse
import base64
import hashlib
import json
import random
import subprocess
import sys
import threading
import time

TOPIC = "selftest"
MESSAGES = 100
LARGEST_MESSAGE = 60 * 1024
ECHO = "/interop/echo/1.0.0"


class Failure(Exception):
    pass


class Peer:
    """A running peer program."""

    def __init__(self, executable, key_type, verbose):
        self.log = [] if verbose else None
        self._news = threading.Condition()
        self._events = []
        self._replies = {}
        self._number = 0
        self._process = subprocess.Popen(
            [executable, "--key-type", key_type],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if verbose else subprocess.DEVNULL,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()
        ready = self.wait_event("ready", 30)
        self.name = ready["implementation"].removesuffix("-libp2p")
        self.version = ready["version"]
        self.id = ready["id"]
        self.addr = f"{ready['addrs'][0]}/p2p/{self.id}"

    def _read(self):
        for line in self._process.stdout:
            message = json.loads(line)
            with self._news:
                if "reply" in message:
                    self._replies[message["reply"]] = message
                else:
                    self._events.append(message)
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def _wait(self, found, timeout, what):
        with self._news:
            if not self._news.wait_for(found, timeout):
                raise Failure(f"no {what} within {timeout} s")
            return found()

    def send(self, op, **fields):
        self._number += 1
        line = json.dumps({"id": self._number, "op": op, **fields})
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise Failure(f"{self.name} is gone: {error}") from error
        return self._number

    def result(self, number, timeout, what="reply"):
        reply = self._wait(lambda: self._replies.get(number), timeout, what)
        if not reply["ok"]:
            raise Failure(reply["error"])
        return reply

    def call(self, op, timeout=30, **fields):
        return self.result(self.send(op, **fields), timeout, f"reply to {op}")

    def events(self, name, **fields):
        with self._news:
            return [
                e for e in self._events
                if e["event"] == name and all(e.get(k) == v for k, v in fields.items())
            ]  # fmt: skip

    def wait_event(self, name, timeout, **fields):
        def found():
            return next(iter(self.events(name, **fields)), None)

        return self._wait(found, timeout, f"event {name} {fields or ''}")

    def wait_messages(self, expected, author, timeout):
        """Waits for all hashes; what is missing, or comes twice, is a failure."""

        def hashes():
            return [m["sha256"] for m in self.events("message", topic=TOPIC) if m["from"] == author]

        with self._news:
            self._news.wait_for(lambda: len(hashes()) >= len(expected), timeout)
        time.sleep(0.2)  # time for a duplicate to show
        got = hashes()
        missing = len(set(expected) - set(got))
        if missing or len(got) != len(expected):
            raise Failure(f"{missing} of {len(expected)} missing, {len(got)} came")

    def stop(self):
        number = self.send("stop")
        self.result(number, 10)
        status = self._process.wait(10)
        if status != 0:
            raise Failure(f"exit status {status}")

    def kill(self):
        self._process.kill()
        self._process.wait()


def check_identify(asking, asked):
    answer = asking.call("identify", peer=asked.id)
    missing = {ECHO, "/ipfs/ping/1.0.0", "/ipfs/id/1.0.0"} - set(answer["protocols"])
    if missing:
        raise Failure(f"protocols without {missing}")
    if not any(p.startswith("/meshsub/") for p in answer["protocols"]):
        raise Failure("protocols without meshsub")
    if asked.addr.split("/p2p/")[0] not in answer["listenAddrs"]:
        raise Failure(f"listenAddrs without the address: {answer['listenAddrs']}")
    return f"{answer['agent']}, {answer['protocolVersion']}, observed {answer.get('observedAddr')}"


def check_ping(asking, asked):
    rtts = asking.call("ping", peer=asked.id, count=3)["rttMicros"]
    if len(rtts) != 3:
        raise Failure(f"{len(rtts)} answers")
    return f"{rtts} µs"


def check_echo(asking, asked, streams, size):
    answer = asking.call("echo", 330, peer=asked.id, streams=streams, bytes=size)
    if answer["bytes"] != streams * size or not answer["sha256Ok"]:
        raise Failure(str(answer))
    rate = answer["bytes"] / 1048.576 / max(answer["millis"], 1)
    return f"{answer['millis']} ms, {rate:.1f} MiB/s"


def subscribe(a, b):
    for peer, other in ((a, b), (b, a)):
        peer.call("subscribe", topic=TOPIC)
    for peer, other in ((a, b), (b, a)):
        peer.wait_event("subscribed", 15, topic=TOPIC, peer=other.id)
        if other.id not in peer.call("mesh", topic=TOPIC)["peers"]:
            raise Failure(f"{peer.name} does not list the subscriber")
    time.sleep(2)  # two heartbeats: py sends to its mesh only


def check_gossip(author, reader):
    sizes = [1, LARGEST_MESSAGE] + [random.randint(2, LARGEST_MESSAGE) for _ in range(MESSAGES - 2)]
    random.shuffle(sizes)
    hashes = []
    start = time.monotonic()
    for number, size in enumerate(sizes):
        # A message of one byte cannot carry a number; there is only one of it.
        data = (number.to_bytes(2, "big") + random.randbytes(size))[:size]
        hashes.append(hashlib.sha256(data).hexdigest())
        author.call("publish", topic=TOPIC, data=base64.b64encode(data).decode())
    reader.wait_messages(hashes, author.id, 20)
    return f"{round((time.monotonic() - start) * 1000)} ms"


def disconnect(dialer, listener):
    dialer.call("disconnect", peer=listener.id)
    dialer.wait_event("disconnected", 10, peer=listener.id)
    listener.wait_event("disconnected", 10, peer=dialer.id)


class Run:
    """The steps between one dialer and one listener."""

    def __init__(self, executables, options):
        self._executables = executables
        self._options = options
        self.failures = []

    def _step(self, title, action, *arguments):
        start = time.monotonic()
        try:
            note = action(*arguments) or f"{round((time.monotonic() - start) * 1000)} ms"
        except (Failure, subprocess.TimeoutExpired) as failure:
            self.failures.append(title)
            print(f"  FAIL {title}: {failure}", flush=True)
            return False
        print(f"  ok   {title}: {note}", flush=True)
        return True

    def run(self):
        peers = []
        try:
            for executable in self._executables:
                peers.append(Peer(executable, self._options.key_type, self._options.verbose))
            self._steps(*peers)
        finally:
            for peer in peers:
                peer.kill()

    def _steps(self, dialer, listener):
        d, l = f"{dialer.name} (dialer)", f"{listener.name} (listener)"
        print(f"{d} {dialer.version} -> {l} {listener.version}", flush=True)
        if not self._step("connect", lambda: self._connect(dialer, listener)):
            return
        both = ((dialer, listener, f"{d} to {l}"), (listener, dialer, f"{l} to {d}"))
        for asking, asked, way in both:
            self._step(f"identify, {way}", check_identify, asking, asked)
            self._step(f"ping x 3, {way}", check_ping, asking, asked)
            self._step(f"echo 64 x 1000, {way}", check_echo, asking, asked, 64, 1000)
            self._step(f"echo 1 x {self._options.bytes}, {way}", check_echo, asking, asked, 1, self._options.bytes)
        if self._step("subscribe", subscribe, dialer, listener):
            for author, reader, way in both:
                self._step(f"{MESSAGES} messages, {way}", check_gossip, author, reader)
        self._step("disconnect", disconnect, dialer, listener)
        self._step(f"stop {d}", dialer.stop)
        self._step(f"stop {l}", listener.stop)

    @staticmethod
    def _connect(dialer, listener):
        answer = dialer.call("connect", addr=listener.addr)
        if answer["peer"] != listener.id:
            raise Failure(f"connected to {answer['peer']}")
        dialer.wait_event("connected", 10, peer=listener.id)
        listener.wait_event("connected", 10, peer=dialer.id)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer", nargs=2)
    parser.add_argument("--bytes", type=int, default=64 << 20, help="size of the large transfer")
    parser.add_argument("--key-type", default="ed25519", choices=("ed25519", "secp256k1"))
    parser.add_argument("--verbose", action="store_true", help="show what the peers log")
    options = parser.parse_args()
    failures = []
    for executables in (options.peer, options.peer[::-1]):
        run = Run(executables, options)
        try:
            run.run()
        except Failure as failure:
            run.failures.append(str(failure))
            print(f"  FAIL {failure}", flush=True)
        failures += run.failures
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
