import {readAudio} from '@essence/core/audio/decode/decode'
import {peak, toDbfs} from '@essence/core/audio/dsp/levels'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {one} from '@essence/core/kit/flow/iterate'
import {expectEqual, expectMatch, expectNear, expectThat} from '@essence/core/proof/expect'
import {jsonOf} from '@essence/core/proof/http-checks'
import {mockPeakDb, mockRate, mockSpeechMs} from '@essence/core/proof/mock-speech'
import type {ServiceAtWork, ServiceCheck} from '@essence/core/proof/service-checks'
import {syllables, toneRate} from '@essence/core/proof/tones'
import {ask, jsonBody} from './ask.ts'

/** A line of an answer. */
export type Line = Record<string, unknown>

/** The voice whose tones are known, whatever the settings say. */
const voice = 'mock-low'

/** The lines of a turn. @param query of the route */
export const turn = async (
  service: ServiceAtWork,
  signal: AbortSignal,
  init: RequestInit,
  query = '',
): Promise<Line[]> => {
  const response = await ask(service, `/api/turn${query}`, signal, init)
  const text = await response.text()
  expectEqual('the status of POST /api/turn', [response.status, response.ok ? '' : text], [200, ''])
  expectEqual('the type of a turn', response.headers.get('content-type'), 'application/x-ndjson')
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => jsonOf('a line of a turn', line) as Line)
}

/** Writes to June. */
export const textTurn = (service: ServiceAtWork, signal: AbortSignal, more: object = {}): Promise<Line[]> =>
  turn(service, signal, jsonBody({text: 'hello there.', voice, language: 'en', ...more}))

/** 2.5 s of sound, in which the mock hears "This is a test". */
const recording = async (format: 'wav' | 'ogg', signal: AbortSignal): Promise<RequestInit> => {
  const body = await encodeToBytes(one({pcm: syllables(2.5), sampleRate: toneRate}), format, {signal})
  return {method: 'POST', headers: {'content-type': `audio/${format}`}, body}
}

/** One of the lines, with nothing in it where it is missing; counted from the end where negative. */
export const lineAt = (lines: Line[], index: number): Line => lines.at(index) ?? {}

const ofType = (lines: Line[], type: string): Line[] => lines.filter(line => line.type === type)

/** An answer in one sentence, in order. @param heard whether there was something to hear first */
const expectAnswer = (lines: Line[], text: string, heard: boolean, spoken: boolean): void => {
  const order = lines
    .map(({type}) => type)
    .join(' ')
    .replaceAll(/(\w+)( \1)+/g, '$1')
  const expected = `${heard ? 'transcript ' : ''}delta sentence ${spoken ? 'speech ' : ''}done`
  expectEqual('the order of the lines', order, expected)
  const deltas = ofType(lines, 'delta').map(({text: piece}) => piece)
  expectEqual('the answer, piece by piece', deltas.join(''), text)
  expectThat('the pieces of the answer', deltas.length > 1, 'several', deltas)
  expectEqual('the sentence', ofType(lines, 'sentence'), [{type: 'sentence', index: 0, text, speech: text}])
  const {times, text: whole} = lineAt(lines, -1)
  expectEqual('the whole answer', whole, text)
  expectThat('the time of the turn', Number((times as {totalMs?: number})?.totalMs) >= 0, 'ms', times)
}

/** The clips decode, and last together as long as the mock speaks the text. */
const expectSpeech = async (
  lines: Line[],
  text: string,
  {settings}: ServiceAtWork,
  signal: AbortSignal,
): Promise<void> => {
  let samples = 0
  let level = 0
  for (const {audio, ...clip} of ofType(lines, 'speech')) {
    const bytes = Buffer.from(String(audio), 'base64')
    expectMatch('the first bytes of a clip', bytes.toString('latin1', 0, 12), /^RIFF.{4}WAVE$/s)
    const pcm = await readAudio({bytes}, {sampleRate: mockRate, signal})
    expectEqual('a clip', clip, {
      ...{type: 'speech', index: 0, mime: 'audio/wav'},
      durationMs: Math.round((1000 * pcm.length) / mockRate),
    })
    samples += pcm.length
    level = Math.max(level, peak(pcm))
  }
  const spokenMs = mockSpeechMs(text, settings.TTS_SPEED)
  expectNear('the length of all clips, in ms', (1000 * samples) / mockRate, spokenMs, 5)
  expectNear('the length the end says, in ms', Number(lineAt(lines, -1)['audioMs']), spokenMs, 5)
  expectNear('the level of the clips, in dBFS', toDbfs(level), mockPeakDb, 1.5)
}

export const turnChecks: ServiceCheck[] = [
  {
    name: 'POST /api/turn with text',
    async run(service, signal) {
      const lines = await textTurn(service, signal)
      const answer = 'You said: hello there.'
      expectAnswer(lines, answer, false, true)
      await expectSpeech(lines, answer, service, signal)
    },
  },
  ...(['wav', 'ogg'] as const).map(format => ({
    name: `POST /api/turn with ${format === 'wav' ? 'WAV' : 'Ogg Opus'}`,
    async run(service: ServiceAtWork, signal: AbortSignal) {
      const lines = await turn(service, signal, await recording(format, signal), `?voice=${voice}&language=en`)
      const answer = 'You said: This is a test'
      expectAnswer(lines, answer, true, true)
      const {text, language, audioMs} = lineAt(lines, 0)
      expectEqual('the transcript', [text, language], ['This is a test', 'en'])
      expectNear('the length of what was heard, in ms', Number(audioMs), 2500, 50)
      await expectSpeech(lines, answer, service, signal)
    },
  })),
  {
    name: 'POST /api/turn, not to be spoken',
    async run(service, signal) {
      expectAnswer(await textTurn(service, signal, {speak: false}), 'You said: hello there.', false, false)
      const heard = await turn(service, signal, await recording('wav', signal), '?speak=false&language=en')
      expectAnswer(heard, 'You said: This is a test', true, false)
    },
  },
]
