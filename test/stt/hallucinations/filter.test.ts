import type {EngineSegment} from '@essence/core/stt/engine'
import {filterHallucinations} from '@essence/core/stt/hallucinations/filter'
import {isKnownHallucination} from '@essence/core/stt/hallucinations/known'
import {compressionRatio, withoutLoop} from '@essence/core/stt/hallucinations/repetition'
import type {SpeechEvidence} from '@essence/core/stt/vad/endpointing'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

const sure = {noSpeech: 0.02, averageLogProbability: -0.2, confidence: 0.9}
const clear: SpeechEvidence = {speechMs: 3000, probability: 0.95, lastSpeech: 0}
const segment = (text: string, more: Partial<EngineSegment> = {}): EngineSegment => ({
  text,
  startMs: 0,
  endMs: 3000,
  ...sure,
  ...more,
})
const textsOf = (segments: EngineSegment[], evidence?: SpeechEvidence) =>
  filterHallucinations(segments, evidence).map(({text}) => text)

describe('filterHallucinations', () => {
  it.each(['', ' ', '...', '[BLANK_AUDIO]', '(music)', '*laughs*', '♪ ♪', '[Musik] …'])(
    'leaves out "%s": no words',
    text => {
      expect(textsOf([segment(text)], clear)).toEqual([])
    },
  )

  it('leaves out silence: much no-speech and little certainty together', () => {
    expect(textsOf([segment('So we go', {noSpeech: 0.7, averageLogProbability: -1.2})], clear)).toEqual([])
    expect(textsOf([segment('So we go', {noSpeech: 0.7, averageLogProbability: -0.6})], clear)).toEqual(['So we go'])
    expect(textsOf([segment('So we go', {noSpeech: 0.5, averageLogProbability: -1.2})], clear)).toEqual(['So we go'])
  })

  it('leaves out what was guessed, whatever else speaks for it', () => {
    expect(textsOf([segment('m will douill', {averageLogProbability: -4.2})], clear)).toEqual([])
    expect(textsOf([{text: 'm will douill', startMs: 0, endMs: 900, confidence: 0.015}], clear)).toEqual([])
    expect(textsOf([{text: 'Turn on the light', startMs: 0, endMs: 900}], clear)).toEqual(['Turn on the light'])
    expect(textsOf([segment('Turn on the light', {averageLogProbability: -1.5})], clear)).toEqual(['Turn on the light'])
  })

  it.each([
    'Thanks for watching!',
    'Thank you.',
    'Untertitel der Amara.org-Community',
    "Sous-titrage ST' 501",
    'Продолжение следует...',
    'ご視聴ありがとうございました。',
  ])('leaves out "%s" only where something else speaks against it', text => {
    expect(textsOf([segment(text)], clear)).toEqual([text])
    expect(textsOf([segment(text)])).toEqual([text])
    expect(textsOf([segment(text, {noSpeech: 0.4})], clear)).toEqual([])
    expect(textsOf([segment(text, {averageLogProbability: -0.8})], clear)).toEqual([])
    expect(textsOf([segment(text, {confidence: 0.4})], clear)).toEqual([])
    expect(textsOf([segment(text)], {speechMs: 3000, probability: 0.6, lastSpeech: 0})).toEqual([])
    expect(textsOf([segment(text)], {speechMs: 130, probability: 0.95, lastSpeech: 0})).toEqual([])
  })

  it('keeps doubtful speech that is no known hallucination', () => {
    const doubtful = {noSpeech: 0.5, averageLogProbability: -0.9, confidence: 0.4}
    expect(textsOf([segment('Turn on the light', doubtful)], clear)).toEqual(['Turn on the light'])
    expect(textsOf([segment('Thank you for the flowers', doubtful)], clear)).toEqual(['Thank you for the flowers'])
  })

  it('keeps one round of a loop, and nothing of a doubtful one', () => {
    const loop = 'I am going to the shop. '.repeat(12)
    expect(textsOf([segment(loop)], clear)).toEqual(['I am going to the shop.'])
    expect(textsOf([segment(loop, {averageLogProbability: -0.9})], clear)).toEqual([])
    expect(textsOf([segment('Thank you. '.repeat(20))], clear)).toEqual([])
    const segments = Array.from({length: 6}, () => segment('I see it.'))
    expect(textsOf(segments, clear)).toEqual(['I see it.'])
    expect(
      textsOf(
        Array.from({length: 6}, () => segment('Thank you.')),
        clear,
      ),
    ).toEqual([])
  })

  it('keeps what people do repeat', () => {
    const texts = ['No, no, no, no!', 'Ha ha ha ha ha', 'Very, very, very good', 'bye bye bye']
    expect(
      textsOf(
        texts.map(text => segment(text)),
        clear,
      ),
    ).toEqual(texts)
    expect(textsOf([segment('Yes.'), segment('Yes.'), segment('Yes.')], clear)).toEqual(['Yes.', 'Yes.', 'Yes.'])
  })

  it('takes the words of a loop away with it', () => {
    const text = `so ${'la '.repeat(40)}`.trim()
    const words = text.split(' ').map((one, i) => ({text: one, startMs: i * 50, endMs: i * 50 + 50}))
    const [kept] = filterHallucinations([segment(text, {words})], {speechMs: 6000, probability: 0.95, lastSpeech: 0})
    expect(kept?.text).toBe('so la')
    expect(kept?.words?.map(({text}) => text)).toEqual(['so', 'la'])
  })
})

describe('withoutLoop', () => {
  it('knows loops in scripts without spaces', () => {
    expect(withoutLoop('ありがとう'.repeat(30)).text).toBe('ありがとう')
  })

  it('changes no text that does not repeat itself', () => {
    fc.assert(
      fc.property(fc.string({maxLength: 200}), text => {
        if (compressionRatio(text) <= 2.4) expect(withoutLoop(text)).toEqual({text, looped: 0})
      }),
    )
  })

  it('leaves of any loop its words, in order, and ends', () => {
    const words = fc.array(fc.constantFrom('a', 'bc', 'def', 'ghij'), {minLength: 1, maxLength: 10})
    fc.assert(
      fc.property(words, fc.integer({min: 20, max: 60}), (round, rounds) => {
        const {text} = withoutLoop(Array(rounds).fill(round.join(' ')).join(' '))
        expect(text.length).toBeLessThanOrEqual(round.join(' ').length * 2)
        expect(new Set(text.split(' '))).toEqual(new Set(round))
      }),
      {examples: [[['a', 'a', 'a', 'a', 'bc', 'bc', 'bc', 'bc'], 20]]},
    )
  })
})

describe('isKnownHallucination', () => {
  it('takes the whole text, whatever its case and punctuation', () => {
    expect(isKnownHallucination(' THANKS for watching!! ')).toBe(true)
    expect(isKnownHallucination('He said thanks for watching the children')).toBe(false)
    expect(isKnownHallucination('Subtitles by the Amara.org community')).toBe(true)
  })
})
