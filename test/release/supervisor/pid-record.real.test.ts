import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {groupIsAlive} from '@essence/core/kit/process/identity'
import {endRecorded, writePidRecord} from '@essence/core/release/supervisor/process/pid-record'
import {expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'

it.each([
  ['ends on SIGTERM', 'process.on("SIGTERM", () => process.exit(0))'],
  ['ignores SIGTERM', 'process.on("SIGTERM", () => {})'],
])('a recorded process that %s goes with all that it had started', async (_, behaviour) => {
  const script = `${behaviour}
    require('child_process').spawn('sleep', ['1000'], {stdio: 'ignore'})
    setInterval(() => {}, 1e6)
    console.log('up')`
  const leader = spawn(process.execPath, ['-e', script], {detached: true, stdio: ['ignore', 'pipe', 'ignore']})
  await once(leader.stdout, 'data')
  const pid = leader.pid ?? 0
  const file = join(temporaryFolder(), 'pid')
  await writePidRecord(file, pid, '20260101-000000-00000000')
  expect(await endRecorded(file, 300)).toMatchObject({pid})
  expect(await groupIsAlive(pid)).toBe(false)
  expect(await endRecorded(file, 300)).toBeUndefined()
})
