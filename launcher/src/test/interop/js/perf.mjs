// js-libp2p measured with itself: bytes, streams, connections and round trips. The
// line protocol is described in ../README.md, "How fast connections are".
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { version } from 'libp2p/version'

const PERF = '/perf/1.0.0'
const PING = '/ipfs/ping/1.0.0'
const MANY = 100_000
const PIECE = new Uint8Array(64 * 1024)
const PING_SIZE = 32
const HOLDING = 32
const HOUR_MS = 3_600_000

function tell (fields) {
  process.stdout.write(JSON.stringify(fields) + '\n')
}

async function startNode (listen, identifies) {
  const node = await createLibp2p({
    addresses: { listen },
    transports: [tcp({ inboundSocketInactivityTimeout: HOUR_MS, outboundSocketInactivityTimeout: HOUR_MS })],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    // By default five connections a second from one host: all are one host here.
    connectionManager: {
      inboundConnectionThreshold: MANY, maxIncomingPendingConnections: MANY, maxConnections: MANY
    },
    connectionMonitor: { enabled: false },
    services: identifies ? { identify: identify(), ping: ping() } : {}
  })
  // Its listeners throw into the process what a stream's end is told by as well.
  await node.handle(PERF, stream => answer(stream).catch(err => stream.abort(err)),
    { maxInboundStreams: MANY, maxOutboundStreams: MANY })
  return node
}

// The bytes that come until the other side has ended its direction; the first eight
// of them, too. The library's event "end" says less: when a stream's data came
// together with the negotiation, it has passed before the data is handed out.
function received (stream) {
  return new Promise((resolve, reject) => {
    let count = 0
    const first = new Uint8Array(8)
    const check = () => {
      if (stream.remoteWriteStatus === 'closed' && stream.readBufferLength === 0) {
        resolve({ count, first })
      }
    }
    stream.addEventListener('message', ({ data }) => {
      if (count < first.length) {
        first.set(data.subarray(0, Math.min(data.byteLength, first.length - count)), count)
      }
      count += data.byteLength
      check()
    })
    stream.addEventListener('remoteCloseWrite', check)
    stream.addEventListener('end', check)
    stream.addEventListener('close', () => {
      if (stream.status === 'reset' || stream.status === 'aborted') {
        reject(new Error(`stream was ${stream.status} after ${count} bytes`))
      }
      check()
    })
    check()
  })
}

async function send (stream, bytes) {
  for (let left = bytes; left > 0; left -= PIECE.byteLength) {
    if (!stream.send(left < PIECE.byteLength ? PIECE.subarray(0, left) : PIECE)) {
      await drained(stream)
    }
  }
}

// The library's onDrain() keeps its first promise and so waits only once.
async function drained (stream) {
  while (stream.writableNeedsDrain) {
    const done = new AbortController()
    try {
      await Promise.race([
        once(stream, 'drain', { signal: done.signal }),
        once(stream, 'close', { signal: done.signal })
      ])
    } finally {
      done.abort()
    }
    if (stream.status !== 'open') {
      throw new Error(`stream was ${stream.status} while writing`)
    }
  }
}

// The serving side of one stream.
async function answer (stream) {
  const { first } = await received(stream)
  await send(stream, Number(new DataView(first.buffer).getBigUint64(0)))
  await stream.close()
}

// One stream, from its opening to its end.
async function transfer (connection, up, down) {
  const stream = await connection.newStream(PERF)
  const end = received(stream)
  end.catch(() => {}) // it is awaited below, perhaps too late for the process
  const wanted = new Uint8Array(8)
  new DataView(wanted.buffer).setBigUint64(0, BigInt(down))
  stream.send(wanted)
  await send(stream, up)
  await stream.close()
  const { count } = await end
  if (count !== down) {
    throw new Error(`${count} of ${down} bytes came`)
  }
}

// They go there and back one after the other on one stream.
async function pings (connection, count) {
  const stream = await connection.newStream(PING)
  const bytes = new Uint8Array(PING_SIZE)
  const micros = []
  let sent
  await new Promise((resolve, reject) => {
    let came = 0
    const next = () => {
      sent = performance.now()
      stream.send(bytes)
    }
    stream.addEventListener('message', ({ data }) => {
      came += data.byteLength
      if (came === PING_SIZE) {
        came = 0
        micros.push(Math.round((performance.now() - sent) * 1000))
        if (micros.length === count) {
          resolve()
        } else {
          next()
        }
      }
    })
    stream.addEventListener('close', () => reject(new Error(`stream was ${stream.status}`)))
    next()
  })
  stream.abort(new Error('done'))
  return micros
}

// Does something so often, in so many lanes, which it is given the number of.
function together (count, lanes, work) {
  let left = count
  return Promise.all(Array.from({ length: lanes }, async (none, lane) => {
    while (left-- > 0) {
      await work(lane)
    }
  }))
}

async function run (address) {
  const node = await startNode([], true)
  const connection = await node.dial(address)
  // A node joins dials of one peer that are under way at once, so each lane has a node of its own.
  const dialers = []
  const dial = async lane => {
    dialers[lane] ??= startNode([], false)
    return (await dialers[lane]).dial(address, { force: true })
  }
  tell({ version })
  const operations = {
    upload: bytes => transfer(connection, bytes, 0),
    download: bytes => transfer(connection, 0, bytes),
    streams: (count, lanes) => together(count, lanes, () => transfer(connection, 0, 1)),
    connections: (count, lanes) => together(count, lanes, async lane => {
      const made = await dial(lane)
      // At times the library fails over its own last message, and the connection stays.
      await made.close().catch(err => made.abort(err))
    }),
    hold: count => together(count, HOLDING, dial)
  }
  await orders(async (what, ...numbers) => {
    if (what === 'ping') {
      return { micros: await pings(connection, ...numbers) }
    }
    const start = performance.now()
    await operations[what](...numbers)
    return { seconds: (performance.now() - start) / 1000 }
  })
}

// Answers each line of stdin, to its end.
async function orders (obey) {
  for await (const line of createInterface({ input: process.stdin })) {
    const [what, ...numbers] = line.trim().split(/\s+/)
    try {
      tell(await obey(what, ...numbers.map(Number)))
    } catch (err) {
      tell({ error: String(err?.message ?? err) })
    }
  }
}

const [mode, address] = process.argv.slice(2)
if (mode === 'run') {
  await run(multiaddr(address))
} else {
  const node = await startNode(['/ip4/127.0.0.1/tcp/0'], true)
  tell({ addr: node.getMultiaddrs()[0].toString(), version })
  await orders(() => { throw new Error('a server takes no orders') })
}
process.exit(0)
