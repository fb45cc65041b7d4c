// A js-libp2p node that a test suite drives with JSON lines on stdin and
// stdout. The protocol is described in ../README.md.
import { parseArgs } from 'node:util'
import { createCommands } from './commands.mjs'
import { startNode } from './node.mjs'
import { event, serve } from './wire.mjs'

// Bounds a clean shutdown: the peer must never outlive its parent.
const STOP_TIMEOUT_MS = 5_000

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => process.exit(0))
}

const { values } = parseArgs({
  options: {
    listen: { type: 'string', multiple: true, default: ['/ip4/127.0.0.1/tcp/0'] },
    'key-type': { type: 'string', default: 'ed25519' },
    dht: { type: 'string' },
    muxer: { type: 'string', default: 'yamux' },
    psk: { type: 'string' },
    web: { type: 'string' }
  }
})

const node = await startNode(values.listen, values['key-type'], values.dht, values.muxer, values.psk, values.web)
event('ready', {
  implementation: 'js-libp2p',
  version: node.version,
  id: node.libp2p.peerId.toString(),
  addrs: node.libp2p.getMultiaddrs().map(addr => addr.decapsulate('/p2p').toString())
})

const answerStop = await serve(createCommands(node))
setTimeout(() => process.exit(0), STOP_TIMEOUT_MS)
await node.libp2p.stop()
answerStop()
process.exit(0)
