// A plugin's side of the bridge, as core/BUS.md says it ("Over the bridge"): Node's own modules and nothing else.

import net from 'node:net'
import { EventEmitter } from 'node:events'
import { Duplex } from 'node:stream'

const WINDOW = 256 * 1024 // credit that we give for one stream
const FRAME_COST = 64 // what a DATA frame costs beyond its payload
const MAX_PAYLOAD = 65507
const MAX_FRAME = 16 * 1024 * 1024 // longer than any that a node sends

const cost = (bytes) => bytes.length + FRAME_COST

/** Ordered bytes to and from a peer. end() closes our direction; destroy() resets the stream. */
class PeerStream extends Duplex {
  constructor (bus, id, offer) {
    super({ allowHalfOpen: true })
    this.bus = bus
    this.id = id
    this.peer = offer.peer
    this.protocol = offer.protocol
    this.credit = offer.value // ours to spend
    this.waiting = null // a write that has no credit
    this.unread = [] // costs of frames that are not consumed yet
    this.ended = { read: false, write: false }
  }

  /** The reader wants more: only now credit for what he had is given back, so the peer feels it when he stops. */
  _read () {
    const value = this.unread.reduce((sum, each) => sum + each, 0)
    this.unread = []
    if (value > 0 && !this.ended.read) {
      this.bus.frame('credit', this.id, { value })
    }
  }

  _write (chunk, encoding, done) {
    const send = (from) => {
      for (let at = from; at < chunk.length; at += MAX_PAYLOAD) {
        if (this.credit <= 0) {
          this.waiting = () => send(at)
          return
        }
        const payload = chunk.subarray(at, at + MAX_PAYLOAD)
        this.credit -= cost(payload)
        this.bus.frame('data', this.id, { payload: payload.toString('base64url') })
      }
      this.waiting = null
      this.bus.whenWritable(done)
    }
    send(0)
  }

  _final (done) {
    this.bus.frame('end', this.id, {})
    this.ended.write = true
    this.forget()
    done()
  }

  _destroy (error, done) {
    if (this.bus.streams.delete(this.id)) {
      this.bus.frame('reset', this.id, { value: 0 })
    }
    done(error)
  }

  onFrame (frame) {
    switch (frame.kind) {
      case 'data': {
        const payload = Buffer.from(frame.payload, 'base64url')
        this.unread.push(cost(payload))
        if (this.push(payload)) {
          this._read()
        }
        break
      }
      case 'credit':
        this.credit += frame.value
        this.waiting?.()
        break
      case 'end':
        this.ended.read = true
        this.push(null)
        this.forget()
        break
      case 'reset':
        this.bus.streams.delete(this.id)
        this.destroy(new Error(frame.message))
    }
  }

  forget () {
    if (this.ended.read && this.ended.write) {
      this.bus.streams.delete(this.id)
    }
  }
}

/** A connection to a node's bridge. Emits 'close' when it is gone, with all of the plugin's streams. */
export class Peerbus extends EventEmitter {
  /** Connects, shows the token, and attaches as the plugin of this name. */
  static async attach ({ host = '127.0.0.1', port = 4010, token, plugin }) {
    const bus = new Peerbus(net.connect({ host, port, noDelay: true }))
    try {
      Object.assign(bus.at, await bus.request('bridge', { token }))
      bus.write({ type: 'register', address: bus.at.inbox })
      Object.assign(bus, await bus.control('attach', { plugin, api: 1 }))
      return bus
    } catch (error) {
      bus.close()
      throw error
    }
  }

  constructor (socket) {
    super()
    this.socket = socket
    this.at = {} // our addresses on the event bus
    this.replies = new Map()
    this.streams = new Map()
    this.handlers = new Map()
    this.opening = new Map()
    this.number = 0
    this.buffered = Buffer.alloc(0)
    socket.setMaxListeners(0) // each stream may wait for it to drain
    socket.on('data', (bytes) => this.onBytes(bytes))
    socket.on('error', (error) => { this.error = error })
    socket.on('close', () => this.onClose())
  }

  /** Asks the node: info, peers, peer, connect, call, … */
  control (op, fields = {}) {
    return this.request(this.at.control, { op, ...fields })
  }

  /** Serves a protocol: the handler gets each stream that a peer opens for it. */
  async handle (protocol, handler) {
    this.handlers.set(protocol, handler)
    await this.control('register', { protocols: [protocol] })
  }

  /** Answers requests of others to this plugin's address on the event bus, peerbus.<node>.<plugin>. */
  async serve (answer) {
    this.answer = answer
    await this.control('serve')
  }

  /** Opens a stream to a peer, which is dialled when it is not connected. */
  open (peer, protocols) {
    const id = 2 * ++this.number + 1
    return new Promise((resolve, reject) => {
      this.opening.set(id, { peer, resolve, reject })
      this.frame('open', id, { peer, protocols, value: WINDOW })
    })
  }

  close () {
    this.socket.end()
  }

  request (address, body) {
    const replyAddress = `r${++this.number}`
    return new Promise((resolve, reject) => {
      this.replies.set(replyAddress, { resolve, reject })
      this.write({ type: 'send', address, replyAddress, body })
    })
  }

  frame (kind, stream, fields) {
    this.write({ type: 'send', address: this.at.data, body: { kind, stream, ...fields } })
  }

  write (json) {
    if (this.socket.writable) {
      const bytes = Buffer.from(JSON.stringify(json))
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      this.socket.write(Buffer.concat([length, bytes]))
    }
  }

  whenWritable (done) {
    if (this.socket.writableNeedDrain) {
      this.socket.once('drain', done)
    } else {
      done()
    }
  }

  onBytes (bytes) {
    this.buffered = this.buffered.length === 0 ? bytes : Buffer.concat([this.buffered, bytes])
    let at = 0
    while (this.buffered.length - at >= 4) {
      const length = this.buffered.readUInt32BE(at)
      if (length > MAX_FRAME) {
        this.socket.destroy(new Error(`a frame of ${length} bytes`))
        return
      }
      if (this.buffered.length - at - 4 < length) {
        break
      }
      this.onMessage(JSON.parse(this.buffered.toString('utf8', at + 4, at + 4 + length)))
      at += 4 + length
    }
    this.buffered = this.buffered.subarray(at)
  }

  onMessage (message) {
    const waiting = this.replies.get(message.address)
    if (waiting) {
      this.replies.delete(message.address)
      if (message.type === 'err') {
        waiting.reject(new Error(message.message))
      } else {
        waiting.resolve(message.body ?? {})
      }
    } else if (message.type === 'err') {
      this.error = new Error(message.message)
      this.socket.end()
    } else if (message.address === this.at.inbox) {
      this.onFrame(message.body)
    }
  }

  onFrame (frame) {
    const id = frame.stream
    const opening = this.opening.get(id)
    if (frame.kind === 'call') {
      this.onCall(frame)
    } else if (frame.kind === 'open') {
      this.onOpen(id, frame)
    } else if (opening) {
      this.opening.delete(id)
      if (frame.kind === 'accept') {
        opening.resolve(this.add(id, { ...frame, peer: opening.peer }))
      } else {
        opening.reject(new Error(frame.message))
      }
    } else {
      this.streams.get(id)?.onFrame(frame)
    }
  }

  onOpen (id, frame) {
    const handler = this.handlers.get(frame.protocol)
    if (!handler) {
      this.frame('reset', id, { value: 0 })
      return
    }
    this.frame('accept', id, { value: WINDOW })
    handler(this.add(id, frame))
  }

  add (id, offer) {
    const stream = new PeerStream(this, id, offer)
    stream.on('error', () => {}) // who wants to know of resets adds a listener
    this.streams.set(id, stream)
    return stream
  }

  async onCall ({ call, request }) {
    const answer = (fields) =>
      this.write({ type: 'send', address: this.at.data, body: { kind: 'answer', call, ...fields } })
    try {
      answer({ reply: await this.answer(request) })
    } catch (error) {
      answer({ failure: 14, message: String(error.message) || 'failed' })
    }
  }

  onClose () {
    const error = this.error ?? new Error('the bridge closed the connection')
    for (const waiting of [...this.replies.values(), ...this.opening.values()]) {
      waiting.reject(error)
    }
    for (const stream of [...this.streams.values()]) {
      this.streams.delete(stream.id)
      stream.destroy(error)
    }
    this.emit('close', error)
  }
}
