import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as nodeTls from 'node:tls'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { gossipsub } from '@libp2p/gossipsub'
import { identify, identifyPush } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { preSharedKey } from '@libp2p/pnet'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { webSockets } from '@libp2p/websockets'
import { createLibp2p } from 'libp2p'
import { version } from 'libp2p/version'
import { dhtServices } from './dht.mjs'
import { ECHO_PROTOCOL, ECHO_STREAMS, handleEcho } from './echo.mjs'
import { muxer } from './muxer.mjs'
import { event } from './wire.mjs'

const KEY_TYPES = { ed25519: 'Ed25519', secp256k1: 'secp256k1' }
const HOUR_MS = 3_600_000
// Within TLS a WebSocket stops for ever once it has held the muxer up, and mplex, which has no window
// of its own, sends enough at once for that.
const UNBOUNDED = { maxBufferedAmount: 128 << 20 }

const swarmKey = (hex) => new TextEncoder().encode(`/key/swarm/psk/1.0.0/\n/base16/\n${hex}\n`)

// For a listener at /tls/ws, and for dialling others that have the same certificate: the library's
// client is Node's own and trusts whom Node trusts.
function webOptions (folder) {
  if (folder == null) {
    return {}
  }
  const cert = readFileSync(join(folder, 'certificate.pem'), 'utf8')
  nodeTls.setDefaultCACertificates([cert])
  return { https: { cert, key: readFileSync(join(folder, 'key.pem'), 'utf8') } }
}

// Returns the running libp2p with what its identify events told of each peer.
export async function startNode (listen, keyType, dht, muxerName, psk, web) {
  if (!Object.hasOwn(KEY_TYPES, keyType)) {
    throw new Error(`unknown key type "${keyType}"`)
  }
  const libp2p = await createLibp2p({
    privateKey: await generateKeyPair(KEY_TYPES[keyType]),
    addresses: { listen },
    transports: [
      tcp({ inboundSocketInactivityTimeout: HOUR_MS, outboundSocketInactivityTimeout: HOUR_MS }),
      webSockets({ ...webOptions(web), ...(muxerName === 'mplex' ? UNBOUNDED : {}) })
    ],
    connectionEncrypters: [noise(), tls()],
    ...(psk ? { connectionProtector: preSharedKey({ psk: swarmKey(psk) }) } : {}),
    streamMuxers: [muxer(muxerName)],
    // By default five connections a second from one host: all our peers are one host.
    connectionManager: { inboundConnectionThreshold: 10_000, maxIncomingPendingConnections: 1_000 },
    // Its pings would compete with ours: only one outbound ping stream is allowed.
    connectionMonitor: { enabled: false },
    services: {
      identify: identify(),
      identifyPush: identifyPush(),
      ping: ping(),
      pubsub: gossipsub({
        floodPublish: true,
        maxInboundDataLength: 4 << 20,
        // Scoring is always on in this library; these two would punish a test
        // cluster for sharing an address and for other message id schemes.
        scoreParams: { IPColocationFactorWeight: 0, behaviourPenaltyWeight: 0 }
      }),
      ...dhtServices(dht)
    }
  })
  const identified = new Map()
  watchPeers(libp2p, identified)
  watchTopics(libp2p)
  await libp2p.handle(ECHO_PROTOCOL, handleEcho, {
    maxInboundStreams: ECHO_STREAMS,
    maxOutboundStreams: ECHO_STREAMS
  })
  return { libp2p, identified, version }
}

function watchPeers (libp2p, identified) {
  libp2p.addEventListener('peer:connect', ({ detail: peer }) => {
    event('connected', { peer: peer.toString() })
  })
  libp2p.addEventListener('peer:disconnect', ({ detail: peer }) => {
    identified.delete(peer.toString())
    event('disconnected', { peer: peer.toString() })
  })
  libp2p.addEventListener('peer:identify', ({ detail }) => {
    // A push may be partial: what it leaves out stays as it was.
    const given = Object.entries(detail).filter(([, value]) => value != null)
    const peer = detail.peerId.toString()
    identified.set(peer, { ...identified.get(peer), ...Object.fromEntries(given) })
  })
}

function watchTopics (libp2p) {
  const known = new Set()
  libp2p.services.pubsub.addEventListener('subscription-change', ({ detail }) => {
    const peer = detail.peerId.toString()
    for (const { topic, subscribe } of detail.subscriptions) {
      const key = `${peer} ${topic}`
      if (!subscribe) {
        known.delete(key)
      } else if (!known.has(key)) {
        known.add(key)
        event('subscribed', { topic, peer })
      }
    }
  })
  libp2p.addEventListener('peer:disconnect', ({ detail: peer }) => {
    for (const key of known) {
      if (key.startsWith(`${peer} `)) {
        known.delete(key)
      }
    }
  })
  libp2p.services.pubsub.addEventListener('message', ({ detail: message }) => {
    event('message', {
      topic: message.topic,
      from: message.from.toString(),
      size: message.data.byteLength,
      sha256: createHash('sha256').update(message.data).digest('hex')
    })
  })
}
