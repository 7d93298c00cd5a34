// Messages that wait in the folder of an earlier version: each is answered once, and the folder goes.
import {existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {ada, openPeer, spooled, startService} from './harness.ts'
import {startStep} from './steps/start-step.ts'

const hour = 3_600_000

const asks = (updateId: number, text: string) => ({
  ...{updateId, chatId: ada, messageId: updateId, userId: String(ada)},
  content: {kind: 'text', text},
})

const folderWith = (entries: Record<string, object | string>): string => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'inbox'))
  for (const [name, entry] of Object.entries(entries))
    writeFileSync(join(folder, 'inbox', `${name}.json`), typeof entry === 'string' ? entry : JSON.stringify(entry))
  return folder
}

const entry = (id: number, change: object) => ({
  ...{id: String(id), state: 'received', receivedAt: Date.now() - 1000 + id, crashes: 0},
  ...change,
})

const text = (text: string) => ({kind: 'text', text})

const open = async (entries: Record<string, object | string>) => {
  const [peer, folder] = [await openPeer(), folderWith(entries)]
  peer.state.chats.add(ada)
  return {peer, folder, texts: () => peer.shownIn(ada).map(({text}) => text)}
}

it('what waits is answered, what was being sent is sent to its end, and what was answered is known', async () => {
  const {peer, folder, texts} = await open({
    1: entry(1, {message: asks(1, 'one')}),
    2: entry(2, {state: 'working', message: asks(2, 'two')}),
    3: entry(3, {
      state: 'sending',
      message: asks(3, 'three'),
      sending: {parts: [text('was sent'), text('Rest.')], next: 0, inFlight: true, uncertain: false},
    }),
    4: entry(4, {state: 'done'}),
    5: entry(5, {receivedAt: Date.now() - 30 * hour, message: asks(5, 'long ago')}),
    6: {updateId: 6, state: 'received', receivedAt: Date.now(), attempts: 1, incoming: asks(6, 'six')},
    7: {updateId: 7, state: 'sending', receivedAt: Date.now(), attempts: 1, incoming: asks(7, 'seven')},
  })
  const {done} = await startService({peer, folder})
  await done(7)
  const [one, two, rest, note, six, other] = texts()
  expect([one, two, rest, six]).toEqual(['You said: one.', 'You said: two.', 'Rest.', 'You said: six.'])
  expect([note, other]).toEqual([expect.stringContaining('interrupted'), expect.stringContaining('interrupted')])
  peer.userSends({from: ada, text: 'four', updateId: 4})
  await done(peer.userSends({from: ada, text: 'new', updateId: 8}))
  expect(texts().slice(6)).toEqual(['You said: new.'])
  expect(existsSync(join(folder, 'inbox'))).toBe(false)
})

it('what cannot be read is set aside, and the folder stays for it', async () => {
  const {peer, folder, texts} = await open({1: entry(1, {message: asks(1, 'one')}), 2: '{'})
  const {done} = await startService({peer, folder})
  await done(1)
  expect(texts()).toEqual(['You said: one.'])
  expect(readdirSync(join(folder, 'inbox'))).toEqual(['2.json.unreadable'])
})

it('each is taken over once, also where the process is killed in between', async () => {
  const ids = [1, 2, 3]
  const {peer, folder, texts} = await open(
    Object.fromEntries(ids.map(id => [id, entry(id, {message: asks(id, `${id}`)})])),
  )
  const killed = await startStep({step: 'stored', count: 2, peer, folder}).ended
  expect(killed.signal).toBe('SIGKILL')
  expect(readdirSync(join(folder, 'inbox'))).toEqual(['2.json', '3.json'])
  const last = startStep({peer, folder})
  await expect
    .poll(async () => Object.values(await spooled(folder)), {timeout: 60_000})
    .toEqual(['done', 'done', 'done'])
  last.child.kill('SIGTERM')
  await last.ended
  expect(texts()).toEqual(['You said: 1.', 'You said: 2.', 'You said: 3.'])
}, 120_000)
