"""A py-libp2p node that a test suite drives with JSON lines on stdin and stdout.

The protocol is described in ../README.md.
"""

import argparse
import os
import threading

from multiaddr import Multiaddr
import trio

from commands import Commands
from node import MUXERS, running_node
import wire

# Bounds a clean shutdown: the peer must never outlive its parent.
STOP_TIMEOUT = 5.0


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listen", action="append", default=[])
    parser.add_argument("--key-type", choices=("ed25519", "secp256k1"), default="ed25519")
    parser.add_argument("--dht", choices=("server", "client"))
    parser.add_argument("--psk", help="key of a private network, 64 hex digits")
    parser.add_argument("--muxer", choices=tuple(MUXERS), default="yamux")
    parser.add_argument("--web", help="folder of certificate.pem and key.pem, for /tls/ws")
    arguments = parser.parse_args()
    arguments.listen = [Multiaddr(a) for a in arguments.listen or ["/ip4/127.0.0.1/tcp/0"]]
    return arguments


def exit_soon():
    # A thread of its own: it must fire even when the event loop is stuck.
    timer = threading.Timer(STOP_TIMEOUT, os._exit, args=(0,))
    timer.daemon = True
    timer.start()


async def main(arguments):
    async with running_node(
        arguments.listen,
        arguments.key_type,
        arguments.dht,
        arguments.muxer,
        arguments.psk,
        arguments.web,
    ) as node:
        wire.event("ready", implementation="py-libp2p", **node.description())
        answer_stop = await wire.serve(Commands(node))
        exit_soon()
        await node.disconnect_all()
        answer_stop()
    # Closing the node properly can take seconds, and nobody waits for it.
    os._exit(0)


if __name__ == "__main__":
    trio.run(main, parse_arguments())
