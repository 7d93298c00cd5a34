import {readAudio} from '@essence/core/audio/decode/decode'
import {peak, toDbfs} from '@essence/core/audio/dsp/levels'
import {expectEqual, expectMatch, expectNear} from '@essence/core/proof/expect'
import {mockPeakDb, mockRate, mockSpeechMs} from '@essence/core/proof/mock-speech'
import type {ServiceCheck} from '@essence/core/proof/service-checks'
import type {DeepPartial, SynthesisRequest} from '@essence/core/rpc/generated/june/tts/tts'
import {spoken} from './text-to-speech.ts'

const text = 'Hello there, June. Good bye.'

/** Hz of the tone at the beginning of "Hello", by its crossings of zero. */
const pitchOf = (pcm: Float32Array): number => {
  const seconds = 0.3
  const tone = pcm.subarray(0, seconds * mockRate)
  return tone.filter((sample, i) => i > 0 && (tone[i - 1] ?? 0) < 0 !== sample < 0).length / 2 / seconds
}

/** Ways to say "Hello.", how long that lasts and how high it is. */
const ways: readonly [what: string, request: DeepPartial<SynthesisRequest>, ms: number, hz: number][] = [
  ['as it is', {}, 710, 100],
  ['with the other voice', {voiceId: 'mock-high'}, 710, 200],
  ['an octave up', {config: {pitch: 12}}, 710, 200],
  ['with half the energy', {config: {energy: 0.5}}, 710, 100],
  // Twice as fast is half as long but for the silence kept at the end, and half as many waves in the time looked at.
  ['twice as fast', {config: {speed: 2}}, 360, 50],
  [
    'as SSML with a pause',
    {text: '<speak>Hello<break time="500ms"/>there.</speak>', config: {enableSsml: true}},
    1540,
    100,
  ],
]

export const synthesizeChecks: ServiceCheck[] = [
  {
    name: 'Synthesize',
    async run(service, signal) {
      const {pcm, audioData: _, ...rest} = await spoken(service, {text}, signal)
      const durationMs = mockSpeechMs(text)
      expectEqual('Synthesize', rest, {sampleRate: mockRate, encoding: 'pcm16', channels: 1, durationMs})
      expectEqual('the samples of Synthesize', pcm.length, (durationMs * mockRate) / 1000)
      expectNear('the level of Synthesize, in dBFS', toDbfs(peak(pcm)), mockPeakDb, 1.5)
    },
  },
  {
    name: 'Synthesize with voice, pitch, energy, speed and SSML',
    async run(service, signal) {
      const loudness = new Map<string, number>()
      for (const [what, request, ms, hz] of ways) {
        const {pcm, durationMs} = await spoken(service, {text: 'Hello.', ...request}, signal)
        expectEqual(`the length of Synthesize ${what}, in ms`, durationMs, ms)
        expectNear(`the pitch of Synthesize ${what}, in Hz`, pitchOf(pcm), hz, 5)
        loudness.set(what, peak(pcm))
      }
      const [whole = 0, half = 0] = [loudness.get('as it is'), loudness.get('with half the energy')]
      expectNear('half the energy beside all of it', half / whole, 0.5, 0.01)
    },
  },
  {
    name: 'Synthesize as WAV, Ogg Opus and MP3',
    async run(service, signal) {
      const heads = {wav: /^RIFF.{4}WAVE/s, opus: /^OggS.{24}OpusHead/s, mp3: /^(ID3|\xff[\xe0-\xff])/} as const
      for (const [encoding, head] of Object.entries(heads)) {
        const {audioData, durationMs, ...rest} = await spoken(service, {text, config: {encoding}}, signal)
        expectEqual(`what Synthesize says of ${encoding}`, [rest.encoding, rest.sampleRate], [encoding, mockRate])
        expectMatch(`the first bytes of ${encoding}`, audioData.toString('latin1', 0, 40), head)
        const decoded = await readAudio({bytes: audioData}, {sampleRate: mockRate, signal})
        expectEqual(`the length Synthesize says of ${encoding}, in ms`, durationMs, mockSpeechMs(text))
        // MP3 pads both ends.
        expectNear(`the length of ${encoding}, in s`, decoded.length / mockRate, durationMs / 1000, 0.15)
        expectNear(`the level of ${encoding}, in dBFS`, toDbfs(peak(decoded)), mockPeakDb, 3)
      }
    },
  },
  {
    name: 'Synthesize as configured',
    async run(service, signal) {
      const {TTS_SAMPLE_RATE: rate} = service.settings
      const {pcm, encoding, sampleRate} = await spoken(service, {text, config: {encoding: '', sampleRate: 0}}, signal)
      expectEqual('what Synthesize gives unasked', [encoding, sampleRate], ['pcm16', rate])
      expectNear('the samples at that rate', pcm.length, (mockSpeechMs(text) * rate) / 1000, 2)
    },
  },
]
