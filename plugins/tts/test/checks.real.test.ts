// The checks of the service: all hold for it in mock mode, and each fails where what it is about is broken.
import {openMockTextToSpeech} from '@essence/core/tts/mock'
import type {PcmChunk, TextToSpeech} from '@essence/core/tts/port'
import {describe, expect, it} from 'vitest'
import {atWork} from '../../../test/proof/in-process.ts'
import {failedChecks} from '../../../test/proof/run-checks.ts'
import {startInMockMode} from '../../../test/proof/service-child.ts'
import {engineServiceOf} from '../../../test/service/engine/open-service.ts'
import checksOf from '../src/checks/hook.ts'
import {synthesis} from '../src/kind.ts'

const {service, open} = checksOf()
const {checks} = await open()

it.each([
  ['', {}],
  [
    ' with a key and settings of its own',
    {SERVICE_API_KEY: 'a-key-for-this-test-only', TTS_SPEED: '1.5', TTS_SAMPLE_RATE: '24000'},
  ],
])('hold for the service in mock mode%s', async (_, env) => {
  expect(await failedChecks(await startInMockMode(service, 'tts', env), checks)).toEqual({})
})

/** Serves one test after the other. */
const mock: TextToSpeech = {...(await openMockTextToSpeech()), close: async () => {}}

/** The mock, with its sound changed. */
const sounding = (change: (chunk: PcmChunk) => PcmChunk): TextToSpeech => ({
  ...mock,
  async *synthesize(text, options) {
    for await (const chunk of mock.synthesize(text, options)) yield change(chunk)
  },
})

const whole = [
  'Synthesize',
  'Synthesize with voice, pitch, energy, speed and SSML',
  'Synthesize as WAV, Ogg Opus and MP3',
]
const [plain = '', ways = '', containers = ''] = whole

describe('a synthesiser that', () => {
  it.each<[string, TextToSpeech, string[]]>([
    ['is silent', sounding(({pcm, ...rest}) => ({...rest, pcm: new Float32Array(pcm.length)})), whole],
    ['is loud', sounding(({pcm, ...rest}) => ({...rest, pcm: pcm.map(sample => sample * 3)})), [plain, containers]],
    [
      'loses a tenth',
      sounding(({pcm, ...rest}) => ({...rest, pcm: pcm.subarray(pcm.length / 10)})),
      [...whole, 'Synthesize as configured', 'SynthesizeStream'],
    ],
    [
      'speaks with one voice',
      {...mock, synthesize: (text, {voice: _, ...options} = {}) => mock.synthesize(text, options)},
      [ways, 'wrong input', 'GET /metrics'],
    ],
    ['knows no voices', {...mock, voices: async () => []}, ['HealthCheck', 'ListVoices']],
    ['is another engine', {...mock, info: {...mock.info, engine: 'espeak-ng'}}, ['HealthCheck', 'ListVoices']],
  ])('%s, fails', async (_, engine, failing) => {
    const broken = await atWork(engineServiceOf(synthesis, async () => engine))
    expect(Object.keys(await failedChecks(broken, checks))).toEqual(failing)
  })
})
