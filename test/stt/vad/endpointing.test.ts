import {type Endpoint, Endpointer} from '@essence/core/stt/vad/endpointing'
import {vadParameters} from '@essence/core/stt/vad/vad-parameters'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

const frame = 512
const parameters = (given = {}) =>
  vadParameters(30_000, {minSpeechDurationMs: 96, minSilenceDurationMs: 320, speechPadMs: 64, ...given})

/** What is found in frames, given as `[how many, probability]`. */
const found = (
  parts: readonly [number, number][],
  given = {},
  quietest = (_: number, end: number) => end,
): Endpoint[] => {
  const endpointer = new Endpointer(parameters(given), quietest)
  const frames = parts.flatMap(([count, probability]) => new Array<number>(count).fill(probability))
  return [...frames.flatMap(one => endpointer.push(one)), ...endpointer.end(frames.length * frame)]
}
const windowsOf = (endpoints: Endpoint[]) =>
  endpoints.flatMap(one => (one.type === 'window' ? [[one.start / frame, one.end / frame]] : []))

describe('Endpointer', () => {
  it('finds an utterance with its padding, and says how sure it is', () => {
    expect(
      found([
        [10, 0],
        [20, 0.9],
        [30, 0],
      ]),
    ).toEqual([
      {type: 'speech-start', at: 8 * frame},
      {type: 'speech-end', at: 32 * frame},
      {
        type: 'window',
        start: 8 * frame,
        end: 32 * frame,
        evidence: {speechMs: 640, probability: expect.closeTo(0.9), lastSpeech: 30 * frame},
      },
    ])
  })

  it('takes a pause shorter than the silence that ends an utterance as part of it', () => {
    expect(
      windowsOf(
        found([
          [5, 0],
          [10, 1],
          [9, 0],
          [10, 1],
          [20, 0],
        ]),
      ),
    ).toEqual([[3, 36]])
    expect(
      windowsOf(
        found([
          [5, 0],
          [10, 1],
          [10, 0],
          [10, 1],
          [20, 0],
        ]),
      ),
    ).toEqual([
      [3, 17],
      [23, 37],
    ])
  })

  it('goes on between threshold and threshold less 0.15, and does not begin there', () => {
    expect(
      windowsOf(
        found([
          [5, 0.4],
          [10, 0.6],
          [30, 0.4],
          [20, 0.3],
        ]),
      ),
    ).toEqual([[3, 47]])
    expect(found([[50, 0.49]])).toEqual([])
  })

  it('leaves out what is shorter than speech: 96 ms count, 64 do not', () => {
    expect(
      found([
        [5, 0],
        [2, 1],
        [20, 0],
      ]),
    ).toEqual([])
    expect(
      windowsOf(
        found([
          [5, 0],
          [3, 1],
          [20, 0],
        ]),
      ),
    ).toEqual([[3, 10]])
  })

  it('ends with the sound, within it', () => {
    expect(
      windowsOf(
        found([
          [1, 1],
          [9, 1],
        ]),
      ),
    ).toEqual([[0, 10]])
    expect(
      windowsOf(
        found([
          [1, 0],
          [9, 1],
          [1, 0],
        ]),
      ),
    ).toEqual([[0, 11]])
  })

  it('cuts what lasts too long in its last pause, and loses nothing', () => {
    const endpoints = found(
      [
        [40, 1],
        [5, 0],
        [60, 1],
        [20, 0],
      ],
      {maxSpeechDurationS: 2.56},
    )
    expect(windowsOf(endpoints)).toEqual([
      [0, 42.5],
      [42.5, 107],
    ])
    expect(endpoints.filter(({type}) => type !== 'window').length).toBe(2)
  })

  it('cuts at the quietest place where there is no pause', () => {
    const cuts: number[][] = []
    const quietest = (start: number, end: number) => {
      cuts.push([start / frame, end / frame])
      return start + 60 * frame
    }
    expect(
      windowsOf(
        found(
          [
            [100, 1],
            [20, 0],
          ],
          {maxSpeechDurationS: 2.56},
          quietest,
        ),
      ),
    ).toEqual([
      [0, 60],
      [60, 102],
    ])
    expect(cuts).toEqual([[0, 80]])
  })

  it('does not cut twice in the same pause', () => {
    const endpoints = found(
      [
        [230, 1],
        [9, 0],
        [75, 1],
      ],
      {maxSpeechDurationS: 2.56},
    )
    expect(windowsOf(endpoints)).toEqual([
      [0, 80],
      [80, 160],
      [160, 234.5],
      [234.5, 314],
    ])
  })

  it('gives windows in order, apart, no longer than allowed, that hold every frame of confirmed speech', () => {
    const frames = fc.array(fc.tuple(fc.integer({min: 1, max: 60}), fc.constantFrom(0, 0.2, 0.4, 0.6, 1)), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(frames, parts => {
        const given = {maxSpeechDurationS: 2.56}
        const endpoints = found(parts, given)
        const windows = windowsOf(endpoints)
        let reached = 0
        for (const [start = 0, end = 0] of windows) {
          expect(start).toBeGreaterThanOrEqual(reached)
          expect(end).toBeGreaterThan(start)
          expect(end - start).toBeLessThanOrEqual(80)
          reached = end
        }
        const kinds = endpoints.filter(({type}) => type !== 'window').map(({type}) => type)
        expect(kinds).toEqual(kinds.map((_, i) => (i % 2 === 0 ? 'speech-start' : 'speech-end')))
        // A stretch of 5 frames above the threshold is speech wherever it stands.
        let at = 0
        for (const [count, probability] of parts) {
          for (let i = at; count >= 5 && probability > 0.5 && i < at + count; i++)
            expect(windows.some(([start = 0, end = 0]) => start <= i && i + 1 <= Math.ceil(end))).toBe(true)
          at += count
        }
      }),
      {numRuns: 300},
    )
  })
})

describe('vadParameters', () => {
  it('takes what a call says before what the recogniser was opened with', () => {
    const {threshold, speechPadMs, minSilenceDurationMs} = vadParameters(
      30_000,
      {threshold: 0.7},
      {threshold: 0.3, speechPadMs: 10},
    )
    expect({threshold, speechPadMs, minSilenceDurationMs}).toEqual({
      threshold: 0.7,
      speechPadMs: 10,
      minSilenceDurationMs: 500,
    })
  })

  it('never gives more than the engine hears at once', () => {
    expect(vadParameters(10_240, {maxSpeechDurationS: 60}).maxSpeechDurationS).toBe(10.24)
    expect(vadParameters(10_240, {maxSpeechDurationS: 5}).maxSpeechDurationS).toBe(5)
  })

  it.each([
    {threshold: 1.5},
    {threshold: Number.NaN},
    {speechPadMs: -1},
    {maxSpeechDurationS: 0.1},
    {minSilenceDurationMs: 0},
  ])('refuses %j', given => {
    expect(() => vadParameters(30_000, given)).toThrow(expect.objectContaining({code: 'USAGE'}))
  })
})
