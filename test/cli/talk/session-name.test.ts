import {join} from 'node:path'
import {sessionName} from '@essence/core/cli/talk/session-name'
import {expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'

it('goes on with the last conversation, which a name or a fresh one becomes', async () => {
  const folder = join(temporaryFolder(), 'data')
  expect(await sessionName(folder, {})).toBe('chat')
  expect(await sessionName(folder, {session: 'trip'})).toBe('trip')
  expect(await sessionName(folder, {})).toBe('trip')
  const fresh = await sessionName(folder, {fresh: true})
  expect(fresh).not.toBe('trip')
  expect(await sessionName(folder, {})).toBe(fresh)
})

it('does without a folder it may not write', async () => {
  expect(await sessionName('/dev/null/data', {session: 'trip'})).toBe('trip')
  expect(await sessionName('/dev/null/data', {})).toBe('chat')
})

it('does not come back to a name that is none', async () => {
  const folder = temporaryFolder()
  for (const session of ['', 'x'.repeat(201)]) {
    await sessionName(folder, {session})
    expect(await sessionName(folder, {})).toBe('chat')
  }
})
