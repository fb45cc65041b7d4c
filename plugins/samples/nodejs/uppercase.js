// Serves /uppercase/1.0.0: what a peer writes comes back in capitals (of ASCII; other bytes as they are).
// With --ask it asks that peer instead.

import { readFileSync } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { Peerbus } from './peerbus.js'

const USAGE = 'usage: node uppercase.js --token FILE [--host HOST] [--port N] [--plugin NAME] [--ask MULTIADDR TEXT]'
const PROTOCOL = '/uppercase/1.0.0'

function words () {
  return parseArgs({
    allowPositionals: true,
    options: {
      token: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '4010' },
      plugin: { type: 'string', default: 'uppercase' },
      ask: { type: 'string' },
      help: { type: 'boolean', short: 'h' }
    }
  })
}

const capitals = () => new Transform({
  transform (chunk, encoding, done) {
    done(null, Buffer.from(chunk.map((byte) => byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte)))
  }
})

async function ask (bus, address, text) {
  const { peer } = await bus.control('connect', { addresses: [address] })
  const stream = await bus.open(peer, [PROTOCOL])
  stream.end(text)
  const answer = []
  for await (const bytes of stream) {
    answer.push(bytes)
  }
  console.log(Buffer.concat(answer).toString())
}

async function serve (bus) {
  let streams = 0
  await bus.handle(PROTOCOL, (stream) => {
    streams++
    pipeline(stream, capitals(), stream).catch((error) => console.error(`stream with ${stream.peer}: ${error.message}`))
  })
  await bus.serve(() => ({ streams }))
  console.log(`serving ${PROTOCOL} as ${bus.id}`)
}

async function main ({ values: options, positionals }) {
  if (options.help) {
    console.log(USAGE)
    return
  }
  if (!options.token) {
    throw new Error('--token FILE is wanted: bridge.token in the data folder of the node')
  }
  const bus = await Peerbus.attach({
    host: options.host,
    port: Number(options.port),
    token: readFileSync(options.token, 'utf8').trim(),
    plugin: options.plugin
  })
  if (options.ask) {
    await ask(bus, options.ask, positionals.join(' ')).finally(() => bus.close())
  } else {
    bus.on('close', (error) => {
      console.error(error.message)
      process.exitCode = 1
    })
    await serve(bus)
  }
}

try {
  await main(words())
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
