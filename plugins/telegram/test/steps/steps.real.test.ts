// Processes end at named steps of an answer: each message is answered once, or the person is told that it may not have been.
import {expect, it, onTestFinished} from 'vitest'
import {noNats, startNats} from '../../../../test/peers/nats-server.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {openPeer} from '../harness.ts'
import {toneNote} from '../voice-notes.ts'
import {killAtSteps, type StepReport} from './kill-at-steps.ts'

/** Ten minutes each for a thousand: VITEST_KILLS=1000 npm test -- plugins/telegram/test/steps */
const turns = Number(process.env['VITEST_KILLS'] ?? 40)
const timeoutMs = 120_000 + turns * 3000

const check = (report: StepReport): void => {
  if (turns > 100) process.stderr.write(`${JSON.stringify(report)}\n`)
  expect(report).toMatchObject({messages: turns, doubled: [], silent: [], left: 0})
  // Who is told is told of a send whose fate nobody knows, or of a message that ended a process three times.
  expect(report.answered + report.noted + report.gaveUp).toBeGreaterThanOrEqual(turns)
  expect(report.answered).toBeGreaterThan(turns / 2)
  expect(Object.keys(report.hits).length).toBeGreaterThan(turns > 100 ? 9 : 2)
}

const progress = (sent: number, hits: Record<string, number>): void => {
  if (turns > 100) process.stderr.write(`${sent} messages, ${JSON.stringify(hits)}\n`)
}

it(
  `${turns} messages, the service killed at each step`,
  async () => {
    const options = {peer: await openPeer(), folder: temporaryFolder(), voice: await toneNote(), turns}
    check(await killAtSteps({...options, random: Math.random, onProgress: progress}))
  },
  timeoutMs,
)

it.skipIf(noNats !== '')(
  `${turns} messages through NATS, two workers, each killed at each step, and NATS as well${noNats}`,
  async () => {
    const nats = await startNats()
    onTestFinished(() => nats.stop())
    const options = {peer: await openPeer(), folder: temporaryFolder(), voice: await toneNote(), turns, nats}
    check(await killAtSteps({...options, random: Math.random, onProgress: progress}))
  },
  timeoutMs,
)
