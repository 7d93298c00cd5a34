// Who may talk to the bot: strangers get a code, owners let them in, by a button or a command, while the bot runs and over its end.
import {openChannelAccess} from '@essence/core/access/channel/open'
import {describe, expect, it, onTestFinished} from 'vitest'
import {essence} from '../../../test/kit/run-essence.ts'
import type {DiscordPeer} from '../../../test/peers/discord.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {ada, generalOf, openPeer, type StartOptions, startService, textsIn} from './harness.ts'

const owner = '1'
const eve = '666'
const eveShown = 'Ada (@person666), 666'

const start = ({settings, ...options}: StartOptions = {}) =>
  startService({...options, settings: {owners: [owner], ...settings}})

const texts = (peer: DiscordPeer, user: string): string[] => textsIn(peer, peer.directOf(user))

const codeIn = (text: string | undefined): string => /[2-9A-HJ-NP-Z]{8}/.exec(text ?? '')?.[0] ?? 'no code'

/** The message in which the owner is asked. */
const asked = async (peer: DiscordPeer) => {
  const direct = peer.directOf(owner)
  await peer.until(() => peer.shownIn(direct).length > 0)
  const [message] = peer.shownIn(direct)
  if (!message) throw new Error('the owner was not asked')
  return message
}

/** Who may talk, as another process knows it. */
const accessOf = async (folder: string) => {
  const access = await openChannelAccess(
    {JUNE_DATA_DIR: folder, POSTGRES_URL: undefined, TIME_ZONE: undefined},
    {named: []},
  )
  onTestFinished(() => access.close())
  return access
}

describe('a stranger', () => {
  it('gets a code, is let in by a button of the owner, is told, and is answered from then on', async () => {
    const {peer, done, requests} = await start()
    await done(peer.userSends({from: eve, text: 'hello?'}))
    const message = await asked(peer)
    const code = codeIn(texts(peer, eve)[0])
    expect(message.text).toBe(`${eveShown} asks to talk to me.\nThe code is ${code}.`)
    expect(message.buttons).toMatchObject([{label: 'Approve'}, {label: 'Block'}])
    const press = {from: owner, on: {...message}}
    await done(peer.userPresses('Approve', press))
    await peer.until(() => texts(peer, eve).length > 1)
    expect(texts(peer, eve)[1]).toBe('My owner has let you in. Nice to meet you.')
    expect(message.buttons).toEqual([])
    // Once: pressed on a screen that still showed them.
    await done(peer.userPresses('Block', press))
    expect(texts(peer, owner).slice(1)).toEqual([`${eveShown} may talk to me now.`, `${eveShown} may talk to me now.`])
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
    await done(peer.userSends({text: 'hello'}))
    expect(texts(peer, eve).slice(1)).toEqual(['I may no longer talk to you. Please ask my owner.'])
    expect(texts(peer, owner)).toHaveLength(2)
    expect(requests.map(({text}) => text)).toEqual(['hello'])
  })

  it('is let in by a command of another process, and told so by the bot', async () => {
    const folder = temporaryFolder()
    const {peer, done} = await start({folder})
    await done(peer.userSends({from: eve, text: 'hello?'}))
    const env = {JUNE_DATA_DIR: folder, ENV_SH: '/dev/null', DISCORD_OWNER_USERS: owner}
    await essence(['access', 'approve', codeIn(texts(peer, eve)[0])], env)
    await peer.until(() => texts(peer, eve).length > 1)
    expect(texts(peer, eve)[1]).toBe('My owner has let you in. Nice to meet you.')
  }, 60_000)

  it('is asked for by the other owners, where one cannot be written to', async () => {
    const peer = await openPeer()
    const {done, logged} = await start({peer, settings: {users: [], owners: ['2', owner]}})
    // Their conversations, which every start opens.
    await peer.until(() => peer.callsOf('openDirect').length === 2)
    peer.fault('openDirect', {kind: 'refused', status: 400, code: 50_007, message: 'no'})
    await done(peer.userSends({from: eve, text: 'hello?'}))
    const {userId} = await logged(({msg}) => msg === 'somebody is not told of a pairing')
    const other = userId === owner ? '2' : owner
    await peer.until(() => texts(peer, other).length > 0)
    expect(texts(peer, other)[0]).toContain(eveShown)
    expect(texts(peer, String(userId))).toEqual([])
  })

  it('is asked for once, though the bot starts again', async () => {
    const folder = temporaryFolder()
    const peer = await openPeer()
    const first = await start({peer, folder})
    await first.done(peer.userSends({from: eve, text: 'hello?'}))
    await asked(peer)
    await first.stop()
    const {done} = await start({peer, folder})
    await done(peer.userSends({text: 'hello'}))
    expect(texts(peer, owner)).toHaveLength(1)
  })
})

describe('commands of the owner', () => {
  it('block and unblock, list, and show how the bot is; others are refused; all is written down', async () => {
    const {peer, done, folder} = await start()
    const say = async (text: string, from = owner): Promise<string> => {
      await done(peer.userSends({from, text}))
      return texts(peer, from).at(-1) ?? ''
    }
    expect(await say('!admin_list_blocked')).toBe('Nobody is blocked.')
    expect(await say('!admin_block 42 too loud')).toBe('42 is blocked.')
    expect(await say('hello', ada)).toBe('I may no longer talk to you. Please ask my owner.')
    expect(await say('!admin_list_blocked')).toBe('Blocked:\n42: too loud')
    expect(await say('!admin_unblock 42')).toBe('42 may talk to me again.')
    expect(await say('!admin_status')).toMatch(/Bot: online[\s\S]*Messages: 0 waiting, 1 being answered, 0 given up/)
    expect(await say('!admin_message_history')).toContain('discord:42  I may no longer talk to you.')
    expect(await say('!admin_help', ada)).toBe('Only my owner may use /admin_help.')
    const {items} = await (await accessOf(folder)).audit.list({count: 100})
    expect(items[0]).toMatchObject({action: 'channel.command.refused', actor: 'discord:42', details: '/admin_help'})
  })

  it('are slash commands too, which a server never sees the answers of', async () => {
    const {peer, done} = await start()
    const [general, direct] = [generalOf(peer), peer.directOf(owner)]
    await done(peer.userRuns('admin_block', {about: '42 noise'}, {from: owner, channel: direct}))
    expect(texts(peer, owner)).toEqual(['42 is blocked.'])
    await done(peer.userRuns('admin_list_blocked', {}, {from: owner, channel: general}))
    expect(peer.shownIn(general)).toMatchObject([{text: 'Blocked:\n42: noise', ephemeral: true}])
    await done(peer.userSends({from: owner, channel: general, text: '!admin_list_blocked'}))
    expect(textsIn(peer, general)[1]).toBe('Please write /admin_list_blocked to me alone, not in a group.')
  })
})
