// Who may talk to a bot, as `essence doctor` tells it.
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {openChannelAccess} from '@essence/core/access/channel/open'
import {checkChannelPeople} from '@essence/core/doctor/channel-people'
import {expect, it} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'

const settingsIn = (JUNE_DATA_DIR: string) => ({JUNE_DATA_DIR, POSTGRES_URL: undefined, TIME_ZONE: undefined})

const named = (owners: string[] = [], allowed: string[] = []) => ({channel: 'telegram', owners, allowed})

it('counts those whom the settings name, each once, and those who were let in', async () => {
  const settings = settingsIn(temporaryFolder())
  expect(await checkChannelPeople(settings, named(['1'], ['1', '2']))).toEqual({
    id: 'telegram users',
    status: 'ok',
    detail: '2 may talk to the bot',
  })
  const access = await openChannelAccess(settings)
  await access.allow({channel: 'telegram', kind: 'person', id: '3'}, {by: 'test'})
  await access.allow({channel: 'telegram', kind: 'group', id: '-4'}, {by: 'test'})
  await access.block({channel: 'telegram', kind: 'person', id: '5'}, {by: 'test'})
  await access.close()
  expect(await checkChannelPeople(settings, named())).toMatchObject({detail: '1, and 1 group may talk to the bot'})
})

it('says how somebody is let in where nobody is', async () => {
  expect(await checkChannelPeople(settingsIn(temporaryFolder()), named())).toMatchObject({
    status: 'warning',
    fix: expect.stringContaining('essence access approve CODE --owner'),
  })
})

it('fails where that cannot be read, and says what to do', async () => {
  const folder = temporaryFolder()
  await writeFile(
    join(folder, 'channels.sqlite'),
    'no database at all, and longer than the head of one would be'.repeat(20),
  )
  const {status, detail, fix} = await checkChannelPeople(settingsIn(folder), named(['1']))
  expect({status, detail}).toEqual({status: 'failure', detail: expect.stringContaining('file is not a database')})
  expect(fix).toContain('backup')
})
