import {parseScenario, readScenarios, shippedScenarios} from '@essence/core/proof/conversation/read-scenario'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {stringify} from 'yaml'

const parse = (steps: string): unknown => parseScenario(`description: A test.\nsteps:\n${steps}\n`, 'folder/test.yaml')

const words = fc.stringMatching(/^[a-z]{1,8}( [a-z]{1,8}){0,3}$/)
const time = fc.oneof(
  fc.integer({min: 1, max: 9999}).map(ms => [`${ms}ms`, ms] as const),
  fc.integer({min: 1, max: 99}).map(tenths => [`${tenths / 10}s`, tenths * 100] as const),
)
const level = fc.integer({min: -60, max: 10})

/** A step as it is written, and some of what is read of it. */
const step = fc.oneof(
  fc.record({text: words, db: level}).map(
    ({text, db}) =>
      [
        {say: text, db},
        {kind: 'say', say: [text], db},
      ] as const,
  ),
  fc
    .tuple(words, time, words)
    .map(
      ([a, [written, ms], b]) =>
        [{say: [a, {pause: written}, b]}, {kind: 'say', say: [a, {pause: expect.closeTo(ms)}, b]}] as const,
    ),
  time.map(([written, ms]) => [{silence: written}, {kind: 'silence', silence: expect.closeTo(ms)}] as const),
  fc.constantFrom('mhm', 'cough', 'listen', 'commit').map(kind => [kind, {kind}] as const),
  fc.tuple(time, words).map(
    ([[written, ms], text]) =>
      [
        {interrupt: text, after: written},
        {kind: 'interrupt', interrupt: [text], after: expect.closeTo(ms)},
      ] as const,
  ),
  time.map(
    ([written, ms]) => [{expect: {within: written}}, {kind: 'expect', expect: {within: expect.closeTo(ms)}}] as const,
  ),
)

describe('a scenario', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(step, {minLength: 1, maxLength: 8}), steps => {
        const text = stringify({description: 'Any.', steps: steps.map(([written]) => written)})
        expect(parseScenario(text, 'any.yaml').steps).toEqual(steps.map(([, read]) => expect.objectContaining(read)))
      }),
      {numRuns: 100},
    )
  })

  it('is named by its file, and knows the line of each step', () => {
    expect(parse('  - say: hi\n\n  # a remark\n  - another:\n      - cough')).toMatchObject({
      name: 'test',
      steps: [{line: 3}, {kind: 'another', line: 6, another: [{kind: 'cough', line: 7}]}],
    })
  })

  it.each([
    [
      'an unknown step, with what was meant',
      '  - sya: hello',
      /line 3: steps\.0: expected one of .*; found sya \(did you mean say\?\)/,
    ],
    ['an unknown field', '  - say: hello\n    volume: 3', /line 3: steps\.0: Unrecognized key: "volume"/],
    ['two steps in one', '  - say: hello\n    cough:', /expected one step; found say and cough/],
    [
      'a time without a unit',
      '  - expect:\n      within: 3',
      /line 4: steps\.0\.expect\.within: expected a time with its unit/,
    ],
    ['a pattern that is none', '  - expect: {says: "/(/"}', /line 3: steps\.0\.expect\.says: .*Unterminated group/],
    ['nothing to expect', '  - expect: {}', /line 3: steps\.0\.expect: expected something to expect/],
    ['no steps', '  []', /line 3: steps: expected a step at least/],
    ['words without a word', '  - say: [{pause: 1s}]', /line 3: steps\.0\.say: expected a word at least/],
    [
      'a fault within a second connection',
      '  - another:\n      - cuogh',
      /line 4: steps\.0\.another\.0: .*did you mean cough/,
    ],
    ['what is no YAML', '  - say: "hello', /line \d: /],
  ])('is refused for %s', (_, steps, message) => {
    expect(() => parse(steps)).toThrow(
      expect.objectContaining({code: 'SCENARIO_INVALID', message: expect.stringMatching(message)}),
    )
  })

  it('does not unfold without end', () => {
    const bomb = Array.from({length: 12}, (_, at) => `  k${at}: &a${at} [${`*a${at - 1}, `.repeat(at === 0 ? 0 : 9)}x]`)
    expect(() => parseScenario(`a:\n${bomb.join('\n')}`, 'bomb.yaml')).toThrow(
      expect.objectContaining({code: 'SCENARIO_INVALID'}),
    )
  })
})

describe('the scenarios that come with Essence', () => {
  it('are read by name, or all', async () => {
    const names = await shippedScenarios()
    expect(names.length).toBeGreaterThanOrEqual(20)
    expect((await readScenarios([])).map(({name}) => name)).toEqual(names)
    expect((await readScenarios(['plain-question'])).map(({name}) => name)).toEqual(['plain-question'])
  })

  it('are suggested for a slip', async () => {
    await expect(readScenarios(['plain-qestion'])).rejects.toMatchObject({
      code: 'INPUT_NOT_FOUND',
      suggestions: ['Did you mean plain-question?', expect.stringContaining('two-connections')],
    })
  })
})
