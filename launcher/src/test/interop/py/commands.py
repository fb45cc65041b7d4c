"""One method for each op; it returns the fields of the reply."""

import base64
import time

from libp2p.identity.identify.identify import ID as IDENTIFY
from libp2p.identity.identify.pb.identify_pb2 import Identify
from libp2p.peer.id import ID
from libp2p.peer.peerinfo import info_from_p2p_addr
from libp2p.utils.varint import read_length_prefixed_protobuf
from multiaddr import Multiaddr
import trio

from dht import DhtCommands
import echo

CONNECT_TIMEOUT = 20
IDENTIFY_TIMEOUT = 10
PING_TIMEOUT = 10
# The library's queue for one peer holds 32 messages and drops what is above.
QUEUE_ROOM = 16


class Commands:
    def __init__(self, node):
        self._node = node
        self._host = node.host
        self._publishing = trio.Lock()
        self._operations = {
            "connect": self.connect,
            "disconnect": self.disconnect,
            "identify": self.identify,
            "protocols": self.protocols,
            "ping": self.ping,
            "subscribe": self.subscribe,
            "publish": self.publish,
            "mesh": self.mesh,
            "echo": self.echo,
            **DhtCommands(node.host, node.dht).operations(),
        }

    def operation(self, name):
        if name not in self._operations:
            raise ValueError(f"unknown op {name!r}")
        return self._operations[name]

    def _connected_peer(self, text):
        peer = ID.from_string(text)
        self._node.require_connection(peer)
        return peer

    async def connect(self, addr):
        info = info_from_p2p_addr(Multiaddr(addr))
        with trio.fail_after(CONNECT_TIMEOUT):
            await self._host.connect(info)
        return {"peer": str(info.peer_id)}

    async def disconnect(self, peer):
        await self._host.disconnect(ID.from_string(peer))

    async def identify(self, peer):
        """Asks anew: the library keeps only a part of what identify told it."""
        with trio.fail_after(IDENTIFY_TIMEOUT):
            stream = await self._host.new_stream(self._connected_peer(peer), [IDENTIFY])
            try:
                answer = Identify()
                answer.ParseFromString(await read_length_prefixed_protobuf(stream))
            finally:
                await stream.close()
        fields = {
            "agent": answer.agent_version,
            "protocolVersion": answer.protocol_version,
            "protocols": sorted(answer.protocols),
            "listenAddrs": sorted(str(Multiaddr(a)) for a in answer.listen_addrs),
        }
        if answer.observed_addr:
            fields["observedAddr"] = str(Multiaddr(answer.observed_addr))
        return fields

    async def protocols(self, peer):
        known = self._host.get_peerstore().get_protocols(ID.from_string(peer))
        return {"protocols": sorted(known)}

    async def ping(self, peer, count=1):
        # The library's own figure is in whole milliseconds. The first of ours
        # includes the opening of the stream.
        micros = []
        with trio.fail_after(PING_TIMEOUT):
            start = time.perf_counter()
            async for _ in self._node.ping.ping_iter(self._connected_peer(peer), count):
                now = time.perf_counter()
                micros.append(round((now - start) * 1e6))
                start = now
        return {"rttMicros": micros}

    async def subscribe(self, topic):
        await self._node.subscribe(topic)

    async def publish(self, topic, data):
        queues = self._node.pubsub.peer_queues
        async with self._publishing:
            while any(len(queue) > QUEUE_ROOM for queue in queues.values()):
                await trio.sleep(0.005)
            await self._node.pubsub.publish(topic, base64.b64decode(data))

    async def mesh(self, topic):
        return {"peers": sorted(map(str, self._node.pubsub.peer_topics.get(topic, ())))}

    async def echo(self, peer, streams=1, bytes=0):
        return await echo.run(self._host, self._connected_peer(peer), streams, bytes)
