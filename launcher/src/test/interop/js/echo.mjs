import { createHash, randomFillSync } from 'node:crypto'
import { once } from 'node:events'

export const ECHO_PROTOCOL = '/interop/echo/1.0.0'
// For each connection and direction; the library's default is 32 in, 64 out.
export const ECHO_STREAMS = 1024

const ECHO_TIMEOUT_MS = 300_000
const BLOCK = 64 * 1024

// Sends back what arrives, and pauses reading while the write side is full: the
// muxer then grants no more window and the sender has to wait. (A "for await"
// over the stream would queue without limit instead.)
export function handleEcho (stream) {
  stream.addEventListener('message', ({ data }) => {
    if (!stream.send(data) && stream.readStatus === 'readable') {
      stream.pause()
    }
  })
  stream.addEventListener('drain', () => {
    if (stream.readStatus === 'paused') {
      stream.resume()
    }
  })
  whenEnded(stream, () => stream.close().catch(err => stream.abort(err)))
}

// The event fires only once and may have passed already.
function whenEnded (stream, action) {
  if (stream.readableEnded) {
    action()
  } else {
    stream.addEventListener('end', action)
  }
}

// Opens all streams before it writes on any, then runs them side by side.
export async function echo (connection, count, bytes) {
  const start = performance.now()
  const signal = AbortSignal.timeout(ECHO_TIMEOUT_MS)
  const streams = []
  try {
    for (let i = 0; i < count; i++) {
      streams.push(await connection.newStream(ECHO_PROTOCOL, { signal }))
    }
    await Promise.all(streams.map(stream => roundTrip(stream, bytes, signal)))
  } catch (err) {
    streams.forEach(stream => stream.abort(err))
    throw err
  }
  return {
    streams: count,
    bytes: count * bytes,
    sha256Ok: true,
    millis: Math.round(performance.now() - start)
  }
}

async function roundTrip (stream, bytes, signal) {
  const [sent, received] = await Promise.all([
    send(stream, bytes, signal),
    receive(stream, signal)
  ])
  if (received.bytes !== bytes) {
    throw new Error(`sent ${bytes} bytes, received ${received.bytes}`)
  }
  if (received.sha256 !== sent) {
    throw new Error('received other bytes than were sent')
  }
}

async function send (stream, bytes, signal) {
  const hash = createHash('sha256')
  for (let left = bytes; left > 0;) {
    // A new block each time: the library keeps the one it was given until sent.
    const block = randomFillSync(new Uint8Array(Math.min(BLOCK, left)))
    hash.update(block)
    left -= block.byteLength
    if (!stream.send(block)) {
      await drained(stream, signal)
    }
  }
  await stream.close({ signal })
  return hash.digest('hex')
}

// The library's onDrain() keeps its first promise and so waits only once.
async function drained (stream, signal) {
  while (stream.writableNeedsDrain) {
    if (stream.status !== 'open') {
      throw new Error(`stream was ${stream.status} while writing`)
    }
    const done = new AbortController()
    const stop = AbortSignal.any([done.signal, signal])
    try {
      await Promise.race([
        once(stream, 'drain', { signal: stop }),
        once(stream, 'close', { signal: stop })
      ])
    } finally {
      done.abort()
    }
  }
}

function receive (stream, signal) {
  return new Promise((resolve, reject) => {
    const hash = createHash('sha256')
    let bytes = 0
    stream.addEventListener('message', ({ data }) => {
      bytes += data.byteLength
      hash.update(data.subarray())
    })
    whenEnded(stream, () => resolve({ bytes, sha256: hash.digest('hex') }))
    stream.addEventListener('close', ({ error }) => {
      if (error != null) {
        reject(error)
      }
    })
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}
