import {describe, expect, it} from 'vitest'
import {soak} from '../../../../bench/gateway/soak.ts'

describe('people who ask a gateway in a process of its own, in writing and aloud, by REST and WebSocket', () => {
  it('each get the answers to their own questions, once, for 20 seconds', {timeout: 120_000}, async () => {
    const {asked, samples, ...wrong} = await soak({people: 60, ms: 20_000})
    expect(wrong).toEqual({lost: [], wrong: [], unasked: 0, unhandled: []})
    expect(asked).toBeGreaterThanOrEqual(60)
    expect(samples.length).toBeGreaterThan(0)
  })
})
