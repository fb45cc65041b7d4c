// js-libp2p's DHT as a server and as a network of nodes in this process, to be
// measured. The line protocol is described in ../README.md, "How fast the DHT is".
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { identify } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'

const K = 20
const VALUE_SIZE = 100
const JOINING = 8
const FILLING_ROUNDS = 2
const FILLING_KEYS = 5
const MANY = 10_000

function tell (fields) {
  process.stdout.write(JSON.stringify(fields) + '\n')
}

function version () {
  return JSON.parse(readFileSync(new URL('node_modules/@libp2p/kad-dht/package.json', import.meta.url))).version
}

function startNode () {
  return createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    // By default five connections a second from one host: all are one host here.
    connectionManager: { inboundConnectionThreshold: MANY, maxIncomingPendingConnections: MANY, maxConnections: MANY },
    connectionMonitor: { enabled: false },
    services: {
      identify: identify({ maxInboundStreams: MANY, maxOutboundStreams: MANY }),
      ping: ping({ maxInboundStreams: MANY, maxOutboundStreams: MANY }),
      dht: kadDHT({
        protocol: '/ipfs/kad/1.0.0',
        clientMode: false,
        peerInfoMapper: passthroughMapper,
        // By default 32 streams each way, which sixteen lookups at once exceed.
        maxInboundStreams: MANY,
        maxOutboundStreams: MANY,
        validators: {
          interop: (key, value) => {
            if (value.byteLength === 0) {
              throw new Error('the value is empty')
            }
          }
        },
        selectors: { interop: () => 0 }
      })
    }
  })
}

async function serve () {
  const node = await startNode()
  tell({ addr: node.getMultiaddrs()[0].toString(), version: version() })
  await orders(() => { throw new Error('a server takes no orders') })
}

// Calls what is to be done for each line "what seconds number" of stdin.
async function orders (measure) {
  for await (const line of createInterface({ input: process.stdin })) {
    const [what, seconds, number] = line.trim().split(/\s+/)
    await measure(what, Number(seconds), Number(number))
  }
}

async function network (size) {
  const nodes = []
  for (let i = 0; i < size; i++) {
    nodes.push(await startNode())
  }
  const places = nodes.map(node => sha256(node.peerId.toMultihash().bytes))
  const keys = []
  let next = 0
  let right
  let expected

  // The events of a query, to its end.
  async function all (query) {
    const events = []
    for await (const event of query) {
      events.push(event)
    }
    return events
  }

  async function closest (node, key) {
    const found = new Set((await all(node.services.dht.getClosestPeers(key)))
      .filter(({ name }) => name === 'FINAL_PEER').map(({ peer }) => peer.id.toString()))
    const target = sha256(key)
    const order = nodes.map((other, i) => ({ other, far: xor(places[i], target) }))
      .filter(({ other }) => other !== node)
      .sort((a, b) => Buffer.compare(a.far, b.far)).slice(0, K)
    right += order.filter(({ other }) => found.has(other.peerId.toString())).length
    expected += order.length
  }

  const operations = {
    closest: node => closest(node, randomBytes(32)),

    async put (node) {
      const key = Buffer.from(`/interop/${randomBytes(16).toString('hex')}`)
      const events = await all(node.services.dht.put(key, randomBytes(VALUE_SIZE)))
      if (!events.some(({ name, messageName }) => name === 'PEER_RESPONSE' && messageName === 'PUT_VALUE')) {
        throw new Error('no peer has taken the value')
      }
      keys.push(key)
    },

    async get (node) {
      const events = await all(node.services.dht.get(keys[Math.floor(Math.random() * keys.length)]))
      if (!events.some(({ name }) => name === 'VALUE')) {
        throw new Error('no record')
      }
    }
  }

  // So many at once, each until there is no next one.
  function together (inFlight, step) {
    return Promise.all(Array.from({ length: inFlight }, async () => {
      while (await step()) {
        // on with the next one
      }
    }))
  }

  // All connect to the first, and then each looks for itself and for some places
  // of the key space, twice.
  async function fill () {
    right = expected = 0
    for (const node of nodes.slice(1)) {
      await node.dial(nodes[0].getMultiaddrs())
      while (node.services.dht.routingTable.size === 0) {
        await sleep(10)
      }
    }
    for (let round = 0; round < FILLING_ROUNDS; round++) {
      let left = size
      await together(JOINING, async () => {
        const node = nodes[--left]
        if (node == null) {
          return false
        }
        await closest(node, node.peerId.toMultihash().bytes)
        for (let i = 0; i < FILLING_KEYS; i++) {
          await closest(node, randomBytes(32))
        }
        return true
      })
    }
  }

  await fill()
  tell({ nodes: size, version: version() })
  await orders(async (what, seconds, inFlight) => {
    right = expected = 0
    let count = 0
    let failed = 0
    const start = performance.now()
    const end = start + seconds * 1000
    await together(inFlight, async () => {
      if (performance.now() > end) {
        return false
      }
      try {
        await operations[what](nodes[++next % nodes.length])
        count++
      } catch {
        failed++
      }
      return true
    })
    tell({ count, failed, seconds: (performance.now() - start) / 1000, right: right / Math.max(1, expected) })
  })
}

function sha256 (bytes) {
  return createHash('sha256').update(bytes).digest()
}

function xor (a, b) {
  return Buffer.from(a.map((byte, i) => byte ^ b[i]))
}

const [mode, size] = process.argv.slice(2)
if (mode === 'network') {
  await network(Number(size))
} else {
  await serve()
}
process.exit(0)
