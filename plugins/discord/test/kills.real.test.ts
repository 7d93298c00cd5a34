import {expect, it} from 'vitest'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {openPeer} from './harness.ts'
import {killAgainAndAgain} from './kills.ts'
import {toneNote} from './voice-notes.ts'

/** VITEST_KILLS=500 npm test -- plugins/discord/test/kills.real.test.ts */
const kills = Number(process.env['VITEST_KILLS'] ?? 8)

it(
  `${kills} kills, at each step of an answer, beside failures of every call: each is answered once, or told`,
  async () => {
    const peer = await openPeer()
    const report = await killAgainAndAgain({
      ...{peer, dataDir: temporaryFolder(), kills},
      ...{voice: await toneNote(), random: Math.random},
    })
    if (kills > 8) process.stderr.write(`${JSON.stringify(report)}\n`)
    expect(report).toMatchObject({doubled: [], silent: [], left: 0})
    expect(report.messages).toBeGreaterThan(20)
    expect(report.answered).toBeGreaterThan(report.messages / 2)
  },
  120_000 + kills * 15_000,
)
