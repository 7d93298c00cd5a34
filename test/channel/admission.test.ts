import type {ChannelAccess, KnownParty, Pairing} from '@essence/core/access/channel/port'
import {type Limit, RateLimit} from '@essence/core/access/rate-limit'
import {Admission, type AdmissionOptions, type Sender} from '@essence/core/channel/admission'
import {describe, expect, it} from 'vitest'

const hour = 3_600_000

/** Admission with people in memory; `known` is by kind and id. */
const open = (known: Record<string, Partial<KnownParty>> = {}, options: Partial<AdmissionOptions> = {}) => {
  let at = 0
  const asked = new Map<string, Pairing>()
  const reminded = new Set<string>()
  const used = new Map<string, number>()
  const trace = {asks: 0}
  const received: RateLimit[] = []
  const access: AdmissionOptions['access'] = {
    async find({kind, id, channel}) {
      const found = known[`${kind} ${id}`]
      return found && {channel, kind, id, standing: 'allowed', ...found}
    },
    async ask(party, via) {
      trace.asks++
      const key = `${party.kind} ${party.id}`
      const before = asked.get(key)
      if (before && before.expiresAt.getTime() > at) {
        const isReminded = reminded.has(before.code)
        reminded.add(before.code)
        return {pairing: before, isNew: false, isReminded}
      }
      const code = `CODE${asked.size}${at}`
      const pairing = {...party, code, via, askedAt: new Date(at), expiresAt: new Date(at + hour)}
      asked.set(key, pairing)
      return {pairing, isNew: true, isReminded: false}
    },
    usage: {
      async add({id}, ms) {
        used.set(id, (used.get(id) ?? 0) + ms)
      },
      today: async ({id}) => used.get(id) ?? 0,
    },
    received: {
      async take({id}, limits) {
        received[0] ??= new RateLimit(limits as [Limit, ...Limit[]], () => at)
        return received[0].take(id)
      },
    },
  } satisfies Pick<ChannelAccess, 'find' | 'ask' | 'usage' | 'received'>
  const start = () =>
    new Admission({
      ...{access, channel: 'telegram', via: 'telegram:1', now: () => at},
      rateLimits: {perMinute: 2, perHour: 3, perDay: 100},
      ...options,
    })
  let admission = start()
  const restart = (): void => {
    admission = start()
  }
  const pass = (ms: number): void => {
    at += ms
  }
  const kinds = async (sender: Sender, times: number): Promise<string[]> => {
    const verdicts = []
    for (let n = 0; n < times; n++) verdicts.push((await admission.admit(sender)).kind)
    return verdicts
  }
  return {admission, access, trace, pass, kinds, restart}
}

const ada: Sender = {person: {id: '42', name: 'Ada'}}
const group = {id: '-100', name: 'Family'}

describe('a stranger', () => {
  it('is told a code, then that it is waited with, and within the hour no more; a flood asks for nothing', async () => {
    const {admission, kinds, trace, pass} = open()
    expect(await admission.admit(ada)).toEqual({kind: 'stranger', code: 'CODE00', isGroup: undefined})
    expect(await admission.admit(ada)).toEqual({kind: 'waiting', code: 'CODE00', isGroup: undefined})
    expect(new Set(await kinds(ada, 100))).toEqual(new Set(['ignored']))
    expect(trace.asks).toBe(2)
    pass(hour)
    expect(await kinds(ada, 3)).toEqual(['stranger', 'waiting', 'ignored'])
    expect(await admission.allows(ada)).toBe(false)
  })

  it('is told neither again by a bot that was started anew within the hour', async () => {
    const {kinds, trace, pass, restart} = open()
    expect(await kinds(ada, 1)).toEqual(['stranger'])
    restart()
    expect(await kinds(ada, 2)).toEqual(['waiting', 'ignored'])
    restart()
    const before = trace.asks
    expect(new Set(await kinds(ada, 100))).toEqual(new Set(['ignored']))
    expect(trace.asks - before).toBe(1)
    pass(hour)
    expect(await kinds(ada, 3)).toEqual(['stranger', 'waiting', 'ignored'])
  })

  it('is told so without a code while too many ask', async () => {
    const {access, admission} = open()
    access.ask = async () => undefined
    expect(await admission.admit(ada)).toEqual({kind: 'stranger', code: undefined, isGroup: undefined})
    expect(await admission.admit(ada)).toEqual({kind: 'ignored'})
  })

  it('is not charged for what could not be asked', async () => {
    const {access, admission} = open()
    const {ask} = access
    access.ask = () => Promise.reject(new Error('no room'))
    await expect(admission.admit(ada)).rejects.toThrow('no room')
    access.ask = ask
    expect(await admission.admit(ada)).toMatchObject({kind: 'stranger'})
  })
})

describe('one who is known', () => {
  it('has limits, for whatever they send, and is told once a minute', async () => {
    const {kinds, pass} = open({'person 42': {}})
    expect(await kinds(ada, 4)).toEqual(['admitted', 'admitted', 'too-many', 'ignored'])
    pass(60_000)
    expect(await kinds(ada, 2)).toEqual(['admitted', 'too-many'])
  })

  it('and blocked is told once an hour, alone, never in a group', async () => {
    const {kinds, pass, admission} = open({'person 42': {standing: 'blocked'}, 'group -100': {members: 'everybody'}})
    expect(await kinds({...ada, group}, 2)).toEqual(['ignored', 'ignored'])
    expect(await kinds(ada, 2)).toEqual(['blocked', 'ignored'])
    pass(hour)
    expect(await kinds(ada, 2)).toEqual(['blocked', 'ignored'])
    expect(await admission.allows({...ada, group})).toBe(false)
  })

  it('may use engines for so long a day; an owner as long as they like', async () => {
    const known = {'person 42': {}, 'person 1': {standing: 'owner'}} as const
    const {admission, kinds} = open(known, {budgetMs: 1000})
    for (const id of ['42', '1']) await admission.spend(id, 999, () => {})
    expect(await kinds(ada, 1)).toEqual(['admitted'])
    for (const id of ['42', '1']) await admission.spend(id, 1, () => {})
    expect(await kinds(ada, 1)).toEqual(['over-budget'])
    expect(await kinds({person: {id: '1'}}, 1)).toEqual(['admitted'])
  })
})

describe('a group', () => {
  it('that is not known asks for itself, whoever speaks', async () => {
    const {admission} = open({'person 42': {}})
    expect(await admission.admit({...ada, group})).toMatchObject({kind: 'stranger', isGroup: true})
    expect(await admission.allows({...ada, group})).toBe(false)
    expect(await admission.allows(ada)).toBe(true)
  })

  it.each([
    ['everybody', ['admitted', 'admitted']],
    ['allowed', ['admitted', 'ignored']],
  ] as const)('hears %s', async (members, heard) => {
    const {admission} = open({'person 42': {}, 'group -100': {members}})
    const speakers = [ada, {person: {id: '666'}}].map(sender => ({...sender, group}))
    const verdicts = await Promise.all(speakers.map(sender => admission.admit(sender)))
    expect(verdicts.map(({kind}) => kind)).toEqual(heard)
  })

  it('that is blocked is not answered', async () => {
    const {kinds} = open({'person 42': {}, 'group -100': {standing: 'blocked'}})
    expect(await kinds({...ada, group}, 1)).toEqual(['ignored'])
  })
})
