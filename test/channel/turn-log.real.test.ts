import {recentStatus} from '@essence/core/channel/commands/recent-status'
import {openTurnLog} from '@essence/core/channel/turn-log'
import {wordsIn} from '@essence/core/channel/words/words'
import {openShared} from '@essence/core/store/shared/open'
import type {TurnEngines} from '@essence/core/voice/turn'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'

const open = (folder = temporaryFolder()) => {
  const said: string[] = []
  const settings = {JUNE_DATA_DIR: folder, POSTGRES_URL: undefined}
  let at = 1000
  const log = openTurnLog(
    settings,
    message => said.push(message),
    () => at++,
  )
  return {folder, said, log}
}

describe('the log of turns', () => {
  it('has what was added, in order, by channel and time, also for another process', async () => {
    const {folder, log} = open()
    log.add({totalMs: 1, sttMs: 2}, 'telegram')
    log.add({totalMs: 3}, 'web')
    log.add({totalMs: 4}, 'telegram')
    const other = open(folder).log
    await expect.poll(() => other.find({})).toHaveLength(3)
    expect(await other.find({channel: 'telegram'})).toEqual([
      {at: 1000, channel: 'telegram', times: {totalMs: 1, sttMs: 2}},
      {at: 1002, channel: 'telegram', times: {totalMs: 4}},
    ])
    expect((await other.find({last: 2})).map(({times}) => times.totalMs)).toEqual([3, 4])
    expect((await other.find({after: 1001})).map(({times}) => times.totalMs)).toEqual([4])
    await Promise.all([log.close(), other.close()])
  })

  it('leaves out what it cannot read, and names it once; /status goes on too', async () => {
    const {folder, said, log} = open()
    const db = await openShared({dataDir: folder})
    const rows: [at: number | string, times: string][] = [
      [1, '{"totalMs":5,"sttMs":2,"later":{}}'],
      [2, '{"totalMs":"soon"}'],
      [3, '{"totalMs":'],
      ['tomorrow', '{"totalMs":1}'],
    ]
    for (const [at, times] of rows)
      await db.run("insert into turns (at, channel, times) values (?, 'web', ?)", [at, times])
    const kept = [{at: 1, channel: 'web', times: {totalMs: 5, sttMs: 2}}]
    expect(await log.find({})).toEqual(kept)
    expect(said).toEqual([
      expect.stringMatching(/^Rows 2, 3, 4 of turns in \/.* cannot be read: times\.totalMs: .*number/),
    ])
    const words = wordsIn('en')
    const engines = {stt: {}, assistant: {}, tts: {}} as TurnEngines
    const status = await recentStatus('web', {engines, turnLog: log}, words)
    expect(status).toContain(words('statusSpeed', {time: 2}))
    expect(said).toHaveLength(1)
    await Promise.all([log.close(), db.close()])
  })

  it('never fails who adds', async () => {
    const said: string[] = []
    const lost = openTurnLog({JUNE_DATA_DIR: '/proc/none', POSTGRES_URL: undefined}, message => said.push(message))
    lost.add({totalMs: 1}, 'web')
    await expect.poll(() => said).toEqual([expect.stringContaining('The times of a turn are not kept')])
    await lost.close()
  })

  it('forgets the oldest, though a process adds but one', async () => {
    const {folder, log} = open()
    const db = await openShared({dataDir: folder})
    for (const ordinal of [1, 10_000, 60_000]) {
      await db.run("insert into turns (ordinal, at, channel, times) values (?, 1, 'web', '{}')", [ordinal])
    }
    log.add({totalMs: 1}, 'web')
    const left = async () => (await db.run('select ordinal from turns order by ordinal')).map(({ordinal}) => ordinal)
    await expect.poll(left).toEqual([60_000, 60_001])
    await Promise.all([log.close(), db.close()])
  })
})
