import {randomBytes} from 'node:crypto'
import type {Server} from 'node:http'
import {GatewayOpcodes} from 'discord.js'
import {type WebSocket, WebSocketServer} from 'ws'
import type {StandInState} from './state.ts'

interface Dispatched {
  t: string
  s: number
  d: unknown
}

interface Session {
  id: string
  sequence: number
  /** Events since its begin: what a client missed is sent again when it resumes. */
  events: Dispatched[]
  socket: WebSocket | undefined
}

export interface GatewayOptions {
  token: string
  state: StandInState
  /** The intents that the portal allows this bot. Default: all. */
  allowedIntents?: number
  /** ms between heartbeats that are asked for. */
  heartbeatMs?: number
  root: () => string
  /** What the client sends, for hooks: voice state updates are given here. */
  onVoiceStateUpdate?: ((update: unknown, dispatch: (t: string, d: unknown) => void) => void) | undefined
  changed: () => void
}

/** The WebSocket that events come by: https://discord.com/developers/docs/events/gateway */
export const openGateway = (server: Server, options: GatewayOptions) => {
  const {state, heartbeatMs = 41_250, changed} = options
  const sockets = new WebSocketServer({server})
  const sessions = new Map<string, Session>()
  /** What clients sent, oldest first. */
  const received: {op: number; d: unknown}[] = []
  let allowed = options.allowedIntents ?? 0xffff_ffff
  let acknowledges = true
  let current: Session | undefined

  const send = (socket: WebSocket | undefined, op: number, d: unknown, more: object = {}): void => {
    if (socket?.readyState === 1) socket.send(JSON.stringify({op, d, s: null, t: null, ...more}))
  }

  const deliver = (session: Session, event: Dispatched): void =>
    send(session.socket, GatewayOpcodes.Dispatch, event.d, {s: event.s, t: event.t})

  /** Gives an event to the session there is, also while its client is away. */
  const dispatch = (t: string, d: unknown): void => {
    if (!current) return
    const event = {t, s: ++current.sequence, d}
    current.events.push(event)
    deliver(current, event)
  }

  const identify = (socket: WebSocket, d: {token: string; intents: number}): void => {
    if (d.token !== options.token) return void socket.close(4004, 'Authentication failed.')
    if ((d.intents & ~allowed) !== 0) return void socket.close(4014, 'Disallowed intent(s).')
    const session: Session = {id: randomBytes(16).toString('hex'), sequence: 0, events: [], socket}
    sessions.set(session.id, session)
    current = session
    dispatch('READY', {
      v: 10,
      user: state.me,
      guilds: [{id: state.guildId, unavailable: true}],
      session_id: session.id,
      resume_gateway_url: options.root().replace('http', 'ws'),
      shard: [0, 1],
      application: {id: state.applicationId, flags: 0},
    })
    // On its own, as over a network: READY first.
    setTimeout(() => {
      if (current === session) dispatch('GUILD_CREATE', guildJson(state))
    }, 5)
    changed()
  }

  const resume = (socket: WebSocket, d: {token: string; session_id: string; seq: number}): void => {
    if (d.token !== options.token) return void socket.close(4004, 'Authentication failed.')
    const session = sessions.get(d.session_id)
    if (!session) return void send(socket, GatewayOpcodes.InvalidSession, false)
    session.socket = socket
    current = session
    for (const event of session.events.filter(({s}) => s > d.seq)) deliver(session, event)
    dispatch('RESUMED', {})
    changed()
  }

  sockets.on('connection', socket => {
    send(socket, GatewayOpcodes.Hello, {heartbeat_interval: heartbeatMs})
    socket.on('error', () => {})
    socket.on('close', () => {
      for (const session of sessions.values()) if (session.socket === socket) session.socket = undefined
      changed()
    })
    socket.on('message', raw => {
      let message: {op: number; d: unknown}
      try {
        message = JSON.parse(String(raw))
      } catch {
        return socket.close(4002, 'Decode error')
      }
      received.push(message)
      const {op, d} = message
      if (op === GatewayOpcodes.Heartbeat && acknowledges) send(socket, GatewayOpcodes.HeartbeatAck, null)
      else if (op === GatewayOpcodes.Identify) identify(socket, d as Parameters<typeof identify>[1])
      else if (op === GatewayOpcodes.Resume) resume(socket, d as Parameters<typeof resume>[1])
      else if (op === GatewayOpcodes.VoiceStateUpdate) options.onVoiceStateUpdate?.(d, dispatch)
      changed()
    })
  })

  return {
    dispatch,
    received,
    receivedOf: (op: number) => received.filter(one => one.op === op),
    /** A client is there, and has what was sent. */
    isConnected: (): boolean => current?.socket?.readyState === 1,
    /** Sends the last event of a kind again, under its own number: some networks do. */
    repeatLast: (t: string): void => {
      const event = current?.events.findLast(one => one.t === t)
      if (current && event) deliver(current, event)
    },
    /** The connection is gone without a word. */
    drop: (): void => {
      for (const socket of sockets.clients) socket.terminate()
    },
    /** Discord closes it and says why. */
    closeWith: (code: number): void => {
      for (const socket of sockets.clients) socket.close(code)
    },
    askToReconnect: (): void => send(current?.socket, GatewayOpcodes.Reconnect, null),
    invalidate: (resumable: boolean): void => {
      if (!resumable && current) sessions.delete(current.id)
      send(current?.socket, GatewayOpcodes.InvalidSession, resumable)
    },
    /** Discord does not know the session any more: whoever wants to go on begins anew, and what came meanwhile is not sent. */
    forgetSessions: (): void => {
      sessions.clear()
      current = undefined
    },
    setHeartbeatsAcknowledged: (answered: boolean): void => {
      acknowledges = answered
    },
    allowIntents: (intents: number): void => {
      allowed = intents
    },
    close: (): void => {
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
    },
  }
}

/** The one server of the stand-in, with all of its channels and threads. */
const guildJson = ({guildId, channels, me}: StandInState) => ({
  id: guildId,
  name: 'Test server',
  owner_id: '1',
  unavailable: false,
  member_count: 2,
  roles: [{id: guildId, name: '@everyone', permissions: '0', position: 0, color: 0, hoist: false, managed: false}],
  emojis: [],
  features: [],
  members: [{user: me, roles: [], joined_at: '2024-01-01T00:00:00.000Z', deaf: false, mute: false, flags: 0}],
  channels: [...channels.values()].filter(({type}) => type === 0).map(channelJson),
  threads: [...channels.values()].filter(({type}) => type === 11).map(channelJson),
  presences: [],
  voice_states: [],
  stage_instances: [],
  guild_scheduled_events: [],
  soundboard_sounds: [],
  stickers: [],
})

const channelJson = ({
  id,
  type,
  name,
  lastMessageId,
}: {
  id: string
  type: number
  name?: string
  lastMessageId?: string | undefined
}) => ({
  id,
  type,
  name,
  position: 0,
  permission_overwrites: [],
  last_message_id: lastMessageId ?? null,
  ...(type === 11
    ? {
        thread_metadata: {
          archived: false,
          auto_archive_duration: 60,
          archive_timestamp: '2024-01-01T00:00:00.000Z',
          locked: false,
        },
      }
    : {}),
})
