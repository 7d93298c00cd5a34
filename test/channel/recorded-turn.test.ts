import {collectTurn} from '@essence/core/channel/collect-turn'
import {recordedTurn, type TurnRecord} from '@essence/core/channel/recorded-turn'
import {memoryTurnLog} from '@essence/core/channel/turn-log'
import {type ErrorCode, EssenceError} from '@essence/core/kit/errors'
import {Health} from '@essence/core/service/health'
import {openMetrics} from '@essence/core/service/metrics'
import type {VoiceTurn} from '@essence/core/voice/events'
import {pino} from 'pino'
import {describe, expect, it} from 'vitest'
import {wavOf} from '../audio/sounds.ts'
import {type Script, scriptedEngines} from '../engines/scripted.ts'

const text: VoiceTurn = {speaker: 'x', session: 'x', input: {text: 'hello'}}

/** One turn and what is kept of it. */
const recorded = (
  turn: VoiceTurn | (() => Promise<VoiceTurn>) = text,
  script: Script = {},
  signal?: AbortSignal,
  more: Partial<TurnRecord> = {},
) => {
  const lines: {level: number; msg: string; [key: string]: unknown}[] = []
  const log = pino({level: 'debug'}, {write: line => lines.push(JSON.parse(line))})
  const record = {
    channel: 'test',
    metrics: openMetrics(),
    health: new Health('test', '0'),
    log,
    times: memoryTurnLog(),
  }
  const engines = scriptedEngines({answer: ['One. ', 'Two.'], ...script})
  const events = recordedTurn(turn, engines, {...record, ...more, ...(signal ? {signal} : {})})
  const figures = async (): Promise<string> => await record.metrics.registry.metrics()
  return {events, lines, figures, engines, ...record}
}

const failing = (code: ErrorCode) => async (): Promise<never> => {
  throw new EssenceError(code, `It ended in ${code}.`)
}

describe('a turn of any channel', () => {
  it('is counted and measured as ok', async () => {
    const {events, figures, lines, times, health} = recorded()
    expect(await collectTurn(events)).toMatchObject({text: 'One. Two.', transcript: '', audioMs: 200})
    expect(await figures()).toContain('june_turns_total{channel="test",result="ok"} 1')
    expect(await figures()).toContain('june_turns_running{channel="test"} 0')
    expect(await times.find({})).toMatchObject([{channel: 'test', times: {totalMs: expect.any(Number)}}])
    expect(health.report().checks['turns']).toEqual({status: 'healthy'})
    expect(lines.at(-1)).toMatchObject({msg: 'turn', channel: 'test', result: 'ok'})
  })

  it('says where the person is, unless the turn does, and hands on what its end says', async () => {
    const end = {
      confirmation: {id: 'c1', question: 'Send it?', expiresAt: new Date(0)},
      sources: [{id: 'd1', name: 'Handbook', page: 12}],
    }
    const {events, engines} = recorded(text, {answer: ['Send it?', {kind: 'answer', text: '', ...end}]})
    expect(await collectTurn(events)).toMatchObject({text: 'Send it?', ...end})
    expect(engines.trace.requests).toMatchObject([{channel: 'test'}])
    const other = recorded({...text, channel: 'kitchen'})
    await collectTurn(other.events)
    expect(other.engines.trace.requests).toMatchObject([{channel: 'kitchen'}])
  })

  it('says where its answer turned in circles, and counts it', async () => {
    const cut = {kind: 'answer', text: '', finishReason: 'repetition'} as const
    const {events, figures, lines} = recorded(text, {answer: ['One. ', 'Two. ', 'And so', cut]})
    expect(await collectTurn(events)).toMatchObject({text: 'One. Two. And so', finishReason: 'repetition'})
    expect(lines.at(-1)).toMatchObject({msg: 'turn', result: 'ok', finishReason: 'repetition'})
    expect(await figures()).toContain('june_answers_cut_total{channel="test",reason="repetition"} 1')
  })

  it('is cancelled, by whichever word: a signal, a consumer that leaves', async () => {
    const abort = new AbortController()
    const {events, figures} = recorded(text, {beforePiece: () => abort.abort()}, abort.signal)
    await expect(collectTurn(events)).rejects.toMatchObject({code: 'CANCELLED'})
    expect(await figures()).toContain('june_turns_total{channel="test",result="cancelled"} 1')
    const left = recorded()
    for await (const _ of left.events) break
    expect(await left.figures()).toContain('june_turns_total{channel="test",result="cancelled"} 1')
    expect(await left.figures()).toContain('june_turns_running{channel="test"} 0')
  })

  it('tells how long engines worked for its person, also where it is cut off after it was heard', async () => {
    const spent: [string, number][] = []
    const spend = async (speaker: string, ms: number): Promise<void> => void spent.push([speaker, ms])
    const sound: VoiceTurn = {...text, input: {audio: {bytes: wavOf(new Uint8Array(6400))}}}
    const {sttMs = 0, llmMs = 0, ttsMs = 0} = (await collectTurn(recorded(sound, {}, undefined, {spend}).events)).times
    const cut = recorded(sound, {}, undefined, {spend})
    for await (const event of cut.events) if (event.type === 'transcript') break
    expect(spent).toEqual([
      ['x', sttMs + llmMs + ttsMs],
      ['x', expect.any(Number)],
    ])
  })

  it('ends with the reason of its abort', async () => {
    const abort = new AbortController()
    const reason = new EssenceError('CANCELLED', 'The client went away.')
    const {events} = recorded(text, {beforePiece: () => abort.abort(reason)}, abort.signal)
    await expect(collectTurn(events)).rejects.toBe(reason)
  })

  it.each([
    ['NO_SPEECH', 'healthy', 30],
    ['ENGINE_BUSY', 'healthy', 30],
    ['ENGINE_UNAVAILABLE', 'degraded', 40],
    ['REMOTE_UNREACHABLE', 'degraded', 40],
    ['ENGINE_FAILED', 'degraded', 50],
  ] as const)('that ends in %s leaves health %s, and one line of level %i', async (code, status, level) => {
    const {events, figures, health, lines} = recorded(failing(code))
    await expect(collectTurn(events)).rejects.toMatchObject({code})
    expect(await figures()).toContain(`june_turns_total{channel="test",result="${code}"} 1`)
    expect(health.report().checks['turns']?.status ?? 'healthy').toBe(status)
    const told = lines.filter(({msg}) => msg === 'turn')
    expect(told).toMatchObject([{level, channel: 'test', result: code}])
    // Only what is to be mended here has a stack.
    expect('err' in (told[0] ?? {})).toBe(level === 50)
  })

  it('that meets a bug tells no more of it than that', async () => {
    const {events, lines} = recorded(async () => {
      throw new TypeError('secret is not a function')
    })
    await expect(collectTurn(events)).rejects.toMatchObject({
      code: 'BUG',
      message: 'Something went wrong on this side.',
    })
    expect(JSON.stringify(lines)).toContain('secret is not a function')
  })
})
