import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {displayWidth} from '../../../src/kit/display-width.ts'
import type {TranscriptSegment, TranscriptWord} from '../../../src/stt/port.ts'
import {type SubtitleFormat, subtitles, subtitleWriter, timestamp} from '../../../src/stt/transcript/subtitles.ts'

interface Read {
  startMs: number
  endMs: number
  lines: string[]
}

/** Reads times back; written from the formats' descriptions, not from the writer. */
const msOf = (text: string): number => {
  const [, h = '', m = '', s = '', ms = ''] =
    /^(\d{2,}):([0-5]\d):([0-5]\d)[.,](\d{3})$/.exec(text) ?? expect.fail(text)
  return ((Number(h) * 60 + Number(m)) * 60 + Number(s)) * 1000 + Number(ms)
}

const readBlocks = (text: string): string[][] =>
  text === ''
    ? []
    : text
        .replace(/\n\n$/, '')
        .split('\n\n')
        .map(block => block.split('\n'))

const readSrt = (text: string): Read[] =>
  readBlocks(text).map(([number, times = '', ...lines], index) => {
    expect(number).toBe(String(index + 1))
    const [start = '', end = ''] = times.split(' --> ')
    return {startMs: msOf(start), endMs: msOf(end), lines}
  })

const readVtt = (text: string): Read[] => {
  const [first, ...rest] = readBlocks(text.replace(/\n*$/, '\n\n'))
  expect(first).toEqual(['WEBVTT'])
  return rest.map(([times = '', ...lines]) => {
    const [start = '', end = ''] = times.split(' --> ')
    const plain = lines.map(line => {
      expect(line).not.toContain('-->')
      // What is left after times and entities must hold no sign of its own.
      const bare = line.replace(/<\d[\d:.]*>/g, '').replace(/&(amp|lt|gt);/g, '')
      expect(bare).not.toMatch(/[<>&]/)
      return line
        .replace(/<\d[\d:.]*>/g, '')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&amp;', '&')
    })
    return {startMs: msOf(start), endMs: msOf(end), lines: plain}
  })
}

const read: Record<SubtitleFormat, (text: string) => Read[]> = {srt: readSrt, vtt: readVtt}

const segment = (text: string, startMs: number, endMs: number, words?: TranscriptWord[]): TranscriptSegment => ({
  text,
  startMs,
  endMs,
  ...(words ? {words} : {}),
})

const squeezed = (text: string): string => text.replace(/\s+/gu, '')

describe('what it looks like', () => {
  it('srt', () => {
    const text = subtitles(
      [segment('What time is it?', 0, 1234), segment('Half past three.', 3_723_004, 3_725_000)],
      'srt',
    )
    expect(text).toBe(
      '1\n00:00:00,000 --> 00:00:01,234\nWhat time is it?\n\n2\n01:02:03,004 --> 01:02:05,000\nHalf past three.\n\n',
    )
  })

  it('vtt, with what HTML would take for markup escaped', () => {
    expect(subtitles([segment('Q&A: a <b> --> c', 360_000_500, 360_002_000)], 'vtt')).toBe(
      'WEBVTT\n\n100:00:00.500 --> 100:00:02.000\nQ&amp;A: a &lt;b&gt; --&gt; c\n\n',
    )
  })

  it('vtt, with the time of each word after the first', () => {
    const words = [
      {text: 'one', startMs: 1000, endMs: 1300},
      {text: 'two', startMs: 1300, endMs: 1600},
      {text: 'three', startMs: 1600, endMs: 2000},
    ]
    expect(subtitles([segment('one two three', 1000, 2000, words)], 'vtt', true)).toBe(
      'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\none <00:00:01.300>two <00:00:01.600>three\n\n',
    )
  })

  it('nothing heard: no cue', () => {
    expect(subtitles([], 'srt')).toBe('')
    expect(subtitles([], 'vtt')).toBe('WEBVTT\n\n')
  })

  it('nothing in a text passes for the line of times in SubRip', () => {
    expect(subtitles([segment('a --> b', 0, 1000)], 'srt').match(/-->/g)).toHaveLength(1)
  })

  it('breaks at the end of a sentence, and lines at punctuation', () => {
    const text =
      'The quick brown fox jumped over it, just as it always did. Then it sat down and waited for the evening to come.'
    expect(read.srt(subtitles([segment(text, 0, 12_000)], 'srt')).map(({lines}) => lines)).toEqual([
      ['The quick brown fox jumped over it,', 'just as it always did.'],
      ['Then it sat down and waited', 'for the evening to come.'],
    ])
  })

  it('cuts where the speaker pauses', () => {
    const words = [
      {text: 'Well,', startMs: 0, endMs: 400},
      {text: 'yes.', startMs: 2400, endMs: 2800},
    ]
    expect(read.srt(subtitles([segment('Well, yes.', 0, 2800, words)], 'srt'))).toEqual([
      {startMs: 0, endMs: 833, lines: ['Well,']},
      {startMs: 2400, endMs: 3233, lines: ['yes.']},
    ])
  })

  it('keeps to 21 wide characters a line, without spaces between the words of Japanese', () => {
    const text =
      '今日はとても良い天気ですね。散歩に行きましょう。それから公園で昼ご飯を食べて、夕方まで本を読みましょう。'
    const cues = read.srt(subtitles([segment(text, 0, 9000)], 'srt'))
    expect(cues.flatMap(({lines}) => lines).join('')).toBe(text)
    expect(cues.length).toBeGreaterThan(1)
  })

  it('a short word stays long enough to be read, and gives way to the next cue', () => {
    expect(read.srt(subtitles([segment('No.', 0, 100), segment('Yes.', 500, 600)], 'srt'))).toEqual([
      {startMs: 0, endMs: 500, lines: ['No.']},
      {startMs: 500, endMs: 1333, lines: ['Yes.']},
    ])
  })

  it('what has no length stands with what follows at once, or that waits a little', () => {
    expect(read.srt(subtitles([segment('No.', 1000, 1000), segment('Yes.', 1000, 2000)], 'srt'))).toEqual([
      {startMs: 1000, endMs: 2000, lines: ['No. Yes.']},
    ])
    expect(read.srt(subtitles([segment('今日は', 1000, 1000), segment('天気', 1050, 2000)], 'srt'))).toEqual([
      {startMs: 1000, endMs: 2000, lines: ['今日は天気']},
    ])
    const long = 'It sat down and waited for the evening to come, as it did every day.'
    const cues = read.srt(subtitles([segment(long, 1000, 1000), segment(long, 1010, 4000)], 'srt'))
    expect(cues.map(({startMs, endMs}) => [startMs, endMs])).toEqual([
      [1000, 1100],
      [1100, 4000],
    ])
  })
})

const anyText = fc.oneof(
  fc.string({unit: 'grapheme', maxLength: 300}),
  fc
    .array(
      fc.constantFrom(
        'Hello,',
        'a',
        'word.',
        '-->',
        '<i>',
        '&amp;',
        '今日は天気',
        'ภาษาไทย',
        'x'.repeat(99),
        '\n',
        '12',
      ),
      {
        maxLength: 60,
      },
    )
    .map(words => words.join(' ')),
)

/** Segments in order, which may touch or overlap a little. */
const anySegments = fc
  .array(
    fc.record({text: anyText, gap: fc.integer({min: -300, max: 5000}), length: fc.integer({min: 0, max: 40_000})}),
    {maxLength: 12},
  )
  .map(drafts => {
    let at = 3_590_000
    return drafts.map(({text, gap, length}) => {
      const startMs = at + gap
      at = startMs + length
      return segment(text.trim(), startMs, at)
    })
  })

describe.each(['srt', 'vtt'] as const)('%s of any speech', format => {
  it('can be read again: no text lost, in order, none over another, none too large or too long', () => {
    fc.assert(
      fc.property(anySegments, segments => {
        const cues = read[format](subtitles(segments, format))
        let reached = 0
        for (const {startMs, endMs, lines} of cues) {
          expect(startMs).toBeGreaterThanOrEqual(reached)
          expect(endMs).toBeGreaterThan(startMs)
          expect(endMs - startMs).toBeLessThanOrEqual(7000)
          expect(lines.length).toBeLessThanOrEqual(2)
          for (const line of lines) {
            expect(displayWidth(line)).toBeLessThanOrEqual(42)
            expect(line.trim()).not.toBe('')
          }
          reached = endMs
        }
        const spoken = segments.map(({text}) => text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ')).join(' ')
        const wanted = format === 'srt' ? spoken.replaceAll('-->', '→') : spoken
        expect(squeezed(cues.flatMap(({lines}) => lines).join(' '))).toBe(squeezed(wanted))
      }),
    )
  })

  it('is the same, however early it is asked for', () => {
    fc.assert(
      fc.property(anySegments, segments => {
        const writer = subtitleWriter(format)
        const pieces = segments.map(each => writer.push(each))
        expect(writer.head + pieces.join('') + writer.end()).toBe(subtitles(segments, format))
      }),
    )
  })

  it('begins a cue at the very ms its first word does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({min: 1, max: 900}), fc.integer({min: 0, max: 4000})), {minLength: 1}),
        times => {
          let at = 3_599_000
          const words = times.map(([length, gap], index) => {
            const startMs = at + gap
            at = startMs + length
            return {text: `w${index}`, startMs, endMs: at}
          })
          const starts = new Map(words.map(({text, startMs}) => [text, startMs]))
          const whole = segment(words.map(({text}) => text).join(' '), words[0]?.startMs ?? 0, at, words)
          for (const {startMs, lines} of read[format](subtitles([whole], format))) {
            expect(startMs).toBe(starts.get(lines[0]?.split(' ')[0] ?? ''))
          }
        },
      ),
    )
  })
})

describe('timestamp', () => {
  it('says every ms, at any length', () => {
    fc.assert(
      fc.property(fc.integer({min: 0, max: 1_000_000_000}), ms => {
        expect(msOf(timestamp(ms, ','))).toBe(ms)
      }),
    )
    expect(timestamp(59_999.6, '.')).toBe('00:01:00.000')
  })
})
