// Who may talk on a channel, as several processes know it: each test runs on both databases.
import {channelAccess} from '@essence/core/access/channel/channel-access'
import type {NamedPeople, Party} from '@essence/core/access/channel/port'
import type {SharedDatabase} from '@essence/core/store/shared/shared'
import {afterAll, describe, expect, it, onTestFinished} from 'vitest'
import {sharedKinds} from './shared-databases.ts'

const person = (id: string, name?: string): Party => ({channel: 'telegram', kind: 'person', id, name})
const group = (id: string, name?: string): Party => ({channel: 'telegram', kind: 'group', id, name})
const via = 'telegram:4711'
const by = 'cli'
const minute = 60_000

describe.each(sharedKinds())('on $name $missing', ({create, missing, stop}) => {
  afterAll(stop)
  const test = it.skipIf(missing !== '')

  /** Two processes that share a database, and a clock that both go by. */
  const open = async (named: NamedPeople[] = []) => {
    const again = await create()
    let at = 1_800_000_000_000
    const queries: string[] = []
    const counted = (db: SharedDatabase): SharedDatabase => ({
      ...db,
      run: (sql, values, options) => {
        queries.push(sql)
        return db.run(sql, values, options)
      },
    })
    const process = async () => {
      const access = channelAccess({db: counted(await again()), now: () => at, named, timeZone: 'UTC'})
      onTestFinished(() => access.close())
      return access
    }
    const pass = (ms: number): void => {
      at += ms
    }
    return {one: await process(), two: await process(), queries, pass}
  }

  test('one who asks twice has one code, and is let in by it', async () => {
    const {one, two} = await open()
    expect(await one.find(person('42'))).toBeUndefined()
    const first = await one.ask(person('42', 'Ada (@ada)'), via)
    expect(first?.isNew).toBe(true)
    expect(first?.pairing.code).toMatch(/^[2-9A-HJ-NP-Z]{8}$/)
    const second = await two.ask(person('42', 'Ada'), via)
    expect(second).toMatchObject({isNew: false, pairing: {code: first?.pairing.code}})
    expect(await two.pairings()).toMatchObject([{id: '42', name: 'Ada (@ada)', via}])
    const code = first?.pairing.code ?? ''
    await two.decide(` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)}`, {standing: 'allowed', by})
    expect(await two.find(person('42'))).toMatchObject({standing: 'allowed', name: 'Ada (@ada)', by})
    expect(await one.pairings()).toEqual([])
  })

  test('one who asks again is told once to wait, by whichever process; by another bot that is told by itself', async () => {
    const {one, two, pass} = await open()
    const other = 'telegram:4712'
    const told = async (access: typeof one, bot = via) => (await access.ask(person('42'), bot))?.isReminded
    expect([await told(one), await told(two), await told(one)]).toEqual([false, false, true])
    expect([await told(two, other), await told(two)]).toEqual([false, true])
    pass(61 * minute)
    expect([await told(one), await told(two), await told(two)]).toEqual([false, false, true])
  })

  test('who is let in is no stranger from that moment on, whoever decided it', async () => {
    const {one, two} = await open()
    const asked = await one.ask(person('42', 'Ada'), via)
    expect(await one.find(person('42'))).toBeUndefined()
    await two.decide(asked?.pairing.code ?? '', {standing: 'allowed', by})
    expect(await one.find(person('42'))).toMatchObject({standing: 'allowed'})
  })

  test('a change counts at once where it was made, and elsewhere within two seconds, without a query for every message', async () => {
    const {one, two, queries, pass} = await open()
    await one.allow(person('42'), {by})
    await Promise.all([one.find(person('42')), two.find(person('42'))])
    queries.length = 0
    for (let n = 0; n < 50; n++) await two.find(person('42'))
    expect(queries).toEqual([])
    await one.block(person('42'), {by, reason: 'noise'})
    expect(await one.find(person('42'))).toMatchObject({standing: 'blocked', reason: 'noise'})
    pass(2000)
    expect(await two.find(person('42'))).toMatchObject({standing: 'blocked', reason: 'noise'})
  })

  test('a code that is unknown or has expired lets nobody in', async () => {
    const {one, pass} = await open()
    await expect(one.decide('ABCDEFGH', {standing: 'allowed', by})).rejects.toMatchObject({code: 'PAIRING_UNKNOWN'})
    const asked = await one.ask(person('42'), via)
    pass(60 * minute)
    const late = one.decide(asked?.pairing.code ?? '', {standing: 'allowed', by})
    await expect(late).rejects.toMatchObject({code: 'PAIRING_UNKNOWN', message: expect.stringContaining('has expired')})
    expect(await one.find(person('42'))).toBeUndefined()
    const again = await one.ask(person('42'), via)
    expect(again?.isNew).toBe(true)
    expect(again?.pairing.code).not.toBe(asked?.pairing.code)
  })

  test('strangers beyond a few are not kept, and make room when their codes expire', async () => {
    const {one, two, pass} = await open()
    const asked = await Promise.all(Array.from({length: 30}, (_, n) => (n % 2 ? one : two).ask(person(String(n)), via)))
    const taken = asked.filter(Boolean).length
    // On PostgreSQL as many as it has connections may pass the count at the same moment.
    expect(taken).toBeGreaterThanOrEqual(10)
    expect(taken).toBeLessThanOrEqual(14)
    expect(await one.ask(person('100'), via)).toBeUndefined()
    expect(await one.ask({...person('100'), channel: 'discord'}, 'discord:1')).toBeDefined()
    pass(61 * minute)
    expect(await one.ask(person('100'), via)).toMatchObject({isNew: true})
    expect(await one.pairings('telegram')).toHaveLength(1)
  })

  test('of two decisions the first holds, and the same one again is no failure', async () => {
    const {one, two} = await open()
    const code = (await one.ask(person('42', 'Ada'), via))?.pairing.code ?? ''
    const both = await Promise.allSettled([
      one.decide(code, {standing: 'allowed', by: 'telegram:1'}),
      two.decide(code, {standing: 'blocked', by: 'telegram:2'}),
    ])
    expect(both.map(({status}) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const refused = both.find(({status}) => status === 'rejected') as PromiseRejectedResult
    expect(refused.reason).toMatchObject({code: 'NOT_ALLOWED'})
    const standing = both[0]?.status === 'fulfilled' ? 'allowed' : 'blocked'
    expect(await (standing === 'allowed' ? one : two).find(person('42'))).toMatchObject({standing})
    if (standing === 'allowed') expect(await one.decide(code, {standing, by})).toMatchObject({decidedBy: 'telegram:1'})
  })

  test('a decision that was not carried out to its end is by the next who looks', async () => {
    const again = await create()
    const db = await again()
    onTestFinished(() => db.close())
    // The process ends between the decision and what follows of it.
    const mortal: SharedDatabase = {
      ...db,
      run: (sql, values) =>
        sql.startsWith('insert into channel_parties') ? new Promise(() => {}) : db.run(sql, values),
    }
    const dying = channelAccess({db: mortal, now: Date.now})
    const asked = await dying.ask(person('42'), via)
    const code = asked?.pairing.code ?? ''
    void dying.decide(code, {standing: 'allowed', by: 'telegram:1'})
    const next = channelAccess({db, now: Date.now})
    await expect.poll(() => next.pairings()).toEqual([])
    expect(await next.find(person('42'))).toBeUndefined()
    // By whoever presses the button again, or by the bot that tells the person.
    await next.decide(code, {standing: 'allowed', by: 'telegram:1'})
    expect(await next.find(person('42'))).toMatchObject({standing: 'allowed'})
    await next.block(person('42'), {by})
    expect(await next.untold(via)).toMatchObject([{code, decided: 'allowed'}])
    expect(await next.find(person('42'))).toMatchObject({standing: 'blocked'})
  })

  const move = {channel: 'telegram', from: '-1', to: '-2'}

  test('a group that has another id keeps how it stands, however often that is told', async () => {
    const {one, two} = await open()
    await one.allow(group('-1', 'Family'), {by, members: 'allowed'})
    expect(await two.find(group('-2'))).toBeUndefined()
    expect([await one.move(move), await two.move(move)]).toEqual([true, false])
    for (const id of ['-1', '-2']) expect(await two.idsOf({channel: 'telegram', id})).toEqual({now: '-2', first: '-1'})
    expect(await two.find(group('-2'))).toMatchObject({standing: 'allowed', members: 'allowed', name: 'Family'})
    expect((await one.list('telegram')).map(({id}) => id)).toEqual(['-2'])
  })

  test('that is blocked stays so, and what was decided under its new id stands', async () => {
    const {one} = await open()
    await one.block(group('-1'), {by})
    await one.move(move)
    expect(await one.find(group('-2'))).toMatchObject({standing: 'blocked'})

    const other = await open()
    await other.one.allow(group('-1'), {by})
    await other.one.block(group('-2'), {by})
    await other.one.move(move)
    expect(await other.one.list('telegram')).toMatchObject([{id: '-2', standing: 'blocked'}])
  })

  test('that asks goes on asking with its code; one that stands need not', async () => {
    const {one} = await open()
    const code = (await one.ask(group('-1'), via))?.pairing.code ?? ''
    await one.move(move)
    await one.decide(code, {standing: 'allowed', by})
    expect(await one.find(group('-2'))).toMatchObject({standing: 'allowed'})

    const other = await open()
    await other.one.allow(group('-1'), {by})
    await other.one.ask(group('-2'), via)
    await other.one.move(move)
    expect(await other.one.pairings()).toEqual([])
  })

  test('of which nothing is known leaves nothing', async () => {
    const {one} = await open()
    expect(await one.move(move)).toBe(false)
    expect(await one.idsOf({channel: 'telegram', id: '-2'})).toEqual({now: '-2', first: '-2'})
  })

  test('the bot that was asked tells owners once, and the person once', async () => {
    const {one, two} = await open()
    const code = (await one.ask(person('42'), via))?.pairing.code ?? ''
    expect(await one.untold('telegram:4712')).toEqual([])
    const [asks] = await one.untold(via)
    expect(asks).toMatchObject({code, decided: undefined})
    if (asks) await one.told(asks)
    expect(await one.untold(via)).toEqual([])
    await two.decide(code, {standing: 'owner', by})
    const [decided] = await one.untold(via)
    expect(decided).toMatchObject({code, decided: 'owner'})
    if (decided) await one.told(decided)
    expect(await one.untold(via)).toEqual([])
  })

  test('nobody blocks an owner, and who is blocked wins over being allowed', async () => {
    const {one} = await open([{channel: 'telegram', owners: ['1'], allowed: ['2']}])
    expect(await one.find(person('1'))).toMatchObject({standing: 'owner'})
    expect(await one.find(person('2'))).toMatchObject({standing: 'allowed'})
    expect(await one.find({...person('1'), channel: 'discord'})).toBeUndefined()
    await expect(one.block(person('1'), {by})).rejects.toMatchObject({code: 'NOT_ALLOWED'})
    const code = (await one.ask(person('3'), via))?.pairing.code ?? ''
    await one.decide(code, {standing: 'owner', by})
    await expect(one.block(person('3'), {by})).rejects.toMatchObject({code: 'NOT_ALLOWED'})
    // Taken back first.
    await one.allow(person('3'), {by})
    await one.block(person('3'), {by})
    await one.block(person('2'), {by})
    expect(await one.find(person('2'))).toMatchObject({standing: 'blocked'})
    await expect(one.allow(person('2'), {by})).rejects.toMatchObject({code: 'NOT_ALLOWED'})
    await one.unblock(person('2'), {by})
    await one.unblock(person('3'), {by})
    expect(await one.find(person('2'))).toMatchObject({standing: 'allowed'})
    expect(await one.find(person('3'))).toMatchObject({standing: 'allowed'})
    await one.block(person('4'), {by})
    expect(await one.unblock(person('4'), {by})).toBeUndefined()
    await expect(one.unblock(person('4'), {by})).rejects.toMatchObject({code: 'USER_UNKNOWN'})
    expect((await one.list('telegram')).map(({id, standing}) => `${id} ${standing}`).toSorted()).toEqual([
      '1 owner',
      '2 allowed',
      '3 allowed',
    ])
  })

  test('a block ends the asking', async () => {
    const {one} = await open()
    const code = (await one.ask(person('42'), via))?.pairing.code ?? ''
    await one.block(person('42'), {by})
    await expect(one.decide(code, {standing: 'allowed', by})).rejects.toMatchObject({code: 'NOT_ALLOWED'})
    expect(await one.find(person('42'))).toMatchObject({standing: 'blocked'})
  })

  test('a group is let in with a rule for its members', async () => {
    const {one} = await open()
    const code = (await one.ask(group('-100', 'Family'), via))?.pairing.code ?? ''
    await one.decide(code, {standing: 'allowed', members: 'allowed', by})
    expect(await one.find(group('-100'))).toMatchObject({standing: 'allowed', members: 'allowed', name: 'Family'})
    await one.allow(group('-101', 'Work'), {by})
    expect(await one.find(group('-101'))).toMatchObject({members: 'everybody'})
  })

  test('a person has no members: a rule for them is refused, and nobody is let in by it', async () => {
    const {one} = await open()
    const code = (await one.ask(person('42', 'Ada'), via))?.pairing.code ?? ''
    const message = 'Ada, 42 is a person, and a rule for members is for groups.'
    const refused = {code: 'USAGE', message}
    await expect(one.decide(code, {standing: 'allowed', members: 'allowed', by})).rejects.toMatchObject(refused)
    await expect(one.allow(person('42', 'Ada'), {members: 'everybody', by})).rejects.toMatchObject({
      ...refused,
      suggestions: ['Is 42 the id of a group? Then also: --group'],
    })
    expect(await one.find(person('42'))).toBeUndefined()
    expect(await one.pairings()).toHaveLength(1)
  })

  test('somebody is meant by id or name; where several are, the error says which', async () => {
    const {one} = await open()
    await one.allow(person('42', 'Ada Lovelace (@ada)'), {by})
    await one.allow(person('43', 'Ada Lovelace (@other)'), {by})
    await one.ask(person('44', 'Eve\u202e\n\u001b[2J (@eve)'), via)
    for (const text of ['42', '@ada', 'ADA', 'Ada Lovelace (@ada)']) {
      expect(await one.named('telegram', text)).toMatchObject({id: '42'})
    }
    expect(await one.named('telegram', 'eve')).toMatchObject({id: '44', name: 'Eve [2J (@eve)'})
    expect(await one.named('telegram', '-100')).toEqual(group('-100'))
    const several = one.named('telegram', 'Ada Lovelace')
    await expect(several).rejects.toMatchObject({code: 'USER_UNKNOWN', suggestions: [expect.stringContaining('43')]})
    await expect(one.named('telegram', 'Bob')).rejects.toMatchObject({code: 'USER_UNKNOWN'})
    await expect(one.named('discord', 'ada')).rejects.toMatchObject({code: 'USER_UNKNOWN'})
  })

  test('what engines did for a person is added up by day, for all processes', async () => {
    const {one, two, pass} = await open()
    await Promise.all([one.usage.add(person('42'), 1500.4), two.usage.add(person('42'), 500)])
    await one.usage.add(person('43'), 7)
    expect(await two.usage.today(person('42'))).toBe(2000)
    pass(24 * 60 * minute)
    expect(await two.usage.today(person('42'))).toBe(0)
  })

  test('what was done is written down, the newest first', async () => {
    const {one} = await open()
    const code = (await one.ask(person('42', 'Ada'), via))?.pairing.code ?? ''
    await one.decide(code, {standing: 'allowed', by: 'telegram:1'})
    await one.block(person('42'), {by: 'cli', reason: 'noise'})
    const {items, total} = await one.audit.list({count: 2})
    expect(total).toBe(3)
    expect(items).toMatchObject([
      {action: 'channel.blocked', actor: 'cli', target: 'telegram:42', details: 'noise'},
      {action: 'channel.approved', actor: 'telegram:1', target: 'telegram:42', details: 'allowed Ada'},
    ])
    expect(await one.audit.list({count: 9, action: 'channel.asked', actor: 'telegram:42'})).toMatchObject({total: 1})
  })
})
