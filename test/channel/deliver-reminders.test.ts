import {deliverReminders} from '@essence/core/channel/reminders/deliver-reminders'
import {EssenceError} from '@essence/core/kit/errors'
import type {DueReminder} from '@essence/core/tools/port'
import {pino} from 'pino'
import {describe, expect, it, onTestFinished} from 'vitest'
import {type MindScript, scriptedMind} from '../engines/scripted-mind.ts'
import {ManualClock} from './manual-clock.ts'

const reminder = (id: string, channel = 'test'): DueReminder => ({
  ...{id, channel, speaker: 'test:1', session: 'test:1'},
  ...{text: `Reminder ${id}.`, language: 'en', dueAt: new Date()},
})

const gone = new EssenceError('REMOTE_UNREACHABLE', 'Nobody is there.')

/** The watch of a channel that delivers as it is told. */
const watching = (script: MindScript, deliver: (reminder: DueReminder, signal: AbortSignal) => Promise<void>) => {
  const scripted = scriptedMind(script)
  const clock = new ManualClock()
  const stop = new AbortController()
  const lines: string[] = []
  const log = pino({level: 'debug'}, {write: line => lines.push(JSON.parse(line).msg)})
  const state = {minds: true}
  const over = deliverReminders({
    ...{deliver, log, clock, channel: 'test', signal: stop.signal},
    reminders: () => (state.minds ? scripted.mind.reminders : undefined),
  })
  onTestFinished(async () => {
    stop.abort()
    await over
  })
  return {...scripted, clock, lines, stop, over, state}
}

describe('reminders', () => {
  it('are handed to their channel as they become due, and then noted as delivered', async () => {
    const got: string[] = []
    const {remind, trace} = watching({due: [reminder('a'), reminder('x', 'another')]}, async ({id}) => {
      got.push(id)
    })
    await expect.poll(() => trace.delivered).toEqual(['a'])
    remind(reminder('b'))
    await expect.poll(() => trace.delivered).toEqual(['a', 'b'])
    expect(got).toEqual(['a', 'b'])
  })

  it('are noted as delivered only once the channel has taken them over, and tried again until it has', async () => {
    const attempts: string[] = []
    const {clock, trace} = watching({due: [reminder('a')]}, async ({id}) => {
      attempts.push(id)
      if (attempts.length < 3) throw new EssenceError('DISK_FULL', 'There is no room.')
      expect(trace.delivered).toEqual([])
    })
    for (let n = 0; n < 2; n++) {
      await clock.asleep()
      expect(trace.delivered).toEqual([])
      clock.advance(60_000)
    }
    await expect.poll(() => trace.delivered).toEqual(['a'])
    expect(attempts).toHaveLength(3)
  })

  it('are not handed over again while it cannot be noted that they are delivered', async () => {
    let failures = 0
    const beforeDelivered = (): void => {
      if (failures++ < 2) throw gone
    }
    const got: string[] = []
    const {clock, trace, breakWatches} = watching({due: [reminder('a')], beforeDelivered}, async ({id}) => {
      got.push(id)
    })
    await clock.asleep()
    // The watch begins anew, and brings it again.
    breakWatches(gone)
    await expect.poll(() => clock.pending().length).toBe(2)
    clock.advance(60_000)
    await expect.poll(() => trace.watches).toBe(2)
    await clock.asleep()
    clock.advance(60_000)
    await expect.poll(() => trace.delivered).toEqual(['a'])
    expect(got).toEqual(['a'])
  })

  it('that wait for their person do not hold up others', async () => {
    const waits = Promise.withResolvers<void>()
    const {trace} = watching({due: [reminder('a'), reminder('b')]}, ({id}) =>
      id === 'a' ? waits.promise : Promise.resolve(),
    )
    await expect.poll(() => trace.delivered).toEqual(['b'])
    waits.resolve()
    await expect.poll(() => trace.delivered).toEqual(['b', 'a'])
  })

  it('are watched again when what keeps them was away, or was not there yet', async () => {
    const {clock, trace, remind, breakWatches, state, lines} = watching({}, async () => {})
    await expect.poll(() => trace.watches).toBe(1)
    state.minds = false
    breakWatches(gone)
    await clock.asleep()
    clock.advance(60_000)
    await clock.asleep()
    expect(trace.watches).toBe(1)
    state.minds = true
    clock.advance(60_000)
    await expect.poll(() => trace.watches).toBe(2)
    remind(reminder('late'))
    await expect.poll(() => trace.delivered).toEqual(['late'])
    expect(lines).toContain('reminders are not watched; trying again')
  })

  it('that are in hand at the end are given up, for the next start', async () => {
    const {stop, over, trace} = watching({due: [reminder('a')]}, async (_, signal) => {
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    })
    await expect.poll(() => trace.watches).toBe(1)
    stop.abort()
    await over
    expect(trace.delivered).toEqual([])
  })
})
