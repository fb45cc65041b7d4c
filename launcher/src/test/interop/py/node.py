"""The host with the services on it, and the events it raises."""

from contextlib import AsyncExitStack, asynccontextmanager
import hashlib
from importlib.metadata import version
import math
import os
import ssl
from weakref import WeakKeyDictionary

from libp2p import new_host
from libp2p.abc import INotifee
from libp2p.crypto import ed25519, secp256k1, x25519
from libp2p.host.ping import PingService
from libp2p.network.config import ConnectionConfig
from libp2p.peer.id import ID
from libp2p.pubsub import gossipsub, pubsub
from libp2p.security.noise.transport import PROTOCOL_ID as NOISE, Transport as Noise
from libp2p.security.tls.transport import PROTOCOL_ID as TLS, TLSTransport
from libp2p.stream_muxer.mplex.mplex import MPLEX_PROTOCOL_ID, Mplex
from libp2p.stream_muxer.yamux.yamux import PROTOCOL_ID as YAMUX_PROTOCOL_ID, Yamux
from libp2p.tools.anyio_service import background_trio_service
import trio

from dht import make_dht
import echo
import wire

KEY_TYPES = {"ed25519": ed25519, "secp256k1": secp256k1}
MUXERS = {
    "yamux": {YAMUX_PROTOCOL_ID: Yamux},
    "mplex": {MPLEX_PROTOCOL_ID: Mplex},
}
REGISTRATION_TIMEOUT = 3

# The library drops what a subscriber has not fetched when 32 messages wait, and
# it offers no other way to change that.
pubsub.SUBSCRIPTION_CHANNEL_SIZE = 4096


class ConnectionEvents(INotifee):
    """Reports the first connection to a peer and the end of the last one."""

    def __init__(self):
        self._connected = set()

    async def connected(self, network, conn):
        peer = conn.muxed_conn.peer_id
        if peer not in self._connected:
            self._connected.add(peer)
            wire.event("connected", peer=str(peer))

    async def disconnected(self, network, conn):
        peer = conn.muxed_conn.peer_id
        if peer in self._connected and not network.get_connections(peer):
            self._connected.remove(peer)
            wire.event("disconnected", peer=str(peer))

    async def opened_stream(self, network, stream):
        pass

    async def closed_stream(self, network, stream):
        pass

    async def listen(self, network, multiaddr):
        pass

    async def listen_close(self, network, multiaddr):
        pass


class Pubsub(pubsub.Pubsub):
    """Reports new subscribers, for which the library has no event."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self._write_locks = WeakKeyDictionary()

    def handle_subscription(self, origin_id, sub_message):
        topic = sub_message.topicid
        known = origin_id in self.peer_topics.get(topic, ())
        super().handle_subscription(origin_id, sub_message)
        if not known and origin_id in self.peer_topics.get(topic, ()):
            wire.event("subscribed", topic=topic, peer=str(origin_id))

    async def write_msg(self, stream, rpc_msg):
        # To a new subscriber the library repeats recent messages while another
        # task sends new ones. Above 64 KiB they go out in parts, which get mixed
        # up, and the other side reads garbage.
        async with self._write_locks.setdefault(stream, trio.Lock()):
            return await super().write_msg(stream, rpc_msg)


class Node:
    def __init__(self, host, topics, dht, nursery):
        self.host = host
        self.dht = dht
        self.pubsub = topics
        self.ping = PingService(host)
        self._nursery = nursery
        self._subscribed = set()

    def description(self):
        addrs = self.host.get_transport_addrs()
        return {
            "version": version("libp2p"),
            "id": str(self.host.get_id()),
            "addrs": [str(a) for a in addrs],
        }

    def require_connection(self, peer):
        """Without a connection the library would dial addresses of old."""
        if not self.host.get_network().get_connections(peer):
            raise ConnectionError(f"not connected to {peer}")

    async def subscribe(self, topic):
        if topic not in self._subscribed:
            self._subscribed.add(topic)
            await self._peers_registered()
            subscription = await self.pubsub.subscribe(topic)
            self._nursery.start_soon(self._deliver, topic, subscription)

    async def _peers_registered(self):
        """A subscription made while a new peer is greeted never reaches that peer."""
        with trio.move_on_after(REGISTRATION_TIMEOUT):
            for peer in self.host.get_connected_peers():
                await self.pubsub.wait_for_peer(peer, timeout=math.inf)

    async def _deliver(self, topic, subscription):
        while True:
            message = await subscription.get()
            author = ID(message.from_id)
            if author != self.host.get_id():
                wire.event(
                    "message",
                    topic=topic,
                    size=len(message.data),
                    sha256=hashlib.sha256(message.data).hexdigest(),
                    **{"from": str(author)},
                )

    async def disconnect_all(self):
        for peer in self.host.get_connected_peers():
            await self.host.disconnect(peer)


def _web_tls(folder):
    """For a listener at /tls/ws, and for dialling others that have the same certificate."""
    if folder is None:
        return {}
    certificate = os.path.join(folder, "certificate.pem")
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(certificate, os.path.join(folder, "key.pem"))
    client = ssl.create_default_context(cafile=certificate)
    return {"tls_server_config": server, "tls_client_config": client}


def _make_host(key_type, listen, muxer, psk, web):
    key_pair = KEY_TYPES[key_type].create_new_key_pair()
    noise_key = x25519.create_new_key_pair().private_key
    return new_host(
        key_pair=key_pair,
        listen_addrs=listen,
        sec_opt={
            NOISE: Noise(key_pair, noise_privkey=noise_key),
            TLS: TLSTransport(key_pair),
        },
        psk=psk,
        muxer_opt=MUXERS[muxer],
        **_web_tls(web),
        # Below the low watermark the library dials known peers by itself, even
        # one that it was just told to disconnect from.
        connection_config=ConnectionConfig(
            min_connections=0, low_watermark=0, max_connections_per_peer=16
        ),
    )


def _make_router():
    return gossipsub.GossipSub(
        protocols=[
            gossipsub.PROTOCOL_ID_V12,
            gossipsub.PROTOCOL_ID_V11,
            gossipsub.PROTOCOL_ID,
        ],
        degree=6,
        degree_low=4,
        degree_high=12,
        heartbeat_interval=1,  # the default is two minutes
        adaptive_gossip_enabled=False,
        # Ten messages a second and topic, and three addresses in a mesh: neither
        # suits a test cluster on one machine.
        spam_protection_enabled=False,
        eclipse_protection_enabled=False,
    )


@asynccontextmanager
async def running_node(listen, key_type, dht_mode, muxer, psk, web):
    host = _make_host(key_type, listen, muxer, psk, web)
    router = _make_router()
    topics = Pubsub(host, router, strict_signing=True, max_inbound_rpc_size=4 << 20)
    host.get_network().register_notifee(ConnectionEvents())
    host.set_stream_handler(echo.PROTOCOL, echo.handle)
    dht = make_dht(host, dht_mode)
    async with AsyncExitStack() as running:
        await running.enter_async_context(host.run(listen_addrs=listen))
        for service in filter(None, (topics, router, dht)):
            await running.enter_async_context(background_trio_service(service))
        async with trio.open_nursery() as nursery:
            await topics.wait_until_ready()
            yield Node(host, topics, dht, nursery)
            nursery.cancel_scope.cancel()
