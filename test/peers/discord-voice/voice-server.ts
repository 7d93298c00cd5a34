import {randomBytes} from 'node:crypto'
import {createSocket, type RemoteInfo} from 'node:dgram'
import {once} from 'node:events'
import {createServer} from 'node:https'
import type {AddressInfo} from 'node:net'
import {type WebSocket, WebSocketServer} from 'ws'
import {op} from './opcodes.ts'
import {openRtp, type RtpPacket, sealRtp} from './rtp.ts'

/** What the main gateway has told a client: who is to identify with it. */
interface VoiceTicket {
  guildId: string
  userId: string
  sessionId: string
  token: string
}

export interface VoiceServerOptions {
  tls: {cert: string; key: string}
  /** Whether a client may come with this. */
  admits: (ticket: VoiceTicket) => boolean
  /** 1: encrypted end to end; 0: on the way only. */
  daveVersion: 0 | 1
  clientSsrc: number
  heartbeatMs?: number
  /** The port that is told to be that of UDP. Default: the one it is. */
  udpPort?: () => number | undefined
  /** The client is there and has its key. */
  onJoined: () => void
  onGone: () => void
  /** Opus of the client, as it came: still encrypted end to end. */
  onSound: (packet: RtpPacket) => void
  /** Of DAVE. */
  onBinary: (opcode: number, payload: Buffer) => void
  onJson: (opcode: number, data: Record<string, unknown>) => void
}

/** Events kept for a client that comes back. */
interface Sent {
  seq: number
  data: string | Buffer
}

/** A voice server: its gateway (version 8) and its UDP. One client at a time. */
export const openVoiceServer = async (options: VoiceServerOptions) => {
  const https = createServer(options.tls)
  const gateway = new WebSocketServer({server: https})
  const udp = createSocket('udp4')
  const problems: string[] = []
  const counts = {identified: 0, resumed: 0, heartbeats: 0, packets: 0}
  let secretKey = randomBytes(32)
  let sent: Sent[] = []
  let seq = 0
  let nonce = 0
  let socket: WebSocket | undefined
  let remote: RemoteInfo | undefined
  let ticket: VoiceTicket | undefined

  const keep = (data: string | Buffer): void => {
    sent.push({seq, data})
    socket?.send(data)
  }
  /** Some of them are numbered, as Discord does it. */
  const json = (opcode: number, data: object): void => {
    seq++
    keep(JSON.stringify({op: opcode, d: data, seq}))
  }
  const plain = (opcode: number, data: object): void => socket?.send(JSON.stringify({op: opcode, d: data}))
  const binary = (opcode: number, payload: Buffer): void => {
    seq++
    keep(Buffer.concat([Buffer.from([seq >> 8, seq & 0xff, opcode]), payload]))
  }

  const take = (from: WebSocket, opcode: number, data: Record<string, unknown>): void => {
    if (opcode === op.identify || opcode === op.resume) {
      const claimed = {
        ...{guildId: String(data['server_id']), sessionId: String(data['session_id']), token: String(data['token'])},
        userId: String(data['user_id'] ?? ticket?.userId),
      }
      if (!options.admits(claimed)) {
        from.close(4006, 'Session is no longer valid.')
        return
      }
      if (opcode === op.resume) {
        counts.resumed++
        const missed = sent.filter(event => event.seq > Number(data['seq_ack']))
        for (const event of missed) from.send(event.data)
        plain(op.resumed, {})
        return
      }
      counts.identified++
      ;[ticket, sent, seq, secretKey, remote] = [claimed, [], 0, randomBytes(32), undefined]
      const port = options.udpPort?.() ?? udp.address().port
      const modes = ['aead_aes256_gcm_rtpsize', 'aead_xchacha20_poly1305_rtpsize']
      plain(op.ready, {ssrc: options.clientSsrc, ip: '127.0.0.1', port, modes, experiments: []})
    } else if (opcode === op.selectProtocol) {
      const {mode, port} = (data['data'] ?? {}) as {mode?: string; port?: number}
      if (mode !== 'aead_aes256_gcm_rtpsize') problems.push(`mode ${mode}`)
      if (port !== remote?.port) problems.push(`port ${port} was told, ${remote?.port} was discovered`)
      plain(op.sessionDescription, {
        ...{mode, secret_key: [...secretKey], dave_protocol_version: options.daveVersion, audio_codec: 'opus'},
      })
      options.onJoined()
    } else if (opcode === op.heartbeat) {
      counts.heartbeats++
      if (typeof data['t'] !== 'number' || typeof data['seq_ack'] !== 'number')
        problems.push('a heartbeat of another version')
      plain(op.heartbeatAck, {t: data['t']})
    } else options.onJson(opcode, data)
  }

  gateway.on('connection', (from, request) => {
    if (request.url !== '/?v=8') problems.push(`address ${request.url}`)
    socket = from
    plain(op.hello, {v: 8, heartbeat_interval: options.heartbeatMs ?? 13_750})
    from.on('message', (bytes: Buffer, isBinary) => {
      try {
        if (isBinary) return options.onBinary(bytes[0] ?? 0, bytes.subarray(1))
        const {op: opcode, d = {}} = JSON.parse(bytes.toString()) as {op: number; d?: Record<string, unknown>}
        take(from, opcode, d)
      } catch (error) {
        problems.push(String(error))
      }
    })
    from.on('close', () => {
      if (socket !== from) return
      socket = undefined
      options.onGone()
    })
    from.on('error', () => {})
  })

  udp.on('message', (bytes, from) => {
    // IP discovery: the client is told how it is seen from outside.
    if (bytes.length === 74 && bytes.readUInt16BE(0) === 1) {
      remote = from
      const answer = Buffer.alloc(74)
      answer.writeUInt16BE(2, 0)
      answer.writeUInt16BE(70, 2)
      answer.writeUInt32BE(bytes.readUInt32BE(4), 4)
      answer.write(from.address, 8)
      answer.writeUInt16BE(from.port, 72)
      return udp.send(answer, from.port, from.address)
    }
    if (bytes.length === 8) return udp.send(bytes, from.port, from.address)
    counts.packets++
    try {
      options.onSound(openRtp(bytes, secretKey))
    } catch (error) {
      problems.push(String(error))
    }
  })

  udp.bind(0, '127.0.0.1')
  https.listen(0, '127.0.0.1')
  await Promise.all([once(udp, 'listening'), once(https, 'listening')])
  return {
    endpoint: `127.0.0.1:${(https.address() as AddressInfo).port}`,
    /** What a client did that is not in the protocol. */
    problems,
    counts,
    json,
    binary,
    /** A packet to the client. */
    send: (packet: RtpPacket): void => {
      if (remote) udp.send(sealRtp(packet, secretKey, ++nonce), remote.port, remote.address)
    },
    /** Whatever it is, to the client's UDP. */
    raw: (bytes: Buffer): void => {
      if (remote) udp.send(bytes, remote.port, remote.address)
    },
    /** The gateway's connection is closed; 1006: it breaks. */
    closeSocket: (code: number): void => (code === 1006 ? socket?.terminate() : socket?.close(code)),
    async close(): Promise<void> {
      for (const one of gateway.clients) one.terminate()
      gateway.close()
      https.closeAllConnections()
      await Promise.all([
        new Promise(resolve => https.close(resolve)),
        new Promise<void>(resolve => udp.close(resolve)),
      ])
    },
  }
}

export type VoiceServer = Awaited<ReturnType<typeof openVoiceServer>>
