import {describe, expect, it} from 'vitest'
import {voiceCount, voicesOf, voiceTable} from '../../../src/cli/sound/voice-table.ts'
import {displayWidth} from '../../../src/kit/display-width.ts'
import type {Voice} from '../../../src/tts/port.ts'

const voice = (id: string, language: string, name = id): Voice => ({
  id,
  name,
  language,
  gender: 'female',
  sampleRate: 24_000,
})
const voices = [
  voice('anna', 'de'),
  voice('bella', 'en-us'),
  voice('clara', 'en-gb'),
  voice('ジュン', 'ja', '日本語の声'),
]

describe('voiceTable', () => {
  it('is aligned, wide characters counted', () => {
    const [head = '', , , ...rows] = voiceTable(voices, 'test', 80)
    const at = displayWidth(head.slice(0, head.indexOf('GENDER')))
    for (const row of rows) expect(displayWidth(row.slice(0, row.indexOf('female')))).toBe(at)
  })

  it.each([30, 40, 60, 120])('fits a terminal of %d columns', room => {
    const lines = voiceTable(
      [...voices, voice('x', 'fr', 'A voice with a very long name indeed, longer than most')],
      'test',
      room,
    )
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(room)
    // What one needs to use a voice is always there.
    expect(lines.map(line => line.split(' ')[0])).toEqual(['ID', '', 'test', 'anna', 'bella', 'clara', 'ジュン', 'x'])
  })
})

describe('voices of several engines', () => {
  const mixed = [{...voice('joe', 'en-us'), engine: 'piper'}, ...voices.map(each => ({...each, engine: 'espeak-ng'}))]

  it('are counted by engine', () => {
    expect(voiceCount(mixed, 'piper')).toBe('1 voice of piper, 4 of espeak-ng')
    expect(voiceCount(voices, 'espeak-ng')).toBe('4 voices of espeak-ng')
  })

  it('stand under the name of theirs', () => {
    const lines = voiceTable(mixed, 'piper', 80).map(line => line.split(' ')[0])
    expect(lines).toEqual(['ID', '', 'piper', 'joe', '', 'espeak-ng', 'anna', 'bella', 'clara', 'ジュン'])
  })
})

describe('voicesOf', () => {
  it.each([
    ['en', ['bella', 'clara']],
    ['en-GB', ['clara']],
    ['en_us', ['bella']],
    ['de-AT', ['anna']],
    ['deu', ['anna']],
  ])('%s', (language, ids) => expect(voicesOf(voices, language).map(({id}) => id)).toEqual(ids))

  it.each([
    ['zh', ['cmn', 'cmn-latn']],
    ['zh-CN', ['cmn', 'cmn-latn']],
    ['cmn', ['cmn', 'cmn-latn']],
    ['no', ['nb']],
    ['nb', ['nb']],
    ['iw', ['he']],
  ])('%s, whatever a voice calls it', (language, ids) => {
    const others = [voice('cmn', 'zh'), voice('cmn-latn', 'zh-latn-pinyin'), voice('nb', 'nb'), voice('he', 'he')]
    expect(voicesOf([...voices, ...others], language).map(({id}) => id)).toEqual(ids)
  })

  it('says which languages there are', () => {
    expect(() => voicesOf(voices, 'fr')).toThrow(
      expect.objectContaining({code: 'VOICE_UNKNOWN', suggestions: ['Languages there are: de en ja']}),
    )
  })
})
