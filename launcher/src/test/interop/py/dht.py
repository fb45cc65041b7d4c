"""The Kademlia DHT, and one method for each op whose name begins with "dht-"."""

import base64
import hashlib

import base58
from libp2p.kad_dht.kad_dht import DHTMode, KadDHT
from libp2p.kad_dht.pb.kademlia_pb2 import Message
from libp2p.peer.id import ID
from libp2p.peer.peerinfo import info_from_p2p_addr
from libp2p.records.validator import Validator
from multiaddr import Multiaddr
import trio

NAMESPACE = "interop"
# Of the workshop's seventh lesson, as that writes them; and as text, which is all that this release takes.
LESSON_VALUE = b"Hello message from Paschal"
LESSON_KEY = hashlib.sha256(b"py-libp2p kademlia example value").digest()
LESSON_CONTENT = hashlib.sha256(b"Hello from python node ").digest()
LESSON_KEYS = {
    "bytes": (LESSON_KEY, LESSON_CONTENT),
    "text": (base58.b58encode(LESSON_KEY).decode(), LESSON_CONTENT.hex()),
}
JOIN_TIMEOUT = 20
QUERY_TIMEOUT = 80


class InteropValidator(Validator):
    """Any value but an empty one is valid; of several the last in the order of
    their bytes is the best, and of equal ones the last, or an equal record that
    is put again would be refused."""

    def validate(self, key, value):
        if not value:
            raise ValueError("the value is empty")

    def select(self, key, values):
        return max(range(len(values)), key=lambda i: (values[i], i))


class HeldBack:
    """A stream whose answer to an ADD_PROVIDER goes out at its end only.

    No other implementation answers that. go-libp2p, which goes on with the same
    stream, takes it for the answer to its next request; if that is a PUT_VALUE
    the whole process ends, as it looks for a record in it.
    """

    def __init__(self, stream):
        self._stream = stream
        self._prefix = b""
        self._answer = b""

    def __getattr__(self, name):
        return getattr(self._stream, name)

    async def write(self, data):
        # The library writes the length of a message, then the message.
        if not self._prefix:
            self._prefix = data
            return
        frame, self._prefix = self._prefix + data, b""
        if Message.FromString(data).type == Message.MessageType.ADD_PROVIDER:
            self._answer = frame
        else:
            await self._stream.write(frame)

    async def read(self, n=None):
        data = b""
        try:
            data = await self._stream.read(n)
            return data
        finally:
            answer, self._answer = self._answer, b""
            if answer and not data:
                await self._stream.write(answer)


class Dht(KadDHT):
    async def _do_handle_stream(self, stream):
        await super()._do_handle_stream(HeldBack(stream))


def make_dht(host, mode):
    """None when no mode was asked for."""
    if mode is None:
        return None
    dht = Dht(host, DHTMode[mode.upper()])
    dht.register_validator(NAMESPACE, InteropValidator())
    return dht


class DhtCommands:
    def __init__(self, host, dht):
        self._host = host
        self._dht = dht

    def operations(self):
        if self._dht is None:
            return {}
        return {
            "dht-join": self.join,
            "dht-put": self.put,
            "dht-get": self.get,
            "dht-provide": self.provide,
            "dht-find-providers": self.find_providers,
            "dht-find-peer": self.find_peer,
            "dht-closest": self.closest,
            "dht-table": self.table,
            "dht-lesson-server": self.lesson_server,
            "dht-lesson-client": self.lesson_client,
        }

    async def join(self, addrs):
        with trio.fail_after(QUERY_TIMEOUT):
            for addr in addrs:
                info = info_from_p2p_addr(Multiaddr(addr))
                await self._host.connect(info)
                await self._dht.add_peer(info.peer_id)
            await self._dht.refresh_routing_table()

    async def put(self, key, value):
        with trio.fail_after(QUERY_TIMEOUT):
            await self._dht.put_value(_text(key), base64.b64decode(value))

    async def get(self, key):
        with trio.fail_after(QUERY_TIMEOUT):
            value = await self._dht.get_value(_text(key))
        if value is None:
            raise LookupError("no record")
        return {"value": base64.b64encode(value).decode()}

    async def provide(self, key):
        with trio.fail_after(QUERY_TIMEOUT):
            if not await self._dht.provider_store.provide(base64.b64decode(key)):
                raise LookupError("no peer has been told")

    async def find_providers(self, key, count=1):
        with trio.fail_after(QUERY_TIMEOUT):
            found = await self._dht.provider_store.find_providers(base64.b64decode(key), count)
        if not found:
            raise LookupError("no provider")
        return {"peers": [str(info.peer_id) for info in found]}

    async def find_peer(self, peer):
        with trio.fail_after(QUERY_TIMEOUT):
            found = await self._dht.find_peer(ID.from_string(peer))
        if found is None:
            raise LookupError("not found")
        return {"addrs": sorted({_plain(addr) for addr in found.addrs})}

    async def closest(self, key):
        with trio.fail_after(QUERY_TIMEOUT):
            peers = await self._dht.peer_routing.find_closest_peers_network(base64.b64decode(key))
        return {"peers": [str(peer) for peer in peers]}

    async def lesson_server(self, keys):
        """What the server of the lesson does; each step with what it answered."""
        value, content = LESSON_KEYS[keys]
        return {
            "put": await _attempt(lambda: self._dht.put_value(value, LESSON_VALUE)),
            "provide": await _attempt(lambda: self._dht.provide(content)),
        }

    async def lesson_client(self, keys):
        value, content = LESSON_KEYS[keys]
        return {
            "get": await _attempt(lambda: self._dht.get_value(value)),
            "providers": await _attempt(lambda: self._dht.find_providers(content)),
        }

    async def table(self):
        return {"peers": sorted(map(str, self._dht.routing_table.get_peer_ids()))}


async def _attempt(step):
    try:
        with trio.fail_after(QUERY_TIMEOUT):
            answer = await step()
    except Exception as e:
        return f"{type(e).__name__}: {e}"
    if isinstance(answer, list):
        return [str(info.peer_id) for info in answer]
    return answer.decode() if isinstance(answer, bytes) else answer


def _text(key):
    """The library takes keys of values as text only."""
    return base64.b64decode(key).decode("utf-8")


def _plain(addr):
    return str(addr).split("/p2p/")[0]
