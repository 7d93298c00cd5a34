import {Client, GatewayIntentBits} from 'discord.js'
import {expect, it, onTestFinished} from 'vitest'
import {clientVoice} from '../../src/voice-channel/client-voice.ts'

/** A client that was told of a server, as the gateway does, and is connected to nothing. */
const openClient = () => {
  const client = new Client({intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildVoiceStates]}) as Client<true>
  onTestFinished(() => client.destroy())
  const user = (id: string, bot = false) => ({id, username: id, discriminator: '0', avatar: null, bot})
  const member = (id: string, bot = false) => ({user: user(id, bot), roles: [], joined_at: '2026-01-01', flags: 0})
  const inside = client as unknown as {
    users: {_add(data: object): Client<true>['user']}
    guilds: {_add(data: object): void}
    actions: {VoiceStateUpdate: {handle(data: object): void}}
  }
  client.user = inside.users._add(user('77', true))
  const state = (id: string, channel_id: string | null, bot = false) => ({
    ...{user_id: id, guild_id: '900', channel_id, session_id: `s${id}`, member: member(id, bot)},
    ...{deaf: false, mute: false, self_deaf: false, self_mute: false, self_video: false, suppress: false},
  })
  inside.guilds._add({
    ...{id: '900', name: 'home', roles: [], emojis: [], stickers: [], features: [], presences: [], threads: []},
    members: [member('111'), member('444', true), member('77', true)],
    channels: [{id: '1000', type: 2, name: 'talk', permission_overwrites: []}],
    voice_states: [state('111', '1000'), state('444', '1000', true), state('77', '1000', true)],
  })
  return {
    client,
    move: (id: string, channel: string | null) => inside.actions.VoiceStateUpdate.handle(state(id, channel)),
  }
}

it('knows the people of a voice channel, without bots', () => {
  const {client, move} = openClient()
  const voice = clientVoice(client)
  const changed: string[] = []
  const stop = voice.onMembers(guildId => changed.push(guildId))
  expect(voice.botId).toBe('77')
  expect(voice.members('900', '1000')).toEqual(['111'])
  expect(voice.voiceChannelOf('900', '111')).toBe('1000')
  expect([voice.nameOf?.('900', '111'), voice.nameOf?.('901', '111')]).toEqual(['111', undefined])
  move('222', '1000')
  move('111', null)
  expect(voice.members('900', '1000')).toEqual(['222'])
  expect(voice.voiceChannelOf('900', '111')).toBeUndefined()
  expect(changed).toEqual(['900', '900'])
  stop()
  move('222', null)
  expect(changed).toHaveLength(2)
  expect(voice.members('901', '1000')).toEqual([])
})

it('sends nothing of a server that it is not in', () => {
  const {client} = openClient()
  const methods = {onVoiceServerUpdate: () => {}, onVoiceStateUpdate: () => {}, destroy: () => {}}
  expect(clientVoice(client).adapterFor('901')(methods).sendPayload({})).toBe(false)
})
