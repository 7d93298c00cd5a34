// Who may talk to the bot: strangers get a code, owners let them in, by a button or a command, while the bot runs and over its end.
import {spawn} from 'node:child_process'
import {join} from 'node:path'
import {describe, expect, it, onTestFinished} from 'vitest'
import {accessOf} from '../../../test/channel/bot-stores.ts'
import {followOutput} from '../../../test/kit/follow-output.ts'
import {essence} from '../../../test/kit/run-essence.ts'
import type {BotApiPeer} from '../../../test/peers/bot-api.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {ada, openPeer, type StartOptions, startService} from './harness.ts'

const owner = 1
const eve = 666
const group = {id: -100, type: 'group', title: 'Family'} as const

const texts = (peer: BotApiPeer, chat: number) => peer.shownIn(chat).map(({text, caption}) => text ?? caption ?? '')

const codeIn = (text: string | undefined): string => /[2-9A-HJ-NP-Z]{8}/.exec(text ?? '')?.[0] ?? 'no code'

/** A bot with an owner, whose chat with it has begun. */
const start = async ({settings, ...options}: StartOptions = {}) => {
  const peer = options.peer ?? (await openPeer())
  peer.state.chats.add(owner)
  return startService({...options, peer, settings: {owners: [String(owner)], ...settings}})
}

const mention = (text: string) => ({
  text: `@june_test_bot ${text}`,
  extra: {entities: [{type: 'mention' as const, offset: 0, length: '@june_test_bot'.length}]},
})

/** The message in which the owner is asked. */
const asked = async (peer: BotApiPeer) => {
  await peer.until(() => peer.shownIn(owner).length > 0)
  const [message] = peer.shownIn(owner)
  if (!message) throw new Error('the owner was not asked')
  return message
}

describe('a stranger', () => {
  it('gets a code, is let in by a button of the owner, is told, and is answered from then on', async () => {
    const {peer, done, requests} = await start()
    await done(peer.userSends({from: eve, text: 'hello?'}))
    const message = await asked(peer)
    const code = codeIn(texts(peer, eve)[0])
    expect(message.text).toBe(`Ada, ${eve} asks to talk to me.\nThe code is ${code}.`)
    expect(message.keyboard?.inline_keyboard.flat().map(({text}) => text)).toEqual(['Approve', 'Block'])
    const press = {from: owner, on: {...message}}
    await done(peer.userPresses('Approve', press))
    await peer.until(() => texts(peer, eve).length > 1)
    expect(texts(peer, eve)[1]).toBe('My owner has let you in. Nice to meet you.')
    expect(message.keyboard).toBeUndefined()
    // Once: pressed on a screen that still showed them.
    await done(peer.userPresses('Block', press))
    expect(texts(peer, owner).slice(1)).toEqual([`Ada, ${eve} may talk to me now.`, `Ada, ${eve} may talk to me now.`])
    expect(requests).toEqual([])
    await done(peer.userSends({from: eve, text: 'hello'}))
    expect(texts(peer, eve).at(-1)).toBe('You said: hello.')
  })

  it('is blocked by the other one, is told so once, and asks no more', async () => {
    const {peer, done, requests} = await start()
    await done(peer.userSends({from: eve, text: 'hello?'}))
    await done(peer.userPresses('Block', {from: owner, on: await asked(peer)}))
    await done(peer.userSends({from: eve, text: 'please'}))
    peer.userSends({from: eve, text: 'please!'})
    await done(peer.userSends({from: ada, text: 'hello'}))
    expect(texts(peer, eve).slice(1)).toEqual(['I may no longer talk to you. Please ask my owner.'])
    expect(texts(peer, owner)).toHaveLength(2)
    expect(requests.map(({text}) => text)).toEqual(['hello'])
  })

  it('lets nobody in: a button counts from an owner alone', async () => {
    const {peer, done, folder} = await start()
    await done(peer.userSends({from: eve, text: 'hello?'}))
    await done(peer.userPresses('Approve', {from: ada, on: await asked(peer)}))
    expect(texts(peer, owner).at(-1)).toBe('Only my owner decides on that.')
    expect(await (await accessOf(folder)).pairings()).toHaveLength(1)
  })

  it('is let in, and blocked, by commands of another process while the bot runs', async () => {
    const {peer, done, folder} = await start()
    await done(peer.userSends({from: eve, text: 'hello?'}))
    const env = {JUNE_DATA_DIR: folder, ENV_SH: '/dev/null', TELEGRAM_OWNER_USERS: String(owner)}
    const run = async (...args: string[]) => JSON.parse((await essence(['access', ...args, '--json'], env)).stdout)
    const {data} = await run('list', '--channel', 'telegram')
    expect(data).toMatchObject({waiting: [{id: String(eve), name: 'Ada'}], known: [{id: '1', standing: 'owner'}]})
    expect(await run('approve', data.waiting[0].code, '--members', 'allowed')).toMatchObject({error: {code: 'USAGE'}})
    expect(await run('approve', data.waiting[0].code)).toMatchObject({ok: true, data: {id: String(eve)}})
    await peer.until(() => texts(peer, eve).length > 1)
    await done(peer.userSends({from: eve, text: 'hello'}))
    expect(texts(peer, eve).at(-1)).toBe('You said: hello.')
    expect(await run('block', 'telegram', 'ada', '--reason', 'noise')).toMatchObject({data: {standing: 'blocked'}})
    await expect
      .poll(
        async () => {
          await done(peer.userSends({from: eve, text: 'and now?'}))
          return texts(peer, eve).at(-1)
        },
        {timeout: 30_000, interval: 500},
      )
      .toBe('I may no longer talk to you. Please ask my owner.')
    expect(await run('block', 'telegram', '1')).toMatchObject({ok: false, error: {code: 'NOT_ALLOWED', exit: 4}})
    expect(await run('approve', 'ABCDEFGH')).toMatchObject({error: {code: 'PAIRING_UNKNOWN', exit: 2}})
    const {data: audit} = await run('audit')
    const actions = audit.entries.map(({action}: {action: string}) => action)
    expect(actions).toEqual(['channel.blocked', 'channel.approved', 'channel.asked'])
  }, 120_000)
})

describe('an approval, when the process is killed before it is answered', () => {
  it('counts, and is answered once, by the next start', async () => {
    const peer = await openPeer()
    peer.state.chats.add(owner)
    const folder = temporaryFolder()
    const begin = (hang = '') => {
      const script = join(import.meta.dirname, 'people-child.ts')
      const child = spawn(process.execPath, ['--conditions=essence-source', script], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {...process.env, TOKEN: peer.token, ROOT: peer.root, FOLDER: folder, HANG: hang},
      })
      const {until, ended} = followOutput(child)
      const kill = async (): Promise<void> => {
        child.kill('SIGKILL')
        await ended
      }
      onTestFinished(kill)
      return {until, kill}
    }
    const first = begin('decided')
    peer.userSends({from: eve, text: 'hello?'})
    const message = await asked(peer)
    peer.userPresses('Approve', {from: owner, on: {...message}})
    await first.until('hangs after the decision')
    // The person is told all the same.
    await first.until(`"id":"let-in-${codeIn(message.text)}-${eve}","outcome":"sent"`)
    expect(texts(peer, owner)).toHaveLength(1)
    await first.kill()
    const second = begin()
    await second.until('"msg":"answered"')
    await second.kill()
    begin()
    peer.userSends({from: eve, text: 'hello'})
    await peer.until(() => texts(peer, eve).at(-1) === 'You said: hello.')
    expect(texts(peer, owner).slice(1)).toEqual([`Ada, ${eve} may talk to me now.`])
    expect(texts(peer, eve).slice(1)).toEqual(['My owner has let you in. Nice to meet you.', 'You said: hello.'])
  }, 90_000)
})

describe('a group', () => {
  it('that is not known asks by a code of its own, where the bot is named, and is then heard', async () => {
    const {peer, done, requests, folder} = await start()
    peer.userSends({from: ada, chat: group, text: 'What a day.'})
    peer.userSends({from: ada, chat: group, text: '/start'})
    await done(peer.userSends({from: ada, chat: group, ...mention('hello')}))
    expect(texts(peer, group.id)).toEqual([expect.stringMatching(/^I do not know this group yet\. Its code is /)])
    const message = await asked(peer)
    expect(message.text).toContain('group Family, -100')
    await done(peer.userPresses('Approve', {from: owner, on: message}))
    await peer.until(() => texts(peer, group.id).length > 1)
    expect(texts(peer, group.id)[1]).toBe('My owner has let this group in. Hello, everyone.')
    await done(peer.userSends({from: eve, chat: group, ...mention('and me?')}))
    expect(requests.map(({text, speaker}) => [speaker, text])).toEqual([['telegram:666', 'and me?']])
    expect(await (await accessOf(folder)).pairings()).toEqual([])
  })

  it('hears those alone who are allowed themselves, where that is its rule; and never who is blocked', async () => {
    const folder = temporaryFolder()
    const access = await accessOf(folder)
    await access.allow({channel: 'telegram', kind: 'group', id: String(group.id)}, {by: 'test', members: 'allowed'})
    const {peer, done, requests} = await start({folder})
    peer.userSends({from: eve, chat: group, ...mention('and me?')})
    await done(peer.userSends({from: ada, chat: group, ...mention('hello')}))
    await access.allow({channel: 'telegram', kind: 'group', id: String(group.id)}, {by: 'test', members: 'everybody'})
    await access.block({channel: 'telegram', kind: 'person', id: '43'}, {by: 'test'})
    peer.userSends({from: 43, chat: group, ...mention('let me')})
    await done(peer.userSends({from: ada, chat: group, ...mention('again')}))
    expect(requests.map(({text}) => text)).toEqual(['hello', 'again'])
    expect(texts(peer, group.id)).toHaveLength(2)
  })

  it('is not shown what June knows of one', async () => {
    const {peer, done} = await start({groups: [group.id]})
    await done(peer.userSends({from: ada, chat: group, text: '/memory@june_test_bot'}))
    expect(texts(peer, group.id)).toEqual(['Please write /memory to me alone, not in a group.'])
  })
})

describe('the budget of a day', () => {
  const slow = async function* (): AsyncGenerator<string> {
    await new Promise(resolve => setTimeout(resolve, 30))
    yield 'Well.'
  }

  it('that is used up is told once; voice and text cost alike, and an owner has none', async () => {
    const {peer, done, requests} = await start({answer: slow, settings: {budgetMs: 20}})
    await done(peer.userSends({from: ada, text: 'hello'}))
    await done(peer.userSends({from: ada, text: 'and?'}))
    peer.userSends({from: ada, text: 'and??'})
    for (let n = 0; n < 2; n++) await done(peer.userSends({from: owner, text: 'hello'}))
    expect(texts(peer, ada)).toEqual(['Well.', 'What I may use for today is used up. Please come back tomorrow.'])
    expect(requests).toHaveLength(3)
  })

  it('is the same after a restart', async () => {
    const folder = temporaryFolder()
    const peer = await openPeer()
    const first = await start({peer, folder, answer: slow, settings: {budgetMs: 20}})
    await first.done(peer.userSends({from: ada, text: 'hello'}))
    await first.stop()
    const second = await start({peer, folder, settings: {budgetMs: 20}})
    await second.done(peer.userSends({from: ada, text: 'and?'}))
    expect(texts(peer, ada).at(-1)).toContain('used up')
  })
})

describe('commands of the owner', () => {
  it('block and unblock, list, and show how the bot is; others are refused; all is written down', async () => {
    const {peer, done, folder} = await start()
    const say = async (text: string, from = owner): Promise<string> => {
      await done(peer.userSends({from, text}))
      return texts(peer, from).at(-1) ?? ''
    }
    expect(await say('/admin_list_blocked')).toBe('Nobody is blocked.')
    expect(await say('/admin_block 42 too loud')).toBe('42 is blocked.')
    expect(await say('hello', ada)).toBe('I may no longer talk to you. Please ask my owner.')
    expect(await say('/admin_list_blocked')).toBe('Blocked:\n42: too loud')
    expect(await say('/admin_unblock 42')).toBe('42 may talk to me again.')
    expect(await say('/admin_unblock 42')).toContain('42 is not blocked.')
    expect(await say('/admin_block')).toContain('/admin_block (id or name, reason)')
    expect(await say('/admin_block 1')).toBe('1 is my owner, whom nobody blocks.')
    await say('/language de')
    expect(await say('/admin_block 1')).toBe('1 besitzt mich und kann nicht gesperrt werden.')
    expect(await say('/admin_block @eve')).toBe('Ich kenne niemanden mit dem Namen @eve.')
    expect(await say('/admin_unblock 42')).toBe('42 ist nicht gesperrt.')
    await say('/language en')
    expect(await say('/admin_dance')).toContain('I do not know /admin_dance.')
    expect(await say('/admin_status')).toMatch(/Bot: online[\s\S]*Messages: 0 waiting, 1 being answered, 0 given up/)
    expect(await say('/admin_message_history')).toContain('telegram:42  I may no longer talk to you.')
    expect((await say('/admin_help')).match(/^\/admin_/gm)).toHaveLength(8)
    expect(await say('/admin_help', ada)).toBe('Only my owner may use /admin_help.')
    const {items} = await (await accessOf(folder)).audit.list({count: 100})
    expect(items.filter(({action}) => action === 'channel.command')).toHaveLength(14)
    expect(items[0]).toMatchObject({action: 'channel.command.refused', actor: 'telegram:42', details: '/admin_help'})
    expect(items).toContainEqual(
      expect.objectContaining({
        action: 'channel.blocked',
        actor: 'telegram:1',
        target: 'telegram:42',
        details: 'too loud',
      }),
    )
  })

  it('erase conversations', async () => {
    const forgotten: string[] = []
    const {peer, done} = await start({forget: session => void forgotten.push(session)})
    await done(peer.userSends({from: owner, text: '/admin_clear_user 42'}))
    await done(peer.userSends({from: owner, text: '/admin_clear_conversation 0d3f'}))
    expect(texts(peer, owner)).toEqual(['1 conversation of 42 is erased.', 'I know no conversation 0d3f.'])
    expect(forgotten).toEqual(['telegram:42'])
  })
})
