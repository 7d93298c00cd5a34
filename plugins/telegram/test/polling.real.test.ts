import {EssenceError} from '@essence/core/kit/errors'
import {describe, expect, it} from 'vitest'
import {ManualClock} from '../../../test/channel/manual-clock.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {ada, openPeer, startService} from './harness.ts'

const conflict = {
  kind: 'refused',
  status: 409,
  description: 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
} as const

/** Lets a manual clock run whenever someone waits on it for as long as a predicate says. */
const runClock = async (clock: ManualClock, until: Promise<unknown>): Promise<void> => {
  let ended = false
  const end = until.then(
    () => (ended = true),
    () => (ended = true),
  )
  while (!ended) {
    await Promise.race([clock.asleep(), end])
    clock.advance(clock.pending()[0] ?? 0)
  }
}

describe('updates', () => {
  it('are acknowledged only after they are stored', async () => {
    const {peer, spooled} = await startService({answer: () => new Promise(() => {})})
    const id = peer.userSends({from: ada, text: 'hello'})
    await peer.until(() => peer.callsOf('getUpdates').some(({payload}) => payload['offset'] === id + 1))
    expect(await spooled()).toEqual({[id]: expect.stringMatching(/received|working/)})
  })

  it('that come twice, out of order or after a restart are answered once', async () => {
    const peer = await openPeer()
    const folder = temporaryFolder()
    const first = await startService({peer, folder})
    peer.userSends({from: ada, text: 'B', updateId: 502})
    peer.userSends({from: ada, text: 'A', updateId: 501})
    peer.userSends({from: ada, text: 'B', updateId: 502})
    await first.done(501)
    await first.done(502)
    await first.stop()
    // As if the acknowledgement never arrived.
    peer.userSends({from: ada, text: 'B', updateId: 502})
    const second = await startService({peer, folder})
    await second.done(peer.userSends({from: ada, text: 'C', updateId: 503}))
    expect(peer.shownIn(ada).map(({text}) => text)).toEqual(['You said: B.', 'You said: A.', 'You said: C.'])
  })

  it('whose ids begin anew further down, as after a quiet week, are acknowledged like any', async () => {
    const {peer, done} = await startService()
    await done(peer.userSends({from: ada, text: 'before', updateId: 9000}))
    await done(peer.userSends({from: ada, text: 'after', updateId: 100}))
    await peer.until(() => peer.state.updates.length === 0)
    expect(peer.callsOf('getUpdates').at(-1)?.payload).toMatchObject({offset: 101, timeout: 30})
  })

  it('of one chat are answered in order, those of another meanwhile', async () => {
    let release: (answer: string) => void = () => {}
    const held = new Promise<string>(resolve => (release = resolve))
    const {peer, done, requests} = await startService({
      settings: {users: ['42', '43']},
      answer: ({text}) => (text === 'slow' ? held : text),
    })
    const slow = peer.userSends({from: ada, text: 'slow'})
    const after = peer.userSends({from: ada, text: 'after'})
    await done(peer.userSends({from: 43, text: 'quick'}))
    expect(requests.map(({text}) => text)).toEqual(['slow', 'quick'])
    release('at last')
    await done(slow)
    await done(after)
    expect(peer.shownIn(ada).map(({text}) => text)).toEqual(['at last', 'after'])
  })

  it('beyond the number of turns at once wait', async () => {
    let running = 0
    let most = 0
    let start: () => void = () => {}
    const started = new Promise<void>(resolve => (start = resolve))
    const users = Array.from({length: 12}, (_, n) => `${100 + n}`)
    const {peer, done} = await startService({
      settings: {users},
      parallelTurns: 2,
      answer: async () => {
        most = Math.max(most, ++running)
        if (running === 2) start()
        await started
        await new Promise(setImmediate)
        running--
        return 'done'
      },
    })
    const ids = users.map(user => peer.userSends({from: Number(user), text: 'x'}))
    for (const id of ids) await done(id)
    expect(most).toBe(2)
  })

  it.each(['DISK_FULL', 'DATA_DIR_UNWRITABLE'] as const)(
    'are not acknowledged on %s, and taken once there is room',
    async code => {
      let broken = true
      const clock = new ManualClock()
      const {peer, done, lines, health} = await startService({
        clock,
        settings: {rateLimits: {perMinute: 1, perHour: 1, perDay: 1}},
        keep: jobs => ({
          ...jobs,
          async receive(job) {
            if (broken) throw new EssenceError(code, 'Cannot write the database.')
            await jobs.receive(job)
          },
        }),
      })
      const id = peer.userSends({from: ada, text: 'hello'})
      for (let n = 0; n < 3; n++) {
        await clock.asleep()
        clock.advance(60_000)
      }
      await clock.asleep()
      expect(peer.callsOf('getUpdates').every(({payload}) => (payload['offset'] ?? 0) === 0)).toBe(true)
      expect(health.report().checks['telegram']).toMatchObject({
        status: 'degraded',
        detail: expect.stringContaining('Cannot write'),
      })
      expect(lines.some(line => line.level === 'warn' && String(line['why']).includes('Cannot write'))).toBe(true)
      expect(peer.shownIn(ada)).toEqual([])
      broken = false
      clock.advance(60_000)
      await done(id)
      // Asking four times for the same message did not use up the sender's one message.
      expect(peer.shownIn(ada).map(({text}) => text)).toEqual(['You said: hello.'])
    },
  )
})

describe('a network that fails', () => {
  it('is tried again after growing pauses, up to a minute, and health says so', async () => {
    const clock = new ManualClock()
    const {peer, done, health} = await startService({clock})
    peer.fault('getUpdates', {kind: 'broken', carriedOut: false}, 12)
    peer.userSends({from: ada, text: 'x', updateId: 1})
    const pauses: number[] = []
    for (let n = 0; n < 12; n++) {
      await clock.asleep()
      const pause = clock.pending().at(-1) ?? 0
      pauses.push(pause)
      expect(health.report().checks['telegram']?.status).toBe('degraded')
      clock.advance(pause)
    }
    await done(1)
    expect(pauses[0]).toBeLessThanOrEqual(1000)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(60_000)
    expect(Math.min(...pauses.slice(7))).toBeGreaterThanOrEqual(30_000)
    expect(health.report().checks['telegram']?.status).toBe('healthy')
  })

  it.each(['garbage', 'silent'] as const)('is one that answers %s, too', async kind => {
    const clock = new ManualClock()
    const {peer, starting} = await startService({clock, start: false, settings: {requestTimeoutMs: 2000}})
    peer.fault('getMe', kind === 'garbage' ? {kind} : {kind, carriedOut: false})
    await runClock(clock, starting)
    expect(await starting).toMatchObject({address: 'https://t.me/june_test_bot'})
    expect(peer.callsOf('getMe')).toHaveLength(2)
  })

  it('does not keep a start from being stopped', async () => {
    const clock = new ManualClock()
    const {peer, starting, abort} = await startService({clock, start: false})
    peer.fault('getMe', {kind: 'broken', carriedOut: false}, 100)
    await clock.asleep()
    abort.abort()
    await expect(starting).rejects.toMatchObject({code: 'CANCELLED'})
  })

  it('honours the pause Telegram asks for', async () => {
    const clock = new ManualClock()
    const {peer, done} = await startService({clock})
    peer.fault('getUpdates', {
      kind: 'refused',
      status: 429,
      description: 'Too Many Requests: retry after 17',
      retryAfter: 17,
    })
    peer.userSends({from: ada, text: 'x', updateId: 1})
    peer.userSends({from: ada, text: 'y', updateId: 2})
    await clock.asleep(ms => ms === 17_000)
    clock.advance(17_000)
    await done(2)
  })
})

describe('one poller for one bot', () => {
  it('gives up when another program keeps polling, naming the likely cause', async () => {
    const clock = new ManualClock()
    const {peer, starting} = await startService({clock, start: false, pollSeconds: 30})
    peer.fault('getUpdates', conflict, 1000)
    await runClock(clock, starting)
    const error = (await starting.catch(error => error)) as EssenceError
    expect(error).toMatchObject({code: 'POLLER_CONFLICT', exit: 7})
    expect(error.suggestions.join(' ')).toContain('another telegram-service')
    // It waited for as long as the last poll of an earlier process can take.
    expect(peer.callsOf('getUpdates').length).toBeGreaterThan(30)
  })

  it('bears with the last poll of the process before it', async () => {
    const clock = new ManualClock()
    const {peer, starting} = await startService({clock, start: false})
    peer.fault('getUpdates', conflict, 20)
    await runClock(clock, starting)
    await expect(starting).resolves.toBeDefined()
  })

  it('ends when another one takes over while it runs', async () => {
    const clock = new ManualClock()
    const {peer, fatal, health, lines} = await startService({clock})
    peer.fault('getUpdates', conflict, 1000)
    peer.userSends({from: ada, text: 'ends the poll that waits'})
    while (fatal.length === 0) {
      await Promise.race([clock.asleep(), new Promise(setImmediate)])
      clock.advance(clock.pending()[0] ?? 0)
    }
    expect(fatal).toMatchObject([{code: 'POLLER_CONFLICT'}])
    expect(lines.filter(({msg}) => msg.startsWith('cannot take messages'))).toMatchObject([{endsInMs: 35_000}])
    expect(health.report().checks['telegram']?.status).toBe('unhealthy')
  })

  it('is held on this machine by a lock that says who has it', async () => {
    const {peer, folder} = await startService()
    const second = await startService({peer, folder, start: false})
    await expect(second.starting).rejects.toMatchObject({
      code: 'LOCKED',
      message: expect.stringContaining(`${process.pid}`),
    })
  })

  it('does not take a webhook away', async () => {
    const peer = await openPeer()
    peer.state.webhookUrl = 'https://elsewhere.example/hook/s3cret-path'
    const {starting} = await startService({peer, start: false})
    const error = (await starting.catch(error => error)) as EssenceError
    expect(error).toMatchObject({code: 'POLLER_CONFLICT', message: expect.stringContaining('elsewhere.example')})
    expect(error.message).not.toContain('s3cret-path')
    expect(error.suggestions.join(' ')).toContain('deleteWebhook')
    expect(peer.calls.map(({method}) => method)).not.toContain('deleteWebhook')
  })

  it('says when the token is wrong, and stops when it is revoked', async () => {
    const peer = await openPeer()
    peer.fault('getMe', {kind: 'refused', status: 401, description: 'Unauthorized'})
    const {starting} = await startService({peer, start: false})
    await expect(starting).rejects.toMatchObject({code: 'TOKEN_REJECTED', exit: 4})
    const other = await startService()
    for (const method of ['getUpdates', 'getMe']) {
      other.peer.fault(method, {kind: 'refused', status: 401, description: 'Unauthorized'})
    }
    other.peer.userSends({from: ada, text: 'x'})
    other.peer.userSends({from: ada, text: 'y'})
    while (other.fatal.length === 0) await new Promise(setImmediate)
    expect(other.fatal).toMatchObject([{code: 'TOKEN_REJECTED'}])
  })

  it('goes on after a 404 that says nothing of the token', async () => {
    const clock = new ManualClock()
    const {peer, done, fatal} = await startService({clock})
    peer.fault('getUpdates', {kind: 'refused', status: 404, description: 'Not Found'})
    peer.userSends({from: ada, text: 'ends the poll that waits'})
    const id = peer.userSends({from: ada, text: 'hello'})
    await runClock(clock, done(id))
    expect(fatal).toEqual([])
  })
})
