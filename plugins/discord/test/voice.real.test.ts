// Voice channels, asked for in text; what is heard there is tested in `voice-channel/`.
import {silenceAlone} from '@essence/core/conversation/end-of-turn/silence'
import {describe, expect, it, onTestFinished} from 'vitest'
import {scriptedEngines} from '../../../test/engines/scripted.ts'
import {openDiscordVoicePeer} from '../../../test/peers/discord-voice/peer.ts'
import {tokenOf} from '../src/stand-in/state.ts'
import {ada, generalOf, openPeer, startService, textsIn} from './harness.ts'

/** What hears nothing. */
const deaf = async () => ({
  vad: {
    description: 'nothing',
    neural: false,
    begin: () => ({probabilities: async () => new Float32Array()}),
    close: async () => {},
  },
  endOfTurn: silenceAlone('a test'),
  close: async () => {},
})

/** Discord with a voice server: what the gateway is told of voice goes there, and back. */
const openPeerWithVoice = async () => {
  const voice = await openDiscordVoicePeer({daveVersion: 0})
  onTestFinished(() => voice.close())
  const adapter = voice.adapterCreator({
    onVoiceStateUpdate: state => peer.gateway.dispatch('VOICE_STATE_UPDATE', state),
    onVoiceServerUpdate: server => peer.gateway.dispatch('VOICE_SERVER_UPDATE', server),
    destroy: () => {},
  })
  const peer = await openPeer({
    token: tokenOf(voice.botId),
    onVoiceStateUpdate: update => void adapter.sendPayload({op: 4, d: update as never}),
  })
  peer.state.guildId = voice.guildId
  return {peer, voice}
}

describe('/join and /leave', () => {
  it('bring June into the voice channel that the person is in, and out of it', async () => {
    const {peer, voice} = await openPeerWithVoice()
    const {done} = await startService({peer, openListening: deaf})
    const general = generalOf(peer)
    await done(peer.userSends({channel: general, text: '!join'}))
    peer.gateway.dispatch('VOICE_STATE_UPDATE', {
      ...{guild_id: voice.guildId, channel_id: general, user_id: ada, session_id: 's'},
      ...{deaf: false, mute: false, self_deaf: false, self_mute: false, self_video: false, suppress: false},
      request_to_speak_timestamp: null,
    })
    await done(peer.userRuns('join', {}, {channel: general}))
    expect(voice.asked).toEqual([general])
    expect(voice.server().counts.identified).toBe(1)
    await done(peer.userSends({channel: general, text: '!leave'}))
    await expect.poll(() => voice.asked).toEqual([general, undefined])
    expect(textsIn(peer, general)).toEqual([
      expect.stringMatching(/^Please enter a voice channel first/),
      expect.stringMatching(`^I am in <#${general}>`),
      `I have left <#${general}>.`,
    ])
  })

  it('work where workers answer all else: engines are opened when June is first asked to come', async () => {
    const {peer, voice} = await openPeerWithVoice()
    let opened = 0
    const {done} = await startService({
      ...{peer, openListening: deaf, settings: {usesQueue: true}},
      openEngines: async () => {
        opened++
        return scriptedEngines()
      },
    })
    const general = generalOf(peer)
    peer.userSends({channel: general, text: '<@77> this is for workers'})
    peer.gateway.dispatch('VOICE_STATE_UPDATE', {
      ...{guild_id: voice.guildId, channel_id: general, user_id: ada, session_id: 's'},
      ...{deaf: false, mute: false, self_deaf: false, self_mute: false, self_video: false, suppress: false},
      request_to_speak_timestamp: null,
    })
    await done(peer.userRuns('leave', {}, {channel: general}))
    expect(opened).toBe(0)
    await done(peer.userRuns('join', {}, {channel: general}))
    expect(voice.asked).toEqual([general])
    await done(peer.userSends({channel: general, text: '!leave'}))
    await done(peer.userRuns('join', {}, {channel: general}))
    await done(peer.userRuns('join', {}, {from: '666', channel: general}))
    expect(opened).toBe(1)
    expect(peer.shownIn(general).map(({text}) => text)).toEqual([
      expect.stringContaining('no voice channel'),
      expect.stringMatching(`^I am in <#${general}>`),
      `I have left <#${general}>.`,
      expect.stringMatching(`^I am in <#${general}>`),
      expect.stringContaining('666'),
    ])
    expect(peer.callsOf('callback')).toHaveLength(4)
  })

  it('are for servers, and for people who are let in', async () => {
    const {peer, done, direct} = await startService()
    await done(peer.userSends({text: '!join'}))
    await done(peer.userSends({text: '!leave'}))
    expect(textsIn(peer, direct)).toEqual(Array(2).fill('Voice channels are on servers: ask me there.'))
    await done(peer.userRuns('join', {}, {from: '666', channel: generalOf(peer)}))
    expect(textsIn(peer, generalOf(peer))).toEqual([expect.stringContaining('666')])
  })
})
