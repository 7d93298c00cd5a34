import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {toPcm16} from '@essence/core/audio/pcm'
import {one} from '@essence/core/kit/flow/iterate'
import {expectEqual, expectNear, expectThat} from '@essence/core/proof/expect'
import {withClient} from '@essence/core/proof/rpc-checks'
import type {ServiceAtWork, ServiceCheck} from '@essence/core/proof/service-checks'
import {syllables, toneRate} from '@essence/core/proof/tones'
import {speechToText} from './speech-to-text.ts'

/** What the mock hears in a recording of so many seconds. */
const phrases: readonly [seconds: number, text: string][] = [
  [0.5, 'Hello'],
  [1.5, 'Hello world'],
  [2.5, 'This is a test'],
  [3.5, 'Testing speech recognition'],
  [4.5, 'This is a longer test message'],
  [6, 'This is a very long phrase to test the speech recognition system'],
]

/** A recording of so many seconds, as raw PCM. */
const recording = (seconds: number) => ({
  audioData: toPcm16(syllables(seconds)),
  sampleRate: toneRate,
  encoding: 'pcm',
  channels: 1,
})

/** Recognises a tone, with whatever answer. */
export const recognizeTone = (service: ServiceAtWork, signal: AbortSignal): Promise<unknown> =>
  withClient(speechToText, service, client => client.recognize(recording(0.5), {signal}))

/** One phrase for all of the recording. */
const resultOf = (transcript: string, seconds: number, detectedLanguage: string) => ({
  ...{transcript, detectedLanguage, isFinal: true, confidence: 0, words: [], speakerId: '', event: 0},
  ...{startTimeUs: 0, endTimeUs: seconds * 1e6},
})

export const recognizeChecks: ServiceCheck[] = [
  {
    name: 'Recognize',
    run: (service, signal) =>
      withClient(speechToText, service, async client => {
        for (const [seconds, text] of phrases) {
          const {results, audioDurationUs, processingTimeMs} = await client.recognize(recording(seconds), {signal})
          expectEqual(`Recognize of ${seconds} s`, results, [resultOf(text, seconds, 'en')])
          expectEqual('the length Recognize measured, in µs', audioDurationUs, seconds * 1e6)
          expectThat('the time Recognize took, in ms', processingTimeMs >= 0, '0 or more', processingTimeMs)
        }
      }),
  },
  {
    name: 'Recognize with a language and times of words',
    run: (service, signal) =>
      withClient(speechToText, service, async client => {
        const config = {language: 'de', enableTimestamps: true}
        const {results} = await client.recognize({...recording(1.5), config}, {signal})
        const word = (text: string, startMs: number, endMs: number) => ({
          ...{word: text, confidence: 0, startTimeUs: startMs * 1000, endTimeUs: endMs * 1000},
        })
        const words = [word('Hello', 0, 750), word('world', 750, 1500)]
        expectEqual('Recognize with times of words', results, [{...resultOf('Hello world', 1.5, 'de'), words}])
      }),
  },
  {
    name: 'Recognize of WAV, Ogg Opus and MP3',
    run: (service, signal) =>
      withClient(speechToText, service, async client => {
        for (const encoding of ['wav', 'ogg', 'mp3'] as const) {
          const sound = one({pcm: syllables(2.5), sampleRate: toneRate})
          const audioData = Buffer.from(await encodeToBytes(sound, encoding, {signal}))
          const {results, audioDurationUs} = await client.recognize({audioData, encoding}, {signal})
          const heard = results.map(({transcript}) => transcript)
          expectEqual(`what is heard in ${encoding}`, heard, ['This is a test'])
          // MP3 pads both ends.
          expectNear(`the length of ${encoding}, in s`, audioDurationUs / 1e6, 2.5, 0.15)
        }
      }),
  },
]
