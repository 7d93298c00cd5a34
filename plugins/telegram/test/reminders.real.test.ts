import {spawn} from 'node:child_process'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {EssenceError} from '@essence/core/kit/errors'
import {openStore} from '@essence/core/store/open'
import type {DueReminder, Reminders} from '@essence/core/tools/port'
import {openReminders} from '@essence/core/tools/reminders'
import {describe, expect, it, onTestFinished} from 'vitest'
import {type MindScript, scriptedMind} from '../../../test/engines/scripted-mind.ts'
import {followOutput} from '../../../test/kit/follow-output.ts'
import type {BotApiPeer} from '../../../test/peers/bot-api.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {ada, openPeer, type StartOptions, startService} from './harness.ts'

const reminder = (change: Partial<DueReminder> = {}): DueReminder => ({
  ...{id: '7f0c', channel: 'telegram', speaker: 'telegram:42', session: 'telegram:42'},
  ...{text: 'Du wolltest Tee trinken.', language: 'de', dueAt: new Date()},
  ...change,
})

/** A bot whose person has begun a chat. */
const start = async (script: MindScript, options: StartOptions = {}) => {
  const scripted = scriptedMind(script)
  const peer: BotApiPeer = options.peer ?? (await openPeer())
  peer.state.chats.add(ada)
  const service = await startService({mind: scripted.mind, ...options, peer})
  return {...service, ...scripted}
}

describe('a reminder', () => {
  it('arrives as a voice note with its text, in its language, and is then noted as delivered', async () => {
    const {peer, trace, remind, engines} = await start({})
    remind(reminder())
    await expect.poll(() => trace.delivered).toEqual(['7f0c'])
    await peer.until(() => peer.shownIn(ada).length === 1)
    expect(peer.shownIn(ada)).toMatchObject([{caption: 'Du wolltest Tee trinken.', voice: expect.any(Buffer)}])
    expect(engines.trace.spoken).toMatchObject([{text: 'Du wolltest Tee trinken.', options: {language: 'de'}}])
  })

  it('is spoken with the voice that the chat has chosen', async () => {
    const {remind, engines, openChats, peer} = await start({})
    await (await openChats()).choose(String(ada), {voice: 'tone'})
    remind(reminder())
    await peer.until(() => peer.shownIn(ada).length === 1)
    expect(engines.trace.spoken).toMatchObject([{options: {voice: 'tone'}}])
  })

  it('that comes late says when it was due', async () => {
    const dueAt = new Date(Date.now() - 3_600_000)
    const {peer} = await start({due: [reminder({dueAt})]}, {settings: {timeZone: 'Asia/Tokyo'}})
    await peer.until(() => peer.shownIn(ada).length === 1)
    const hour = new Date(dueAt.getTime() + 9 * 3_600_000).getUTCHours()
    expect(peer.shownIn(ada)[0]?.caption).toMatch(/^Das war fällig: .*Du wolltest Tee trinken\.$/)
    expect(peer.shownIn(ada)[0]?.caption).toMatch(new RegExp(`\\b0?${hour}:`))
  })

  it('comes as text where it cannot be spoken', async () => {
    const beforeSpeech = (): never => {
      throw new EssenceError('ENGINE_FAILED', 'Hoarse.')
    }
    const {peer} = await start({due: [reminder()]}, {beforeSpeech})
    await peer.until(() => peer.shownIn(ada).length === 1)
    expect(peer.shownIn(ada)).toMatchObject([{text: 'Du wolltest Tee trinken.'}])
  })

  it('goes out at most once: where nobody can tell, its text follows', async () => {
    const peer = await openPeer()
    peer.fault('sendVoice', {kind: 'broken', carriedOut: false})
    await start({due: [reminder()]}, {peer})
    await peer.until(() => peer.shownIn(ada).length === 1)
    expect(peer.shownIn(ada)).toMatchObject([
      {text: 'Vielleicht hast du diese Erinnerung schon: Du wolltest Tee trinken.'},
    ])
    expect(peer.callsOf('sendVoice')).toHaveLength(1)
  })

  it('is not sent again by a start that could not note it as delivered', async () => {
    const peer = await openPeer()
    const folder = temporaryFolder()
    const beforeDelivered = (): never => {
      throw new EssenceError('REMOTE_UNREACHABLE', 'Nobody is there.')
    }
    const first = await start({due: [reminder()], beforeDelivered}, {peer, folder})
    await first.logged(({msg, id}) => msg === 'answered' && id === 'reminder-7f0c')
    await first.stop()
    const second = await start({due: [reminder()]}, {peer, folder})
    await expect.poll(() => second.trace.delivered).toEqual(['7f0c'])
    await second.done(peer.userSends({from: ada, text: 'hello'}))
    expect(peer.shownIn(ada).map(({caption, text}) => caption ?? text)).toEqual([
      'Du wolltest Tee trinken.',
      'You said: hello.',
    ])
  })

  it('is not stopped with an answer that takes long, nor does it wait for one', async () => {
    const {peer, done, remind, requests, logged} = await start(
      {},
      {
        answer: async () => {
          await new Promise(() => {})
          return 'never'
        },
      },
    )
    const long = peer.userSends({from: ada, text: 'tell me everything'})
    await expect.poll(() => requests.length).toBe(1)
    remind(reminder())
    await done(peer.userSends({from: ada, text: '/stop'}))
    await logged(({msg, id}) => msg === 'withdrawn' && id === String(long))
    await peer.until(() => peer.shownIn(ada).some(({caption}) => caption === 'Du wolltest Tee trinken.'))
  })

  it('that was taken over and not sent goes out after the next start, though days have passed', async () => {
    const peer = await openPeer()
    const folder = temporaryFolder()
    peer.setChaos(method =>
      method === 'sendVoice'
        ? {kind: 'refused', status: 429, description: 'Too Many Requests', retryAfter: 60}
        : undefined,
    )
    const first = await start({due: [reminder()]}, {peer, folder})
    await expect.poll(() => first.trace.delivered).toEqual(['7f0c'])
    await peer.until(() => peer.callsOf('sendVoice').length === 1)
    await first.stop(AbortSignal.abort())
    expect(peer.shownIn(ada)).toEqual([])
    peer.setChaos(() => undefined)
    const clock = {now: () => Date.now() + 48 * 3_600_000, wait: async () => {}}
    await start({}, {peer, folder, clock})
    await peer.until(() => peer.shownIn(ada).length === 1)
    expect(peer.shownIn(ada)[0]?.caption).toContain('Du wolltest Tee trinken.')
  })

  it('is not sent to one who may not talk to the bot any more', async () => {
    const {peer, trace, logged} = await start({due: [reminder()]}, {settings: {users: ['43']}})
    await expect.poll(() => trace.delivered).toEqual(['7f0c'])
    await logged(({msg, id}) => msg === 'answered' && id === 'reminder-7f0c')
    expect(peer.shownIn(ada)).toEqual([])
  })

  it('costs none of the messages a person may send', async () => {
    const {peer, done, trace} = await start(
      {due: [reminder(), reminder({id: 'two'})]},
      {settings: {rateLimits: {perMinute: 1, perHour: 100, perDay: 100}}},
    )
    await expect.poll(() => trace.delivered).toHaveLength(2)
    await done(peer.userSends({from: ada, text: 'hello'}))
    // A reminder may come behind it.
    expect(peer.shownIn(ada).map(({text}) => text)).toContain('You said: hello.')
  })

  it('that is kept in the database arrives after the door and the database were closed, and is then done', async () => {
    const [dataDir, folder, peer] = [temporaryFolder(), temporaryFolder(), await openPeer()]
    const hourMs = 3_600_000
    const live = async (now: () => Date, use: (reminders: Reminders) => Promise<void>) => {
      const store = await openStore({dataDir})
      const reminders = openReminders({store, now})
      const {mind} = scriptedMind()
      const {stop} = await start({}, {peer, folder, mind: {...mind, reminders}})
      await use(reminders)
      await stop()
      await reminders.close()
      await store.close()
    }
    await live(
      () => new Date(),
      async reminders => {
        const {id: _, ...asked} = reminder({dueAt: new Date(Date.now() + hourMs)})
        await reminders.set({...asked, kind: 'reminder'})
      },
    )
    expect(peer.shownIn(ada)).toEqual([])
    await live(
      () => new Date(Date.now() + 2 * hourMs),
      async reminders => {
        await peer.until(() => peer.shownIn(ada).length === 1)
        await expect.poll(() => reminders.list('telegram:42')).toEqual([])
      },
    )
    expect(peer.shownIn(ada)[0]?.caption).toBe('Du wolltest Tee trinken.')
  })

  it('of a session that is no chat is dropped, not kept for ever', async () => {
    const {trace, logged} = await start({due: [reminder({session: 'web:tab'})]})
    await expect.poll(() => trace.delivered).toEqual(['7f0c'])
    await logged(({msg}) => msg.includes('no chat of this bot'))
  })
})

describe('a reminder, when the process is killed between taking it over and noting that', () => {
  const open = async () => {
    const peer = await openPeer()
    peer.state.chats.add(ada)
    const folder = temporaryFolder()
    const file = join(folder, 'reminders')
    writeFileSync(file, `${JSON.stringify(reminder())}\n`)
    const begin = (hang = '') => {
      const child = spawn(
        process.execPath,
        ['--conditions=essence-source', join(import.meta.dirname, 'reminder-child.ts')],
        {
          stdio: ['ignore', 'pipe', 'pipe'],
          env: {...process.env, TOKEN: peer.token, ROOT: peer.root, FOLDER: folder, REMINDERS: file, HANG: hang},
        },
      )
      const {until, ended} = followOutput(child)
      const kill = async (): Promise<void> => {
        child.kill('SIGKILL')
        await ended
      }
      onTestFinished(kill)
      return {until, kill}
    }
    const delivered = () => readFileSync(file, 'utf8').split('\n').slice(1).filter(Boolean)
    return {peer, begin, delivered}
  }
  const captions = (peer: BotApiPeer) => peer.shownIn(ada).map(({caption, text}) => caption ?? text)

  it.each([
    ['once it was sent', 'delivered', '"msg":"answered"', undefined, ['Du wolltest Tee trinken.']],
    ['before it was sent', 'speech', 'hangs in speech', undefined, ['Du wolltest Tee trinken.']],
    [
      'while it was sent',
      'delivered',
      'hangs in delivered',
      {kind: 'silent', carriedOut: false},
      ['Vielleicht hast du diese Erinnerung schon: Du wolltest Tee trinken.'],
    ],
  ] as const)('%s, it arrives, and once', async (_, hang, moment, fault, said) => {
    const {peer, begin, delivered} = await open()
    if (fault) peer.fault('sendVoice', fault)
    const first = begin(hang)
    await first.until(moment)
    if (fault) await peer.until(() => peer.callsOf('sendVoice').length === 1)
    await first.kill()
    const second = begin()
    // What was sent needs only be noted; what was not is sent now.
    await second.until(moment.includes('answered') ? 'a reminder was delivered' : '"msg":"answered"')
    await second.kill()
    begin()
    // One chat is worked on in order: what came again would come before this.
    peer.userSends({from: ada, text: 'hello'})
    await peer.until(() => captions(peer).at(-1) === 'You said: hello.')
    expect(captions(peer)).toEqual([...said, 'You said: hello.'])
    expect(delivered()).toEqual(['7f0c'])
  })
})
