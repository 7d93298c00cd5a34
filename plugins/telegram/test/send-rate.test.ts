// No stretch of time has more messages than Telegram takes, and none waits without need.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {SendRate} from '../src/bot-api/send-rate.ts'

const most = (times: number[], ms: number): number =>
  Math.max(...times.map(from => times.filter(at => at >= from && at < from + ms).length))

describe('messages', () => {
  it('are at most 25 a second in all, and four in four seconds of a chat, whenever they are asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({chat: fc.nat({max: 20}), afterMs: fc.nat({max: 60})}), {minLength: 1, maxLength: 120}),
        asked => {
          let now = 1_000_000
          const rate = new SendRate(() => now)
          const sent = asked.map(({chat, afterMs}) => {
            now += afterMs
            return {chat, at: now + rate.take('sendMessage', chat)}
          })
          expect(
            most(
              sent.map(({at}) => at),
              1000,
            ),
          ).toBeLessThanOrEqual(28)
          for (const {chat} of sent)
            expect(
              most(
                sent.filter(one => one.chat === chat).map(({at}) => at),
                4000,
              ),
            ).toBeLessThanOrEqual(4)
        },
      ),
      {numRuns: 200},
    )
  })

  it('that are few do not wait; what shows that June is at work never does', () => {
    const rate = new SendRate(() => 0)
    for (let chat = 0; chat < 3; chat++) expect(rate.take('sendVoice', chat)).toBe(0)
    expect(rate.take('sendMessage', 1)).toBe(120)
    for (let n = 0; n < 100; n++) {
      expect(rate.take('sendChatAction', 1)).toBe(0)
      expect(rate.take('sendMessageDraft', 1)).toBe(0)
      expect(rate.take('getUpdates', undefined)).toBe(0)
    }
  })
})
