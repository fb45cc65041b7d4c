import { setTimeout as sleep } from 'node:timers/promises'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { createDhtCommands } from './dht.mjs'
import { echo } from './echo.mjs'

const CONNECT_TIMEOUT_MS = 20_000
const IDENTIFY_TIMEOUT_MS = 10_000
const PING_TIMEOUT_MS = 10_000
const PING = '/ipfs/ping/1.0.0'

// One function for each op; it returns, or resolves to, the fields of the reply.
export function createCommands ({ libp2p, identified }) {
  const { pubsub, ping } = libp2p.services

  async function identifyResult (peer) {
    const deadline = Date.now() + IDENTIFY_TIMEOUT_MS
    while (!identified.has(peer)) {
      if (Date.now() > deadline) {
        throw new Error('identify has not completed')
      }
      await sleep(20)
    }
    return identified.get(peer)
  }

  // The library allows one outbound ping stream, and has the last one until the
  // other side has ended it as well.
  async function pingStreamGone (link) {
    const deadline = Date.now() + PING_TIMEOUT_MS
    while (link.streams.some(({ protocol, direction }) => protocol === PING && direction === 'outbound')) {
      if (Date.now() > deadline) {
        throw new Error('the other side does not end a ping stream')
      }
      await sleep(1)
    }
  }

  // Opening a stream by peer id would dial a peer that is not connected.
  function connection (peer) {
    const [first] = libp2p.getConnections(peerIdFromString(peer))
    if (first == null) {
      throw new Error(`not connected to ${peer}`)
    }
    return first
  }

  return {
    async connect ({ addr }) {
      const { remotePeer } = await libp2p.dial(multiaddr(addr), {
        signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS)
      })
      return { peer: remotePeer.toString() }
    },

    async disconnect ({ peer }) {
      await libp2p.hangUp(peerIdFromString(peer))
    },

    async identify ({ peer }) {
      const result = await identifyResult(peer)
      return {
        agent: result.agentVersion,
        protocolVersion: result.protocolVersion,
        protocols: result.protocols.toSorted(),
        listenAddrs: result.listenAddrs.map(String).sort(),
        ...(result.observedAddr && { observedAddr: result.observedAddr.toString() })
      }
    },

    async protocols ({ peer }) {
      const { protocols } = await libp2p.peerStore.get(peerIdFromString(peer))
      return { protocols: protocols.toSorted() }
    },

    async ping ({ peer, count = 1 }) {
      const link = connection(peer)
      const rttMicros = []
      for (let i = 0; i < count; i++) {
        // The library's own figure is in whole milliseconds. Ours includes the
        // opening of the stream, as the library uses a new one for each ping.
        const start = performance.now()
        await ping.ping(link.remotePeer, { signal: AbortSignal.timeout(PING_TIMEOUT_MS) })
        rttMicros.push(Math.round((performance.now() - start) * 1000))
        await pingStreamGone(link)
      }
      return { rttMicros }
    },

    subscribe ({ topic }) {
      pubsub.subscribe(topic)
    },

    async publish ({ topic, data }) {
      await pubsub.publish(topic, Buffer.from(data, 'base64'))
    },

    mesh ({ topic }) {
      return { peers: pubsub.getSubscribers(topic).map(String).sort() }
    },

    echo ({ peer, streams = 1, bytes = 0 }) {
      return echo(connection(peer), streams, bytes)
    },

    ...createDhtCommands(libp2p)
  }
}
