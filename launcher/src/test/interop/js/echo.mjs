import { createHash, randomFillSync } from 'node:crypto'
import { once, setMaxListeners } from 'node:events'

export const ECHO_PROTOCOL = '/interop/echo/1.0.0'
// For each connection and direction; the library's default is 32 in, 64 out.
export const ECHO_STREAMS = 1024

const ECHO_TIMEOUT_MS = 300_000
const BLOCK = 64 * 1024

// Sends back what arrives, and pauses reading while the write side is full: the
// muxer then grants no more window and the sender has to wait. (A "for await"
// over the stream would queue without limit instead.)
export function handleEcho (stream) {
  const full = () => stream.writeBufferLength > 0 || stream.writableNeedsDrain

  // Never called from within an event: the library calls these two back in the
  // middle of resuming and of sending, and would then forget that we paused, or
  // leave unsent what we add.
  const adjust = () => {
    if (full() && stream.readStatus === 'readable') {
      stream.pause()
    } else if (!full() && stream.readStatus === 'paused') {
      stream.resume()
    }
  }

  stream.addEventListener('message', ({ data }) => {
    try {
      if (!stream.send(data)) {
        queueMicrotask(adjust)
      }
    } catch (err) {
      stream.abort(err) // thrown out of a listener it would end the process
    }
  })
  for (const type of ['drain', 'idle']) {
    stream.addEventListener(type, () => setImmediate(adjust))
  }
  whenAllRead(stream, () => stream.close().catch(err => stream.abort(err)))
}

// The library's event "end" says less: when a stream's data came together with
// the negotiation, it has passed before the data is handed out.
function whenAllRead (stream, action) {
  let called = false
  const check = () => {
    if (!called && stream.remoteWriteStatus === 'closed' && stream.readBufferLength === 0) {
      called = true
      action()
    }
  }
  for (const type of ['message', 'remoteCloseWrite', 'end']) {
    stream.addEventListener(type, check)
  }
  check()
}

// Opens all streams before it writes on any, then runs them side by side.
export async function echo (connection, count, bytes) {
  const start = performance.now()
  const signal = AbortSignal.timeout(ECHO_TIMEOUT_MS)
  setMaxListeners(0, signal) // each stream listens to it
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
    whenAllRead(stream, () => {
      if (stream.status === 'reset' || stream.status === 'aborted') {
        reject(new Error(`stream was ${stream.status} after ${bytes} bytes`))
      } else {
        resolve({ bytes, sha256: hash.digest('hex') })
      }
    })
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}
