import {figuresOf} from '@essence/core/proof/conversation/figures'
import {describe, expect, it} from 'vitest'
import type {RealtimeScript} from '../../peers/realtime.ts'
import {played} from './play.ts'

describe('a scenario', () => {
  it('asks, is answered, and listens', async () => {
    const {failures, people} = await played(
      `
      - say: what is the time
      - expect: {within: 1s, heard: ten past nine, says: /day/}
      - listen`,
      {heard: () => 'Ten past nine.'},
    )
    expect(failures).toEqual([])
    expect(people[0]?.session.happenings.map(({who, what}) => `${who} ${what}`)).toEqual([
      'person "what is the time"',
      'gateway speech started',
      'person is done',
      'gateway speech stopped',
      'gateway the turn is over',
      'gateway heard "Ten past nine."',
      'june begins an answer',
      'june speaks',
      'june ends it, completed: "Good day to you."',
    ])
  })
})

/** What is said, and a step before, over her answer of 3 s. */
const over = (step: string, wanted: string): string => `- say: what is the time\n- ${step}\n- expect: ${wanted}`

describe('a scenario fails with what was expected, what happened and when', () => {
  it.each([
    [
      'she is slow',
      '- say: what is the time\n- expect: {within: 1s}',
      {thinkMs: 2000},
      /^line 4, after 1\.\d\d s: expected within: 1000 ms; June says nothing$/,
    ],
    [
      'she is late, and it is looked at later',
      '- say: what is the time\n- listen\n- expect: {within: 1s}',
      {thinkMs: 2000},
      /June speaks after 2\.\d\d s$/,
    ],
    [
      'she misheard',
      '- say: what is the time\n- expect: {wer: 0.2}',
      {heard: () => 'what was lime'},
      /wer: 0\.2; "what was lime" was heard: \d of 4 words wrong$/,
    ],
    [
      'she says something else',
      '- say: hello\n- expect: {says: /bye/}',
      {},
      /says: \/bye\/; June says "Good day to you\."$/,
    ],
    [
      'she ends the turn in a pause',
      '- say: [one, {pause: 900ms}, two]\n- expect: {whole: true}',
      {},
      /whole: true; the turn was over at 0\.\d\d s/,
    ],
    [
      'she is not interrupted',
      over('interrupt: stop it now\n  after: 1s', '{within: 2s, interrupted: true}'),
      {stopAfterMs: 9000, resumeAfterMs: 9000},
      /June's answer is not ended$/,
    ],
    [
      'she speaks on',
      over('interrupt: stop it now\n  after: 1s', '{quiet: 200ms}'),
      {holdAfterMs: 500},
      /June was quiet after 0\.\d\d s$/,
    ],
    [
      'she ends her answer for a cough',
      over('cough: {after: 1s}', '{resumes: 800ms}'),
      {stopAfterMs: 200},
      /June's answer ended at /,
    ],
    [
      'she takes long to go on',
      over('cough: {after: 1s}', '{resumes: 800ms}'),
      {resumeAfterMs: 1500},
      /June was quiet for 1\.\d\d s$/,
    ],
    [
      'she never goes on',
      over('cough: {after: 1s}', '{within: 9s, resumes: 800ms}'),
      {resumeAfterMs: 60_000},
      /June did not go on$/,
    ],
    [
      'she had nothing to interrupt',
      '- say: hello\n- listen\n- cough\n- expect: {resumes: 800ms}',
      {},
      /June did not speak when the sound began$/,
    ],
    [
      'her answer was too short',
      '- say: hello\n- interrupt: stop\n  after: 5s',
      {},
      /expected June to speak for 5\.00 s at least; her answer was over before$/,
    ],
    [
      'she answers what she should not',
      '- cough\n- absent: response\n  for: 2s',
      {},
      /expected no response for 2 s; there was one after \d\.\d\d s$/,
    ],
    ['she calls nothing', '- say: hello\n- expect: {function: look_up}', {}, /no function is called$/],
    [
      'she does not answer at all',
      '- silence: 100ms\n- listen: {within: 2s}',
      {},
      /expected June to have answered within 2\.00 s/,
    ],
  ] as const)('%s', async (_, steps, script, failure) => {
    expect((await played(steps, script)).failures).toEqual([expect.stringMatching(failure)])
  })
})

it('a scenario that fails tells what the gateway refused', async () => {
  const refuses = 'There is no such voice.'
  expect((await played('- say: hello\n- expect: {says: /bye/}', {refuses})).failures).toEqual([
    expect.stringMatching(/June says/),
    'The gateway refused: There is no such voice.',
  ])
  expect((await played('- say: hello\n- expect: {says: day}', {refuses})).failures).toEqual([])
})

it('a scenario fails for a recording that is not there, and takes nothing else with it', async () => {
  const {failures, people} = await played('- recording: missing.wav')
  expect(failures).toEqual(['There is no missing.wav.'])
  expect(people).toEqual([])
})

describe('a scenario in which June does well', () => {
  it.each([
    ['goes on after a cough', over('cough: {after: 1s}', '{resumes: 800ms}'), {}],
    ['is quiet when interrupted', over('interrupt: stop it now\n  after: 1s', '{quiet: 200ms, interrupted: true}'), {}],
    ['is heard whole', '- say: [one, {pause: 500ms}, two]\n- expect: {whole: true}', {}],
    [
      'loses the network in mid-sentence',
      '- silence: 1s\n- say: [one two, {drop: 2s}, three four]\n- expect: {whole: true, within: 3s}\n- listen',
      {},
    ],
    [
      'loses the network in mid-answer',
      '- say: one\n- drop: 2s\n  after: 1s\n- listen\n- say: two\n- expect: {within: 1s}',
      {},
    ],
    [
      'talks on two connections',
      '- another:\n  - say: one two\n  - expect: {within: 1s}\n- say: three\n- expect: {within: 1s}',
      {},
    ],
    ['writes', '- text: hello\n- expect: {within: 1s}', {}],
  ] as const)('%s', async (_, steps, script) => {
    expect((await played(steps, script)).failures).toEqual([])
  })

  it('has a function called, gives its result, and is answered', async () => {
    const {failures, events} = await played(
      `
      - say: how is the weather in paris
      - expect: {function: {name: weather, arguments: {city: Paris}}}
      - expect: {says: day}
      - listen`,
      {calls: turn => (turn === 0 ? {name: 'weather', arguments: '{"city": "paris"}'} : undefined)},
      ['session: {tools: [{name: weather, returns: {sky: blue}}]}'],
    )
    expect(failures).toEqual([])
    expect(events.slice(1)).toEqual([
      {
        type: 'conversation.item.create',
        item: {type: 'function_call_output', call_id: 'call', output: '{"sky":"blue"}'},
      },
      {type: 'response.create'},
    ])
  })

  it('asks for its session, and ends its turn itself where nobody else does', async () => {
    const {failures, events} = await played('- say: hello\n- commit\n- expect: {within: 1s}', {endAfterMs: 1e9}, [
      'session: {turnDetection: none, instructions: Be brief.}',
    ])
    expect(failures).toEqual([])
    expect(events).toMatchObject([
      {type: 'session.update', session: {instructions: 'Be brief.', audio: {input: {turn_detection: null}}}},
      {type: 'input_audio_buffer.commit'},
      {type: 'response.create'},
    ])
  })
})

describe('figures', () => {
  const figures = async (steps: string, script: RealtimeScript = {}) => figuresOf((await played(steps, script)).people)

  it('tell how soon she answers, and what was heard', async () => {
    const {voiceToVoice, ...rest} = await figures('- say: hello you two\n- listen', {
      heard: () => 'hello to',
      thinkMs: 400,
    })
    expect(voiceToVoice).toEqual([expect.closeTo(1000, -2)])
    expect(rest).toMatchObject({utterances: 1, cutOffs: 0, interruptions: 0, disturbances: 0, words: 3, wordErrors: 2})
  })

  it('count what is cut off, and take no time of it', async () => {
    const found = await figures('- say: [one, {pause: 900ms}, two]\n- listen', {thinkMs: 1200})
    expect(found).toMatchObject({utterances: 1, cutOffs: 1, voiceToVoice: []})
  })

  it.each([
    ['heeded', {}, {missedStops: 0, quietAfter: [expect.closeTo(120, -2)]}],
    ['missed', {holdAfterMs: 5000, stopAfterMs: 5000, answerMs: 9000}, {missedStops: 1, quietAfter: []}],
  ])('tell of a stop that is %s', async (_, script, wanted) => {
    const found = await figures('- say: hello\n- interrupt: stop it now\n  after: 1s\n- silence: 4s', script)
    expect(found).toMatchObject({interruptions: 1, disturbances: 0, ...wanted})
  })

  it.each([
    ['goes on', {}, {falseStops: 0, resumedAfter: [expect.any(Number)]}],
    ['stops', {stopAfterMs: 200}, {falseStops: 1, resumedAfter: []}],
  ])('tell that she %s for a cough', async (_, script, wanted) => {
    const found = await figures('- say: hello\n- cough: {after: 1s}\n- silence: 3s', script)
    expect(found).toMatchObject({disturbances: 1, interruptions: 0, ...wanted})
  })

  it('tell answers to nobody from answers to herself', async () => {
    expect(await figures('- cough\n- listen')).toMatchObject({falseTurns: 1, selfReplies: 0})
    const echo = '- echo: {db: -6, delay: 100ms}\n- say: hello\n- silence: 9s'
    const found = await figures(echo, {answerMs: 1000, holdAfterMs: 1e9, stopAfterMs: 1e9})
    expect(found.selfReplies).toBeGreaterThan(0)
    expect(found.falseTurns).toBe(0)
  })
})
