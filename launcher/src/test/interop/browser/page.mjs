// A page with a js-libp2p node in it: connects to the address that its own
// address names, identifies and pings what is there, and tells the server that
// it came from. Then it stays, to be pinged itself.
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

const PINGS = 3
// A browser that shares two processors with others takes its time.
const PATIENCE_MS = 120_000

async function meet (address) {
  const node = await createLibp2p({
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    // In a browser the library dials neither loopback nor plain WebSockets by default.
    connectionGater: { denyDialMultiaddr: () => false },
    connectionManager: {
      dialTimeout: PATIENCE_MS,
      addressDialTimeout: PATIENCE_MS,
      outboundStreamProtocolNegotiationTimeout: PATIENCE_MS,
      inboundStreamProtocolNegotiationTimeout: PATIENCE_MS
    },
    connectionMonitor: { enabled: false },
    services: {
      identify: identify({ timeout: PATIENCE_MS }),
      // The stream of the last ping may still be there when the next one begins.
      ping: ping({ timeout: PATIENCE_MS, maxOutboundStreams: PINGS })
    }
  })
  const identified = new Promise(resolve => {
    node.addEventListener('peer:identify', ({ detail }) => resolve(detail), { once: true })
  })
  const connection = await node.dial(multiaddr(address))
  const { agentVersion, protocols, listenAddrs } = await identified
  const rttMillis = []
  for (let i = 0; i < PINGS; i++) {
    rttMillis.push(await node.services.ping.ping(connection.remotePeer))
  }
  return {
    id: node.peerId.toString(),
    peer: connection.remotePeer.toString(),
    agent: agentVersion,
    protocols: [...protocols].sort(),
    listenAddrs: listenAddrs.map(String),
    rttMillis
  }
}

async function tell (what) {
  await fetch('report', { method: 'POST', body: JSON.stringify(what) })
}

meet(new URLSearchParams(location.search).get('address'))
  .then(tell, error => tell({ error: `${error.name}: ${error.message}` }))
