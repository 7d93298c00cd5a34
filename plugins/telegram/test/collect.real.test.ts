// Messages that come while June is busy, in a chat that collects them: voices and texts become one turn, each once.
import {openChats} from '@essence/core/channel/chats'
import {openJobs} from '@essence/core/channel/delivery/open-jobs'
import {pino} from 'pino'
import {describe, expect, it} from 'vitest'
import {kept} from '../../../test/channel/bot-stores.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {type Incoming, pendingSchema} from '../src/incoming.ts'
import {partSchema} from '../src/outgoing.ts'
import {ada, openPeer, type StartOptions, startService} from './harness.ts'
import {startStep} from './steps/start-step.ts'
import {toneNote} from './voice-notes.ts'

const collects = async (folder: string): Promise<void> => {
  const chats = await openChats({JUNE_DATA_DIR: folder, POSTGRES_URL: undefined}, 'telegram:4711')
  await chats.choose(String(ada), {overlap: 'collect'})
  await chats.close()
}

/** A service that is busy with a first message until `goOn`. */
const busy = async (options: StartOptions = {}) => {
  const folder = temporaryFolder()
  await collects(folder)
  const held = Promise.withResolvers<string>()
  const service = await startService({
    folder,
    answer: ({text}) => (text === 'first' ? held.promise : `You said: ${text}.`),
    ...options,
  })
  const {peer, requests} = service
  peer.userSends({from: ada, text: 'first'})
  await expect.poll(() => requests.length).toBe(1)
  return {...service, goOn: () => held.resolve('One.')}
}

const isStored = async (folder: string, update: number): Promise<void> =>
  expect.poll(async () => String(update) in (await kept(folder))).toBe(true)

describe('while June is busy', () => {
  it('voices and texts are collected: their words in order, one answer by voice', async () => {
    const words = ['eggs', 'and milk']
    const {peer, folder, goOn, done, requests, spooled} = await busy({heard: () => words.shift() ?? ''})
    const voice = {bytes: await toneNote()}
    peer.userSends({from: ada, voice})
    peer.userSends({from: ada, text: 'butter'})
    const last = peer.userSends({from: ada, voice})
    await isStored(folder, last)
    goOn()
    await expect.poll(() => peer.shownIn(ada).length).toBe(2)
    await done(Number(Object.keys(await spooled())[1]))
    expect(requests.map(({text}) => text)).toEqual(['first', 'eggs\nbutter\nand milk'])
    const answer = peer.shownIn(ada)[1]
    expect(answer?.voice).toBeDefined()
    expect(answer).toMatchObject({
      caption: '“eggs\nand milk”\n\nYou said: eggs\nbutter\nand milk.',
      replyTo: peer.messageIdOf(last),
    })
    expect(Object.values(await spooled())).toEqual(['done', 'done', 'done', 'done'])
  })

  it('one that cannot be heard is told, beside the answer to the others', async () => {
    const words = ['eggs', '']
    const {peer, folder, goOn, requests} = await busy({heard: () => words.shift() ?? ''})
    const voice = {bytes: await toneNote()}
    peer.userSends({from: ada, voice})
    peer.userSends({from: ada, voice})
    const last = peer.userSends({from: ada, voice: {bytes: Buffer.from('GIF89a and no sound at all')}})
    await isStored(folder, last)
    goOn()
    await expect.poll(() => peer.shownIn(ada).length).toBe(3)
    expect(requests[1]?.text).toBe('eggs')
    const told = peer.shownIn(ada)[2]?.text
    expect(told).toContain('I heard no speech')
    expect(told).toContain('I cannot read that sound')
  })

  it('what was changed meanwhile is asked as it is now', async () => {
    const {peer, folder, goOn, requests} = await busy()
    peer.userSends({from: ada, text: 'eggs'})
    const milk = peer.userSends({from: ada, text: 'mlik'})
    const last = peer.userEdits(peer.messageIdOf(milk) ?? 0, {from: ada, text: 'milk'})
    await isStored(folder, last)
    goOn()
    await expect.poll(() => requests.length).toBe(2)
    expect(requests[1]?.text).toBe('eggs\nmilk')
  })
})

it('each is worked once, also where the process is killed again and again', async () => {
  const [peer, folder] = [await openPeer(), temporaryFolder()]
  await collects(folder)
  peer.state.files.set('a-voice', Buffer.from(await toneNote()))
  const contents: Incoming['content'][] = [
    {kind: 'text', text: 'one'},
    {kind: 'sound', fileId: 'a-voice'},
    {kind: 'text', text: 'three'},
    {kind: 'sound', fileId: 'a-voice'},
  ]
  const jobs = await openJobs(
    {JUNE_DATA_DIR: folder, POSTGRES_URL: undefined},
    {
      ...{channel: 'telegram:4711', worker: 'test', message: pendingSchema, part: partSchema},
      ...{now: Date.now, log: pino({level: 'silent'})},
    },
  )
  peer.state.chats.add(ada)
  for (const [index, content] of contents.entries()) {
    const id = 100 + index
    const message = {updateId: id, messageId: id, chatId: ada, userId: String(ada), language: 'en', content}
    await jobs.receive({id: String(id), lane: String(ada), message})
  }
  await jobs.close()
  for (const step of ['transcript', 'answer made'] as const) {
    expect((await startStep({step, peer, folder}).ended).signal).toBe('SIGKILL')
  }
  expect(peer.shownIn(ada)).toEqual([])
  // What was sent is not sent again: nobody knows that it arrived.
  expect((await startStep({step: 'receipt', peer, folder}).ended).signal).toBe('SIGKILL')
  const last = startStep({peer, folder})
  await last.until('"msg":"answered"')
  last.child.kill('SIGTERM')
  await last.ended
  const [answer, ...others] = peer.shownIn(ada)
  expect(answer?.caption).toContain('You said: one\nhello june\nthree\nhello june.')
  expect(others.map(({text}) => text)).toEqual([expect.stringContaining('interrupted')])
  expect(Object.values(await kept(folder)).map(({state}) => state)).toEqual(['done', 'done', 'done', 'done'])
}, 120_000)
