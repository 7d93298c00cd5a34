import {openOpusPacketDecoder} from '@essence/core/audio/decode/opus-packets'
import {concatSamples} from '@essence/core/audio/pcm'
import {silenceAlone} from '@essence/core/conversation/end-of-turn/silence'
import {Health} from '@essence/core/service/health'
import {openMetrics} from '@essence/core/service/metrics'
import type {TurnEngines} from '@essence/core/voice/turn'
import {pino} from 'pino'
import {expect, onTestFinished} from 'vitest'
import {type Script, scriptedEngines} from '../../../../test/engines/scripted.ts'
import {type HeardPacket, openDiscordVoicePeer, type PeerOptions} from '../../../../test/peers/discord-voice/peer.ts'
import type {VoiceChannelOptions} from '../../src/voice-channel/port.ts'
import {VoiceChannels} from '../../src/voice-channel/voice-channels.ts'

/** A detector of speech by loudness alone. */
const loudness: VoiceChannelOptions['vad'] = {
  description: 'loudness',
  neural: false,
  begin: () => ({
    probabilities: async audio =>
      Float32Array.from({length: audio.length / 512}, (_, at) =>
        audio.subarray(at * 512, (at + 1) * 512).some(sample => Math.abs(sample) > 0.03) ? 1 : 0,
      ),
  }),
  close: async () => {},
}

/** A tone of some length: what a person says here, told apart by its pitch. Mono, 48 kHz. */
export const tone = (hz: number, ms: number): Float32Array =>
  Float32Array.from({length: ms * 48}, (_, n) => 0.3 * Math.sin((2 * Math.PI * hz * n) / 48_000))

/** The pitch of a sound of 16 kHz, by how often it crosses zero while it is loud. */
export const pitchOf = (audio: Float32Array): number => {
  const loud = audio.filter(sample => Math.abs(sample) > 0.01)
  let crossings = 0
  for (let i = 1; i < loud.length; i++) if ((loud[i] as number) > 0 !== (loud[i - 1] as number) > 0) crossings++
  return (crossings * 16_000) / (2 * Math.max(1, loud.length))
}

/** ms that June takes for a word. */
export const wordMs = 250

/** Engines of a script whose recogniser hears words in tones, and whose voice takes its time; it says 440 Hz, at −9 dBFS. */
export const toneEngines = (words: Record<number, string>, script: Script = {}) => {
  const engines = scriptedEngines(script)
  const sounds: {text: string; ms: number}[] = []
  engines.stt.recognize = async audio => {
    const pitch = pitchOf(audio)
    const text = Object.entries(words).find(([hz]) => Math.abs(Number(hz) - pitch) < 60)?.[1] ?? ''
    sounds.push({text, ms: audio.length / 16})
    return {text, segments: [], language: 'en', audioMs: audio.length / 16}
  }
  engines.tts.synthesize = async function* (text) {
    const samples = text.split(' ').length * wordMs * 24
    yield {
      pcm: Float32Array.from({length: samples}, (_, n) => 0.5 * Math.sin((2 * Math.PI * 440 * n) / 24_000)),
      sampleRate: 24_000,
    }
  }
  return Object.assign(engines, {sounds})
}

export interface OpenVoiceOptions extends PeerOptions {
  engines?: TurnEngines
  /** Those who may talk to June. Default: all but `stranger`. */
  allows?: (userId: string) => boolean
  more?: Partial<VoiceChannelOptions>
}

/** Discord, June's voice channels there, and what she logs. */
export const openVoice = async ({engines = scriptedEngines(), allows, more, ...peerOptions}: OpenVoiceOptions = {}) => {
  const peer = await openDiscordVoicePeer(peerOptions)
  const lines: Record<string, unknown>[] = []
  const log = pino({level: 'debug'}, {write: line => void lines.push(JSON.parse(line))})
  const channels = new VoiceChannels({
    ...{gateway: peer.gateway, engines, vad: loudness, endOfTurn: silenceAlone('a test'), language: 'en'},
    admission: {allows: async ({person: {id}}) => allows?.(id) ?? id !== stranger},
    // Where nothing else is said, people talk to June alone.
    hears: async () => 'always',
    record: {channel: 'discord', metrics: openMetrics(), health: new Health('discord', '0.0.0'), log},
    ...more,
  })
  onTestFinished(async () => {
    await channels.close()
    await peer.close()
  })
  return {
    ...{peer, channels, lines},
    /** June's answers that are over. */
    spoke: () => lines.filter(({msg}) => msg === 'spoke'),
    join: (channelId = '1000') => channels.join(peer.guildId, channelId),
  }
}

/** A look every 20 ms, as long as a reconnection may take. */
export const eventually = (what: () => unknown): ReturnType<typeof expect.poll> =>
  expect.poll(what, {timeout: 30_000, interval: 20})

/** User ids. */
export const [alice, bob, stranger] = ['111', '222', '333']

/** Whether June's last sound is over: frames of silence follow it, more than a network that stutters makes. */
export const isOver = (packets: readonly HeardPacket[]): boolean =>
  packets.length > 5 && packets.slice(-5).every(({isSilence}) => isSilence)

/** When June's sound began and ended, and what it was: mono, 48 kHz. */
export const soundOf = async (packets: readonly HeardPacket[]) => {
  const sounding = packets.filter(({isSilence}) => !isSilence)
  const decoder = await openOpusPacketDecoder(48_000)
  const pcm = concatSamples(sounding.map(({opus}) => decoder.decode(opus) ?? new Float32Array()))
  decoder.close()
  const power = pcm.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, pcm.length)
  return {
    ...{pcm, ms: pcm.length / 48, rms: Math.sqrt(power)},
    startedAt: sounding[0]?.at ?? Number.NaN,
    endedAt: sounding.at(-1)?.at ?? Number.NaN,
  }
}

/** June in the channel 1000 with somebody who asks. */
export const openAsked = async (more: OpenVoiceOptions = {}) => {
  const engines = toneEngines({300: 'what is red'}, {answer: ['It is a colour.']})
  const voice = await openVoice({engines, ...more})
  const person = voice.peer.enter(alice, '1000')
  await voice.join()
  let turns = 0
  return {
    ...{...voice, person, engines},
    /** Somebody asks, and is answered, both to be heard. */
    async answered(): Promise<void> {
      const packets = voice.peer.heard.length
      await person.say(tone(300, 900))
      await eventually(() => voice.spoke().length).toBe(++turns)
      expect(voice.spoke().at(-1)).toMatchObject({status: 'completed'})
      await eventually(
        () => voice.peer.heard.slice(packets).filter(({isSilence}) => !isSilence).length,
      ).toBeGreaterThan(45)
    },
    left: () => voice.lines.find(({msg}) => msg === 'left the voice channel')?.['reason'],
  }
}
