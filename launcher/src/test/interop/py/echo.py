"""The echo protocol: its handler, and a client that checks what comes back."""

import hashlib
import random
import time

from libp2p.custom_types import TProtocol
from libp2p.network.stream.exceptions import StreamEOF
from libp2p.stream_muxer.mplex.mplex import Mplex
import trio

PROTOCOL = TProtocol("/interop/echo/1.0.0")
OPEN_TIMEOUT = 30
TIMEOUT = 300
BLOCK = 64 * 1024


async def handle(stream):
    """Copies block by block: the next is read when the last has been written."""
    try:
        async for block in _blocks(stream):
            await stream.write(block)
    except Exception:
        await stream.reset()
    else:
        await stream.close()


async def _blocks(stream):
    while True:
        try:
            block = await stream.read(BLOCK)
        except StreamEOF:
            return
        if not block:
            return
        yield block


async def run(host, peer, count, size):
    """Opens all streams before it writes on any, then runs them side by side."""
    start = time.perf_counter()
    streams = []
    try:
        # The library waits for ever when 256 outbound streams are open.
        with trio.fail_after(OPEN_TIMEOUT):
            for _ in range(count):
                streams.append(await host.new_stream(peer, [PROTOCOL]))
        with trio.fail_after(TIMEOUT):
            trip = _round_trip_in_turns if _is_mplex(host, peer) else _round_trip
            async with trio.open_nursery() as nursery:
                for stream in streams:
                    nursery.start_soon(trip, stream, size)
    except BaseException:
        with trio.move_on_after(1, shield=True):
            for stream in streams:
                await stream.reset()
        raise
    return {
        "streams": count,
        "bytes": count * size,
        "sha256Ok": True,
        "millis": round((time.perf_counter() - start) * 1000),
    }


def _is_mplex(host, peer):
    connections = host.get_network().get_connections(peer)
    return any(isinstance(each.muxed_conn, Mplex) for each in connections)


async def _round_trip_in_turns(stream, size):
    """Block by block: on a stream of the library's mplex a pending read holds up every write."""
    sent, received = hashlib.sha256(), hashlib.sha256()
    for start in range(0, size, BLOCK):
        block = random.randbytes(min(BLOCK, size - start))
        sent.update(block)
        await stream.write(block)
        missing = len(block)
        while missing > 0:
            answer = await stream.read(missing)
            received.update(answer)
            missing -= len(answer)
    await stream.close_write()
    async for block in _blocks(stream):
        raise ValueError(f"{len(block)} bytes more than were sent")
    await stream.close()
    if sent.digest() != received.digest():
        raise ValueError("received other bytes than were sent")


async def _round_trip(stream, size):
    sent, received = hashlib.sha256(), hashlib.sha256()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_send, stream, size, sent)
        count = 0
        async for block in _blocks(stream):
            received.update(block)
            count += len(block)
    await stream.close()
    if count != size:
        raise ValueError(f"sent {size} bytes, received {count}")
    if sent.digest() != received.digest():
        raise ValueError("received other bytes than were sent")


async def _send(stream, size, digest):
    while size > 0:
        block = random.randbytes(min(BLOCK, size))
        digest.update(block)
        size -= len(block)
        await stream.write(block)
    await stream.close_write()
