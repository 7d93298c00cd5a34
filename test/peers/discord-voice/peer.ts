// A server of Discord's with one voice channel after the other, as far as voice goes: the main gateway's part of it, voice servers, and people who
// speak and listen. Faults happen on request, never by themselves.
import {readFileSync} from 'node:fs'
import {getCACertificates, setDefaultCACertificates} from 'node:tls'
import {DAVESession} from '@snazzah/davey'
import type {VoiceGateway} from '../../../plugins/discord/src/voice-channel/port.ts'
import {authority} from '../../rpc/authority.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {DaveGroup} from './dave-group.ts'
import {op} from './opcodes.ts'
import {openPerson, type PeerPerson, silenceFrame} from './person.ts'
import {openVoiceServer, type VoiceServer} from './voice-server.ts'

type DiscordGatewayAdapterCreator = ReturnType<VoiceGateway['adapterFor']>
type DiscordGatewayAdapterLibraryMethods = Parameters<DiscordGatewayAdapterCreator>[0]

/** Opus of June's that arrived. */
export interface HeardPacket {
  /** On the clock of `performance.now`. */
  at: number
  opus: Buffer
  isSilence: boolean
}

export interface PeerOptions {
  /** 0: encrypted on the way only. Default 1. */
  daveVersion?: 0 | 1
  heartbeatMs?: number
}

const clientSsrc = 77

export const openDiscordVoicePeer = async ({daveVersion = 1, heartbeatMs}: PeerOptions = {}) => {
  const files = authority(temporaryFolder(), 'discord')
  const tls = {cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8')}
  // The library speaks TLS and asks nobody whom to trust.
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(files.ca, 'utf8')])

  const [guildId, botId] = ['900', '77']
  const heard: HeardPacket[] = []
  const told: {channelId: string; text: string}[] = []
  const servers: VoiceServer[] = []
  const people = new Map<string, PeerPerson & {channelId: string}>()
  /** Channels that June asked for, `undefined` for none. */
  const asked: (string | undefined)[] = []
  const faults = {
    ...{lossRate: 0, lateRate: 0, hasLostKeys: false, isClientAway: false, isGagged: false},
    udpPort: undefined as number | undefined,
  }
  const lostKeys = new Map<string, DAVESession>()
  let channelId: string | undefined
  let group: DaveGroup | undefined
  let methods: DiscordGatewayAdapterLibraryMethods | undefined
  let sessions = 0
  let session = {id: '', token: '', isValid: false}
  let random = 1

  /** To the same packets in every run. */
  const happens = (rate: number): boolean => {
    random = (random * 48_271) % 2_147_483_647
    return random / 2_147_483_647 < rate
  }
  const server = (): VoiceServer => servers.at(-1) as VoiceServer
  const membersOf = (id: string): string[] =>
    [...people.values()].filter(one => one.channelId === id).map(one => one.id)

  const onSound = (payload: Buffer): void => {
    const at = performance.now()
    const isSilence = payload.equals(silenceFrame)
    const [listener] = membersOf(channelId ?? '')
    const keys = listener === undefined ? undefined : group?.sessionOf(listener)
    heard.push({at, isSilence, opus: isSilence || !keys?.ready ? payload : keys.decrypt(botId, 0, payload)})
  }

  const openServer = () =>
    openVoiceServer({
      ...{tls, daveVersion, clientSsrc, ...(heartbeatMs !== undefined && {heartbeatMs})},
      udpPort: () => faults.udpPort,
      admits: ({guildId: guild, userId, sessionId, token}) =>
        guild === guildId && userId === botId && session.isValid && sessionId === session.id && token === session.token,
      onJoined: () => {
        server().json(op.clientsConnect, {user_ids: [botId, ...membersOf(channelId ?? '')]})
        for (const person of people.values()) person.forgetAnnounced()
        if (daveVersion === 1) group?.connect(server())
      },
      onGone: () => {},
      onSound: ({payload}) => onSound(payload),
      onBinary: (opcode, payload) => group?.take(opcode, payload),
      onJson: (opcode, data) => {
        if (opcode === op.transitionReady) group?.ready(Number(data['transition_id']))
        else if (opcode === op.invalidCommitWelcome) group?.invalid()
      },
    })

  const state = (id: string | null): void =>
    methods?.onVoiceStateUpdate({
      ...{guild_id: guildId, channel_id: id, user_id: botId, session_id: session.id},
      ...{deaf: false, mute: false, self_deaf: false, self_mute: false, self_video: false, suppress: false},
      request_to_speak_timestamp: null,
    })
  const nameServer = (): void =>
    methods?.onVoiceServerUpdate({guild_id: guildId, token: session.token, endpoint: server().endpoint})
  /** June is in another channel: people there have a call of their own. */
  const enter = (id: string): void => {
    channelId = id
    group = new DaveGroup(id)
    for (const person of membersOf(id)) group.add(person)
    session = {id: `session-${++sessions}`, token: `token-${sessions}`, isValid: true}
    state(id)
    nameServer()
  }

  /** What the main gateway does with a VOICE_STATE_UPDATE of June's. */
  const wanted = (id: string | null): void => {
    asked.push(id ?? undefined)
    if (id === null) {
      channelId = undefined
      session.isValid = false
      state(null)
    } else if (id !== channelId) enter(id)
    // Nothing has changed: Discord says so, and names no server.
    else state(id)
  }

  const adapterCreator: DiscordGatewayAdapterCreator = given => {
    methods = given
    return {
      sendPayload: (payload: {d: {channel_id: string | null}}) => {
        if (faults.isClientAway) return false
        if (!faults.isGagged) setTimeout(() => wanted(payload.d.channel_id), 5)
        return true
      },
      destroy: () => {
        if (methods === given) methods = undefined
      },
    }
  }

  servers.push(await openServer())
  return {
    ...{guildId, botId, heard, told, asked, faults, server, adapterCreator},
    /** What June's client is to her voice. */
    gateway: {
      botId,
      adapterFor: () => adapterCreator,
      members: (_: string, id: string) => membersOf(id),
      tell: async (id: string, text: string) => void told.push({channelId: id, text}),
    },
    group: () => group,
    channelId: () => channelId,
    /** Somebody comes into a channel. */
    enter(id: string, into: string): PeerPerson {
      const person = openPerson({
        ...{id, ssrc: 100 + people.size, server},
        session: () => group?.sessionOf(id),
        lostKeys: () => (faults.hasLostKeys ? lostKeys.get(id) : undefined),
        isLost: () => happens(faults.lossRate),
        isLate: () => happens(faults.lateRate),
      })
      people.set(id, {...person, channelId: into})
      if (into === channelId) {
        server().json(op.clientsConnect, {user_ids: [id]})
        if (daveVersion === 1) group?.add(id)
      }
      return person
    },
    goOut(id: string): void {
      people.delete(id)
      server().json(op.clientDisconnect, {user_id: id})
      if (daveVersion === 1) group?.remove(id)
    },
    /** From here on people encrypt by keys that June has not, and her way back into the group is shut: until she joins anew. */
    async loseKeys(): Promise<void> {
      for (const id of people.keys()) lostKeys.set(id, await aloneInAGroup(id))
      faults.hasLostKeys = true
      if (group) group.isStuck = true
    },
    kick(): void {
      session.isValid = false
      channelId = undefined
      state(null)
      server().closeSocket(4014)
    },
    move(id: string): void {
      server().closeSocket(4014)
      enter(id)
    },
    /** The voice server goes away, and another one is named. */
    async moveServer(): Promise<void> {
      methods?.onVoiceServerUpdate({guild_id: guildId, token: session.token, endpoint: null})
      const old = server()
      servers.push(await openServer())
      await old.close()
      nameServer()
    },
    /** The voice server knows the session no more. */
    invalidate(): void {
      session.isValid = false
      server().closeSocket(4006)
    },
    close: async (): Promise<void> => void (await Promise.all(servers.map(one => one.close().catch(() => {})))),
  }
}

/** A session whose group holds nobody that June knows. */
const aloneInAGroup = async (person: string): Promise<DAVESession> => {
  const other = new DaveGroup('666')
  other.add('2')
  other.add(person)
  other.take(op.keyPackage, strangerPackage())
  const session = other.sessionOf(person)
  if (!session?.ready) throw new Error('A group could not be formed.')
  return session
}

const strangerPackage = (): Buffer => new DAVESession(1, '1', '666').getSerializedKeyPackage()
