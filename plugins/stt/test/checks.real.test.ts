// The checks of the service: all hold for it in mock mode, and each fails where what it is about is broken.
import {mockSpeechToText} from '@essence/core/stt/mock'
import type {RecognitionEvent, SpeechToText, TranscriptSegment} from '@essence/core/stt/port'
import {describe, expect, it} from 'vitest'
import {atWork} from '../../../test/proof/in-process.ts'
import {failedChecks} from '../../../test/proof/run-checks.ts'
import {startInMockMode} from '../../../test/proof/service-child.ts'
import {engineServiceOf} from '../../../test/service/engine/open-service.ts'
import checksOf from '../src/checks/hook.ts'
import {recognition} from '../src/kind.ts'

const {service, open} = checksOf()
const {checks} = await open()

it.each([
  ['', {}],
  [' with a key', {SERVICE_API_KEY: 'a-key-for-this-test-only'}],
  [' without metrics', {ENABLE_METRICS: 'false'}],
])('hold for the service in mock mode%s', async (_, env) => {
  expect(await failedChecks(await startInMockMode(service, 'stt', env), checks)).toEqual({})
})

/** Serves one test after the other. */
const mock: SpeechToText = {...mockSpeechToText(), close: async () => {}}

/** The mock, with each segment changed, of recordings and of streams. */
const changing = (change: (segment: TranscriptSegment) => TranscriptSegment): SpeechToText => ({
  ...mock,
  async recognize(audio, options) {
    const transcript = await mock.recognize(audio, options)
    return {...transcript, segments: transcript.segments.map(change)}
  },
  async *stream(audio, options) {
    for await (const event of mock.stream(audio, options)) {
      yield 'segment' in event ? {...event, segment: change(event.segment)} : event
    }
  },
})

/** The mock, with what it tells of a stream changed. */
const streaming = (change: (event: RecognitionEvent) => RecognitionEvent[]): SpeechToText => ({
  ...mock,
  async *stream(audio, options) {
    for await (const event of mock.stream(audio, options)) yield* change(event)
  },
})

const recordings = ['Recognize', 'Recognize with a language and times of words', 'Recognize of WAV, Ogg Opus and MP3']
const [plain = '', words = ''] = recordings

describe('a recogniser that', () => {
  it.each<[string, SpeechToText, string[]]>([
    ['always hears the same', changing(segment => ({...segment, text: 'Hello'})), [...recordings, 'RecognizeStream']],
    [
      'hears half',
      {...mock, recognize: (pcm, options) => mock.recognize(pcm.subarray(pcm.length / 2), options)},
      recordings,
    ],
    ['is late', changing(segment => ({...segment, startMs: segment.startMs + 900})), [plain, words, 'RecognizeStream']],
    ['tells no words', changing(segment => ({...segment, words: undefined})), [words]],
    [
      'takes everything for English',
      {...mock, recognize: async (...call) => ({...(await mock.recognize(...call)), language: 'en'})},
      [words],
    ],
    [
      'hears nothing, and refuses nothing',
      {...mock, recognize: async () => ({text: '', segments: [], language: 'en', audioMs: 0})},
      [...recordings, 'wrong input'],
    ],
    [
      'tells nothing before the end',
      streaming(event => (event.type === 'interim' ? [] : [event])),
      ['RecognizeStream'],
    ],
    [
      'says each final twice',
      streaming(event => (event.type === 'final' ? [event, event] : [event])),
      ['RecognizeStream'],
    ],
    ['is another engine', {...mock, info: {...mock.info, engine: 'whisper'}}, ['HealthCheck']],
    [
      'lacks abilities',
      {...mock, abilities: {...mock.abilities, languages: ['en'], translate: false}},
      ['HealthCheck'],
    ],
  ])('%s, fails', async (_, engine, failing) => {
    const broken = await atWork(engineServiceOf(recognition, async () => engine))
    expect(Object.keys(await failedChecks(broken, checks))).toEqual(failing)
  })
})
