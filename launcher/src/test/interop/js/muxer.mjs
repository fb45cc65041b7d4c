import { mplex } from '@libp2p/mplex'
import { yamux } from '@libp2p/yamux'

const MUXERS = {
  // What a paused stream may still receive is one window; the read buffer has
  // to hold it, or the library resets the stream.
  yamux: () => yamux({ streamOptions: { maxStreamWindowSize: 1 << 20, maxReadBufferLength: 8 << 20 } }),
  // By default the library closes the connection at the sixth stream of a second,
  // and resets a stream of which 4 MiB wait: there is no window that could stop the
  // other side.
  mplex: () => mplex({ disconnectThreshold: 10_000, streamOptions: { maxReadBufferLength: 128 << 20 } })
}

// The one multiplexer that the node speaks.
export function muxer (name) {
  if (!Object.hasOwn(MUXERS, name)) {
    throw new Error(`unknown muxer "${name}"`)
  }
  return MUXERS[name]()
}
