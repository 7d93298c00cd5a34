// Decoding, and when it is tried again, with a model that answers what a test wants.
import {seededRandom} from '@essence/core/kit/random'
import type {EngineTranscript} from '@essence/core/stt/engine'
import type {WhisperContents} from '@essence/core/stt/ggml/whisper-file'
import {type DecodeOptions, decode} from '@essence/core/stt/whisper-onnx/decode'
import type {WhisperNet} from '@essence/core/stt/whisper-onnx/model'
import {needsFallback, saysTwice} from '@essence/core/stt/whisper-onnx/quality'
import type {TokenRules} from '@essence/core/stt/whisper-onnx/rules'
import {draw, logSumOf} from '@essence/core/stt/whisper-onnx/sample'
import {spansOf} from '@essence/core/stt/whisper-onnx/segments'
import {specialTokens} from '@essence/core/stt/whisper-onnx/tokens'
import {WhisperTranscriber, type WindowOptions} from '@essence/core/stt/whisper-onnx/transcribe'
import {describe, expect, it} from 'vitest'
import {shortlistFrom} from './shortlist.ts'

const vocabulary = 51_865
const special = specialTokens(vocabulary)
const words = [' hello', ' world', ' again']
const [hello, world, again] = [0, 1, 2]
const time = (seconds: number): number => special.firstTime + Math.round(seconds * 50)
const shape = {
  vocabulary,
  audioPositions: 1500,
  width: 4,
  audioHeads: 1,
  audioLayers: 4,
  textPositions: 448,
  textWidth: 4,
  textHeads: 1,
  textLayers: 4,
  melBands: 80,
  fileType: 0,
}
const contents: WhisperContents = {
  shape,
  languages: 99,
  windowMs: 30_000,
  melFilters: new Float32Array(),
  words: words.map(word => new TextEncoder().encode(word)),
  tensors: new Map(),
}

interface Script {
  /** What it writes in each attempt, one after the other; the last one stays. The logit of each token is 10, or as given. */
  attempts: (number | [token: number, logit: number])[][]
  noSpeech?: number
  language?: number
  /** Told each time it is asked for more. */
  onTake?: () => void
}

/** A model that writes down what a script says, and what was asked of it. */
const scripted = ({attempts, noSpeech = 0, language = 0, onTake = () => {}}: Script) => {
  const encodes: number[] = []
  const prompts: number[][] = []
  let attempt = -1
  let taken: number[] = []
  let place = 0
  const answer = (): Float32Array => {
    const logits = new Float32Array(vocabulary)
    if (taken.at(-1) === special.start) {
      // Ten thousands of others are at 0; this far above them the two share what there is.
      logits[special.noSpeech] = noSpeech > 0 ? 30 + Math.log(noSpeech) : 0
      logits[special.languages[language] ?? 0] = 30 + Math.log(1 - noSpeech)
      return logits
    }
    const script = attempts[Math.min(attempt, attempts.length - 1)] ?? []
    const next = script[place++] ?? special.end
    const [token, logit] = typeof next === 'number' ? [next, 20] : next
    logits[token] = logit
    return logits
  }
  const model: WhisperNet = {
    contents,
    async encode(_, positions) {
      encodes.push(positions)
      return {positions, tensors: {}}
    },
    begin() {
      attempt++
      taken = []
      place = 0
    },
    async take(tokens) {
      onTake()
      taken.push(...tokens)
      if (place === 0) prompts[attempt] = [...taken]
      const logits = answer()
      return {logits, next: shortlistFrom(logits, special)}
    },
    async extend(beams) {
      onTake()
      taken.push(...beams.slice(0, 1).map(({token}) => token))
      const logits = answer()
      return beams.map(() => shortlistFrom(logits, special))
    },
    scores: async () => [],
  }
  return {model, encodes, prompts, attempts: () => attempt + 1}
}

const rules: TokenRules = {special, blank: undefined, times: true}
const options = (more: Partial<DecodeOptions> = {}): DecodeOptions => ({
  rules,
  before: [],
  language: 0,
  translate: false,
  temperature: 0,
  random: () => 0.5,
  beams: 1,
  seconds: 2,
  cancelled: () => false,
  ...more,
})
const encoded = {positions: 100, tensors: {}}

describe('decode', () => {
  it('begins with start, language and task, and with what precedes where there is something', async () => {
    const {model, prompts} = scripted({attempts: [[time(0), hello, time(1)]]})
    const {tokens, ended, prompt} = await decode(model, encoded, options())
    expect(tokens).toEqual([time(0), hello, time(1)])
    expect(ended).toBe(true)
    expect(prompt).toEqual([special.start, special.languages[0], special.transcribe])
    const before = [special.previous, world]
    await decode(model, encoded, options({before, translate: true, language: 3}))
    expect(prompts.at(-1)).toEqual([...before, special.start, special.languages[3], special.translate])
  })

  it('tells how likely it is that nobody spoke, and detects the language where none is given', async () => {
    const {model} = scripted({attempts: [[time(0), hello]], noSpeech: 0.7, language: 42})
    const {noSpeech, language} = await decode(model, encoded, options({language: undefined}))
    expect(noSpeech).toBeCloseTo(0.7, 5)
    expect(language).toBe(42)
  })

  it('tells how likely each token was, and the mean with the end', async () => {
    // One token at a logit among 50 000 at 0 that are allowed.
    const {model} = scripted({attempts: [[time(0), [hello, 12], [time(1), 40]]]})
    const {logProbabilities, averageLogProbability} = await decode(model, encoded, options())
    expect(logProbabilities[0]).toBeCloseTo(0, 3)
    expect(logProbabilities[1]).toBeCloseTo(12 - Math.log(Math.exp(12) + special.firstTime - 1), 2)
    const sum = logProbabilities.reduce((a, b) => a + b, 0)
    // The end was certain.
    expect(averageLogProbability).toBeCloseTo(sum / 4, 3)
  })

  it('gives up what goes on longer than anybody can speak', async () => {
    const {model} = scripted({attempts: [[time(0), ...new Array<number>(100).fill(hello)]]})
    const {tokens, ended} = await decode(model, encoded, options({seconds: 1}))
    expect(ended).toBe(false)
    // 24, and 25 a second.
    expect(tokens).toHaveLength(49)
  })

  it('stops between tokens when it is told to', async () => {
    let takes = 0
    const {model} = scripted({attempts: [[time(0), hello, world, again]], onTake: () => takes++})
    const {tokens} = await decode(model, encoded, options({cancelled: () => takes >= 4}))
    expect(tokens).toEqual([time(0), hello])
  })
})

describe('what is tried again', () => {
  const decoded = {tokens: [], logProbabilities: [], language: 0, prompt: []}
  const bytes = (text: string) => new TextEncoder().encode(text)
  it.each([
    ['what is certain', -0.2, 0, true, 'The quick brown fox', false],
    ['what had no room for its end', -0.2, 0, 'full', 'The quick brown fox', false],
    ['what had no room as it says the same again and again', -0.2, 0, 'full', ' you know'.repeat(20), true],
    ['what is guessed', -1.1, 0, true, 'The quick brown fox', true],
    ['what is guessed where nobody spoke', -1.1, 0.7, true, 'The quick brown fox', false],
    ['what is certain where the model thinks nobody spoke', -0.2, 0.7, true, 'The quick brown fox', false],
    ['what has no end', -0.2, 0, false, 'The quick brown fox', true],
    ['what says the same again and again', -0.2, 0, true, ' you know'.repeat(20), true],
    ['nothing', -0.2, 0, true, '', false],
  ])('%s', (_, averageLogProbability, noSpeech, end, text, again) => {
    const bad = needsFallback(
      {...decoded, averageLogProbability, noSpeech, ended: end === true},
      bytes(text),
      end === 'full',
    )
    expect(bad).toBe(again)
  })

  it.each([
    ['and it was natural there for. It was natural there for.', true],
    ['The invention of letters. The invention of letters.', true],
    ['It was natural there for. It was natural there for the others.', true],
    ['No, no, no. Very, very good.', false],
    ['Come in, come in.', false],
    ['', false],
  ])('says twice: %s', (text, twice) => expect(saysTwice(text)).toBe(twice))

  const wanted: WindowOptions = {
    ...{language: 'en', prompt: '', translate: false, words: false, interim: false, fullContext: false},
  }
  const audio = new Float32Array(2 * 16_000)
  const textOf = ({segments}: EngineTranscript) => segments.map(({text}) => text).join(' ')
  const good = [time(0), hello, world, time(1)]
  /** A loop: more than 2.4 times smaller when compressed. */
  const loop = [time(0), ...new Array<number>(20).fill(hello), time(1)]
  /** 2 s and the margin of 300 positions; the window. */
  const [fitted, whole] = [400, 1500]

  it('a good text is heard once, with as much silence as it takes', async () => {
    const {model, encodes, attempts} = scripted({attempts: [good]})
    expect(textOf(await new WhisperTranscriber(model).transcribe(audio, wanted, () => false))).toBe('hello world')
    expect([encodes, attempts()]).toEqual([[fitted], 1])
  })

  it('a loop is heard again with the whole window, then with more and more chance, until it is good', async () => {
    const {model, encodes, attempts} = scripted({attempts: [loop, loop, loop, good]})
    expect(textOf(await new WhisperTranscriber(model).transcribe(audio, wanted, () => false))).toBe('hello world')
    expect([encodes, attempts()]).toEqual([[fitted, whole], 4])
  })

  it('a text that says something twice is heard once more, with the whole window, whatever comes of it', async () => {
    const twice = [time(0), hello, world, world, hello, world, world, time(1)]
    const {model, encodes, attempts} = scripted({attempts: [twice, twice]})
    expect(textOf(await new WhisperTranscriber(model).transcribe(audio, wanted, () => false))).toBe(
      'hello world world hello world world',
    )
    expect([encodes, attempts()]).toEqual([[fitted, whole], 2])
    const interim = scripted({attempts: [twice]})
    await new WhisperTranscriber(interim.model).transcribe(audio, {...wanted, interim: true}, () => false)
    expect(interim.attempts()).toBe(1)
  })

  it('six temperatures are all, after the first attempt', async () => {
    const {model, encodes, attempts} = scripted({attempts: [loop]})
    await new WhisperTranscriber(model).transcribe(audio, wanted, () => false)
    expect([encodes, attempts()]).toEqual([[fitted, whole], 7])
    // With the whole window from the beginning it is one less.
    const full = scripted({attempts: [loop]})
    await new WhisperTranscriber(full.model).transcribe(audio, {...wanted, fullContext: true}, () => false)
    expect([full.encodes, full.attempts()]).toEqual([[whole], 6])
  })

  it('an interim, and one nobody waits for any more, has one attempt', async () => {
    const interim = scripted({attempts: [loop]})
    await new WhisperTranscriber(interim.model).transcribe(audio, {...wanted, interim: true}, () => false)
    expect(interim.attempts()).toBe(1)
    let takes = 0
    const left = scripted({attempts: [loop], onTake: () => takes++})
    await new WhisperTranscriber(left.model).transcribe(audio, wanted, () => takes > 10)
    expect(left.attempts()).toBe(1)
  })

  it('what was broken off after a pair of times is heard from there', async () => {
    const long = new Float32Array(6 * 16_000)
    const {model, encodes} = scripted({attempts: [[time(0), hello, time(3), time(3)], good]})
    const {segments} = await new WhisperTranscriber(model).transcribe(long, wanted, () => false)
    expect(segments).toMatchObject([
      {text: 'hello', startMs: 0, endMs: 3000},
      {text: 'hello world', startMs: 3000, endMs: 4000},
    ])
    expect(encodes).toEqual([600, 450])
  })
})

/** A model that writes down a sound of 30 s in which words, all different, come at a steady pace; in segments of 4 s. */
const speaker = (perSecond: number) => {
  const [seconds, segmentSeconds] = [30, 4]
  const random = seededRandom(3)
  const letter = () => String.fromCharCode(97 + Math.floor(random() * 26))
  const said = Array.from({length: seconds * perSecond}, () => letter() + letter() + letter() + letter())
  const {model, ...rest} = scripted({attempts: [[]]})
  const heardFrom: number[] = []
  let script: number[] = []
  let taken = 0
  const speaking: WhisperNet = {
    ...model,
    contents: {...contents, words: said.map(word => new TextEncoder().encode(` ${word}`))},
    async encode(audio, positions) {
      const from = seconds - audio.length / 16_000
      heardFrom.push(from)
      script = []
      for (let at = from; at < seconds; at += segmentSeconds) {
        const end = Math.min(at + segmentSeconds, seconds)
        const numbers = [...said.keys()].filter(i => i / perSecond >= at - 1e-6 && i / perSecond < end - 1e-6)
        script.push(time(at - from), ...numbers, time(end - from))
      }
      return {positions, tensors: {}}
    },
    begin: () => {
      taken = -1
    },
    async take(tokens) {
      const logits = new Float32Array(vocabulary)
      if (!tokens.includes(special.start)) logits[script[++taken] ?? special.end] = 20
      return {logits, next: shortlistFrom(logits, special)}
    },
    async extend(beams) {
      const logits = new Float32Array(vocabulary)
      logits[script[++taken] ?? special.end] = 20
      return beams.map(() => shortlistFrom(logits, special))
    },
  }
  return {...rest, model: speaking, said, heardFrom}
}

it.each([
  [5, [0]],
  [9, [0, 20]],
  [14, [0, 12, 24]],
])('of %i tokens a second every one is heard, where the text has no room for 30 s', async (perSecond, from) => {
  const {model, said, heardFrom} = speaker(perSecond)
  const wanted = {language: 'en', prompt: '', translate: false, words: false, interim: false, fullContext: false}
  const {segments} = await new WhisperTranscriber(model).transcribe(new Float32Array(30 * 16_000), wanted, () => false)
  expect(segments.map(({text}) => text).join(' ')).toBe(said.join(' '))
  // Once each, not again and again at other temperatures.
  expect(heardFrom).toEqual(from)
  expect(segments.map(({startMs, endMs}) => [startMs, endMs])).toEqual(
    [0, 4, 8, 12, 16, 20, 24, 28].map(second => [second * 1000, Math.min(second + 4, 30) * 1000]),
  )
})

it('a model that breaks off after every moment is not asked for ever', async () => {
  const {model, attempts} = scripted({attempts: [[time(0), hello, time(0.02), time(0.02)]]})
  const wanted = {language: 'en', prompt: '', translate: false, words: false, interim: true, fullContext: false}
  const {segments} = await new WhisperTranscriber(model).transcribe(new Float32Array(5 * 16_000), wanted, () => false)
  expect(attempts()).toBe(6)
  expect(segments).toHaveLength(6)
})

describe('spansOf', () => {
  const spans = (tokens: number[], ended = true) =>
    spansOf({tokens, ended} as Parameters<typeof spansOf>[0], special, 10_000)
  const places = (found: ReturnType<typeof spansOf>) =>
    found.spans.map(({startMs, endMs, from, to}) => [startMs, endMs, from, to])
  it.each<[string, number[], number[][], number]>([
    ['no times: all of it', [hello, world], [[0, 10_000, 0, 2]], 10_000],
    ['one segment', [time(1), hello, time(2)], [[1000, 2000, 1, 2]], 10_000],
    [
      'two',
      [time(0), hello, time(2), time(2), world, time(3)],
      [
        [0, 2000, 1, 2],
        [2000, 3000, 4, 5],
      ],
      10_000,
    ],
    [
      'a last one without its end',
      [time(0), hello, time(2), time(2), world],
      [
        [0, 2000, 1, 2],
        [2000, 10_000, 4, 5],
      ],
      10_000,
    ],
    ['broken off after a pair', [time(0), hello, time(2), time(2)], [[0, 2000, 1, 2]], 2000],
    ['times beyond the end', [time(0), hello, time(29)], [[0, 10_000, 1, 2]], 10_000],
    ['only times', [time(0), time(0)], [], 10_000],
  ])('%s', (_, tokens, cut, done) => {
    const found = spans(tokens)
    expect(places(found)).toEqual(cut)
    expect(found).toMatchObject({doneMs: done, full: false})
  })

  it('leaves out what had no room for its end, unless hardly anything follows', () => {
    const long = spans([time(0), hello, time(2), time(2), world], false)
    expect(places(long)).toEqual([[0, 2000, 1, 2]])
    expect(long).toMatchObject({doneMs: 2000, full: true})
    const short = spans([time(0), hello, time(9.5), time(9.5), world], false)
    expect(places(short)).toEqual([
      [0, 9500, 1, 2],
      [9500, 10_000, 4, 5],
    ])
    expect(short).toMatchObject({doneMs: 10_000, full: true})
  })

  it('takes what comes faster than anybody speaks for no text that had no room', () => {
    const loop = [time(0), hello, time(2), time(2), ...new Array<number>(250).fill(world)]
    expect(spans(loop, false)).toMatchObject({doneMs: 10_000, full: false})
    expect(spans([time(0), hello, world], false)).toMatchObject({doneMs: 10_000, full: false})
  })
})

describe('sampling', () => {
  it('sums as a plain sum does, also of logits that are far apart or very large', () => {
    for (const logits of [
      [0, 0, 0],
      [1000, 999, -1000],
      [-5, Number.NEGATIVE_INFINITY, 3],
    ]) {
      const logSum = logSumOf(Float32Array.from(logits))
      const most = Math.max(...logits)
      expect(logSum).toBeCloseTo(most + Math.log(logits.reduce((sum, one) => sum + Math.exp(one - most), 0)), 5)
    }
  })

  it('draws as often as the temperature says, and never what is forbidden', () => {
    const logits = Float32Array.of(0, Math.log(3), Number.NEGATIVE_INFINITY)
    const share = (temperature: number): number => {
      const random = seededRandom(5)
      const drawn = Array.from({length: 4000}, () => draw(logits, temperature, random()))
      expect(new Set(drawn).has(2)).toBe(false)
      return drawn.filter(token => token === 1).length / drawn.length
    }
    expect(share(1)).toBeCloseTo(0.75, 1)
    expect(share(0.5)).toBeCloseTo(0.9, 1)
    expect(share(0.01)).toBe(1)
  })
})
