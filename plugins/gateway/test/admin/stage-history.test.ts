import {describe, expect, it} from 'vitest'
import {StageHistory} from '../../src/admin/stage-history.ts'

const hourMs = 3_600_000

describe('the history of stages', () => {
  const start = Date.parse('2026-03-01T00:00:00Z')
  const open = () => {
    const clock = {now: start}
    return {clock, history: new StageHistory(() => clock.now)}
  }

  it('has the median and the 95th percentile of each stage, by channel and over time', () => {
    const {clock, history} = open()
    for (let n = 1; n <= 100; n++) history.add({totalMs: n, ttfaMs: n * 10}, 'web')
    clock.now += 3 * hourMs
    history.add({totalMs: 500, decodeMs: 7}, 'other')
    const {series, ...summary} = history.summary(4)
    expect(summary).toEqual({
      since: '2026-03-01T00:00:00.000Z',
      hours: 4,
      turns: 101,
      stages: {
        decode: {count: 1, p50: 7, p95: 7},
        ttfa: {count: 100, p50: 500, p95: 950},
        total: {count: 101, p50: 51, p95: 96},
      },
      channels: {
        web: {ttfa: {count: 100, p50: 500, p95: 950}, total: {count: 100, p50: 50, p95: 95}},
        other: {decode: {count: 1, p50: 7, p95: 7}, total: {count: 1, p50: 500, p95: 500}},
      },
    })
    expect(series).toHaveLength(48)
    // An hour after the beginning of the four, and at their very end.
    expect(series.flatMap(({stages}, index) => (stages.total ? [[index, stages.total.count]] : []))).toEqual([
      [12, 100],
      [47, 1],
    ])
    expect(series[12]?.at).toBe('2026-03-01T00:00:00.000Z')
  })

  it('leaves out what is older than asked for', () => {
    const {clock, history} = open()
    history.add({totalMs: 1}, 'web')
    clock.now += 2 * hourMs
    expect(history.summary(1)).toMatchObject({turns: 0, stages: {}, channels: {}})
    expect(history.summary(3).turns).toBe(1)
  })

  it('remembers the last 2000 turns, and says from when on it has them all', () => {
    const {clock, history} = open()
    for (let n = 0; n < 2005; n++) {
      history.add({totalMs: n}, 'web')
      clock.now += 1000
    }
    const {turns, since, stages} = history.summary(24)
    expect(turns).toBe(2000)
    expect(since).toBe('2026-03-01T00:00:05.000Z')
    expect(stages.total?.p50).toBe(1004)
  })
})
