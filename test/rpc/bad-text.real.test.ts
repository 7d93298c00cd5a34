// Text that must not work, does not, with the right status and a sentence; the service stays up.
import {SynthesisRequest, TextToSpeechDefinition} from '@essence/core/rpc/generated/june/tts/tts'
import {openEspeak} from '@essence/core/tts/espeak/espeak'
import type {TextToSpeech} from '@essence/core/tts/port'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {type Channel, createChannel, createClient, Status} from 'nice-grpc'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {collected} from '../collected.ts'
import {failureOf} from './calls.ts'
import {ttsServer} from './serve.ts'

describe('the synthesis service', () => {
  let server: Awaited<ReturnType<typeof ttsServer>>
  let espeak: TextToSpeech
  let channel: Channel
  beforeAll(async () => {
    espeak = textToSpeech(await openEspeak())
    server = await ttsServer(espeak)
    channel = createChannel(server.address)
  })
  afterAll(async () => {
    channel.close()
    await server.close()
    await espeak.close()
  })

  it.each([
    ['50,001 characters', {text: 'a'.repeat(50_001)}, /50001 characters; at most 50000/],
    ['a voice that is none', {text: 'Hello', voiceId: 'qqqqqqqq'}, /qqqqqqqq/],
    ['a language nobody speaks', {text: 'Hello', language: 'qq'}, /No voice speaks the language "qq"/],
    ['too much speed', {text: 'Hello', config: {speed: 3}}, /speed must be/],
    ['a mood that is none', {text: 'Hello', config: {prosody: 'bored'}}, /style must be one of/],
    ['malformed SSML', {text: '<speak>Hello', config: {enableSsml: true}}, /SSML|speak/],
    ['an encoding that is none', {text: 'Hello', config: {encoding: 'g729'}}, /"g729" is not known/],
    [
      'a rate opus has not',
      {text: 'Hello', config: {encoding: 'opus', sampleRate: 22_050}},
      /Cannot encode ogg at 22050/,
    ],
    [
      'a bitrate for raw samples',
      {text: 'Hello', config: {encoding: 'pcm16', bitrate: 64_000}},
      /keeps every sample has none/,
    ],
    ['one below nothing', {text: 'Hello', config: {bitrate: -1}}, /bitrate was given \(-1\)/],
    ['a bitrate for WAV', {text: 'Hello', config: {encoding: 'wav', bitrate: 64_000}}, /keeps every sample has none/],
    [
      'a bitrate that MP3 has not at its rate',
      {text: 'Hello', config: {encoding: 'mp3', sampleRate: 24_000, bitrate: 256_000}},
      /nearest it has is 160000/,
    ],
    ['a bitrate opus has not', {text: 'Hello', config: {encoding: 'opus', bitrate: 1}}, /expected 6000 to 256000/],
    ['a rate no player has', {text: 'Hello', config: {sampleRate: 1}}, /1 Hz cannot be sent/],
  ])('refuses %s, at once and as a stream', async (_, request, sentence) => {
    const client = createClient(TextToSpeechDefinition, channel)
    const one = (async function* () {
      yield SynthesisRequest.fromPartial(request)
    })()
    for (const call of [client.synthesize(request), collected(client.synthesizeStream(one))]) {
      const failure = await failureOf(call)
      expect(failure.code).toBe(Status.INVALID_ARGUMENT)
      expect(failure.details).toMatch(sentence)
    }
  })

  it.each([
    ['opus', 16_000, 'OggS'],
    ['opus', 0, 'OggS'],
    ['mp3', 24_000, ''],
    ['wav', 8000, 'RIFF'],
    ['pcm16', 44_100, ''],
  ] as const)('speaks as %s at %i Hz, and says how long', async (encoding, sampleRate, magic) => {
    const client = createClient(TextToSpeechDefinition, channel)
    const spoken = await client.synthesize({text: 'Hello there, how are you?', config: {encoding, sampleRate}})
    expect(spoken).toMatchObject({encoding, sampleRate: sampleRate || 48_000, channels: 1})
    expect(spoken.audioData.toString('latin1', 0, magic.length)).toBe(magic)
    expect(spoken.durationMs).toBeGreaterThan(500)
    if (encoding === 'pcm16') expect(spoken.audioData.length / 88.2).toBeCloseTo(spoken.durationMs, -1)
  })

  it.each(['', ' ', '...'])('refuses %j, in which nothing has a sound', async text => {
    const client = createClient(TextToSpeechDefinition, channel)
    const failure = await failureOf(client.synthesize({text, config: {encoding: 'opus'}}))
    expect(failure).toMatchObject({
      code: Status.INVALID_ARGUMENT,
      details: 'There is no text to speak: nothing in it has a sound.',
    })
  })
})
