import { setTimeout as sleep } from 'node:timers/promises'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { CID } from 'multiformats/cid'
import { decode } from 'multiformats/hashes/digest'

const PROTOCOL = '/ipfs/kad/1.0.0'
const RAW = 0x55
const JOIN_TIMEOUT_MS = 20_000
const QUERY_TIMEOUT_MS = 80_000

// The services to add for this mode, none when it is not given.
export function dhtServices (mode) {
  if (mode == null) {
    return {}
  }
  if (mode !== 'server' && mode !== 'client') {
    throw new Error(`unknown DHT mode "${mode}"`)
  }
  return {
    dht: kadDHT({
      protocol: PROTOCOL,
      clientMode: mode === 'client',
      // By default it forgets loopback addresses.
      peerInfoMapper: passthroughMapper,
      validators: { interop: validate },
      selectors: { interop: select }
    })
  }
}

// Any value but an empty one is valid, and of several the last in the order of
// their bytes is the best.
function validate (key, value) {
  if (value.byteLength === 0) {
    throw new Error('the value is empty')
  }
}

function select (key, values) {
  return values.reduce((best, value, i) => Buffer.compare(value, values[best]) > 0 ? i : best, 0)
}

// One function for each op that begins with "dht-".
export function createDhtCommands (libp2p) {
  const { dht } = libp2p.services

  const bytes = text => new Uint8Array(Buffer.from(text, 'base64'))
  const cid = key => CID.createV1(RAW, decode(bytes(key)))
  const options = () => ({ signal: AbortSignal.timeout(QUERY_TIMEOUT_MS) })
  const table = () => [...dht.routingTable.kb.toIterable()]
    .map(({ peerId }) => peerId)
    .filter(peer => !peer.equals(libp2p.peerId)) // it is in its own table, too

  // A query is a stream of events of many kinds; the library gives up one that
  // fails at each peer without an error, so that events are all there is.
  async function events (query, name, enough = () => false) {
    const found = []
    for await (const event of query) {
      if (event.name === name) {
        found.push(event)
        if (enough(found)) {
          break
        }
      }
    }
    return found
  }

  const commands = {
    // Connects, waits until the table has somebody to ask, and fills it.
    async 'dht-join' ({ addrs }) {
      for (const addr of addrs) {
        await libp2p.dial(multiaddr(addr), { signal: AbortSignal.timeout(JOIN_TIMEOUT_MS) })
      }
      const deadline = Date.now() + JOIN_TIMEOUT_MS
      while (table().length === 0) {
        if (Date.now() > deadline) {
          throw new Error('no peer has come into the routing table')
        }
        await sleep(20)
      }
      await events(dht.getClosestPeers(libp2p.peerId.toMultihash().bytes, options()))
      await dht.refreshRoutingTable()
    },

    async 'dht-put' ({ key, value }) {
      const puts = await events(dht.put(bytes(key), bytes(value), options()), 'PEER_RESPONSE')
      if (!puts.some(({ messageName }) => messageName === 'PUT_VALUE')) {
        throw new Error('no peer has taken the value')
      }
    },

    async 'dht-get' ({ key }) {
      const [found] = (await events(dht.get(bytes(key), options()), 'VALUE')).slice(-1)
      if (found == null) {
        throw new Error('no record')
      }
      return { value: Buffer.from(found.value).toString('base64') }
    },

    async 'dht-provide' ({ key }) {
      const told = await events(dht.provide(cid(key), options()), 'PEER_RESPONSE')
      if (!told.some(({ messageName }) => messageName === 'ADD_PROVIDER')) {
        throw new Error('no peer has been told')
      }
    },

    async 'dht-find-providers' ({ key, count = 1 }) {
      const peers = found => [...new Set(found.flatMap(({ providers }) => providers).map(({ id }) => `${id}`))]
      const found = await events(dht.findProviders(cid(key), options()), 'PROVIDER', all => peers(all).length >= count)
      if (found.length === 0) {
        throw new Error('no provider')
      }
      return { peers: peers(found) }
    },

    // Without what it has in its peer store. A py peer tells no address of its own.
    async 'dht-find-peer' ({ peer }) {
      const query = dht.findPeer(peerIdFromString(peer), { ...options(), useCache: false })
      const isAddressed = ({ peer }) => peer.multiaddrs.length > 0
      const found = (await events(query, 'FINAL_PEER', all => all.some(isAddressed))).find(isAddressed)
      if (found == null) {
        throw new Error('found by nobody who knows an address')
      }
      return { addrs: found.peer.multiaddrs.map(addr => addr.toString().split('/p2p/')[0]).sort() }
    },

    async 'dht-closest' ({ key }) {
      const found = await events(dht.getClosestPeers(bytes(key), options()), 'FINAL_PEER')
      return { peers: found.map(({ peer }) => peer.id.toString()) }
    },

    'dht-table' () {
      return { peers: table().map(String).sort() }
    }
  }
  return dht == null ? {} : commands
}
