import {describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {scriptedMind} from '../../../../test/engines/scripted-mind.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {join, openAccounts} from './open-accounts.ts'

describe('reminders of people', () => {
  it('come to nobody who was blocked while the stream was open', async () => {
    const {mind, remind, trace} = scriptedMind()
    await using june = await openAccounts({dataDir: temporaryFolder(), engines: scriptedEngines({mind})})
    const headers = {authorization: `Bearer ${await join(june.access, 'anna')}`}
    const stream = await fetch(`${june.address}/api/reminders?session=a`, {headers})
    const text = stream.text()
    await june.access.users.update('anna', {status: 'blocked'})
    const due = {channel: 'web', session: 'web:a', language: 'en', dueAt: new Date()} as const
    remind({...due, id: 'r1', speaker: 'user:anna', text: 'The code is 1234.'})
    expect(await text).toBe(': open\n\n')
    expect(trace.delivered).toEqual([])
    expect((await fetch(`${june.address}/api/reminders?session=a`, {headers})).status).toBe(403)
  }, 200_000)
})
