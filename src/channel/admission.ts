import * as z from 'zod'
import type {ChannelAccess, PartyId, Standing} from '../access/channel/port.ts'
import {type Limit, RateLimit} from '../access/rate-limit.ts'

export interface RateLimits {
  perMinute: number
  perHour: number
  perDay: number
}

/** Who wrote, and where. */
export interface Sender {
  person: {id: string; name?: string | undefined}
  /** Where it was not to the bot alone: the group; what is said there to others is none of the bot's business, and not for admission. */
  group?: {id: string; name?: string | undefined} | undefined
}

const asks = {
  /** Absent where so many ask already that no more are taken. */
  code: z.string().optional(),
  /** It is the group that is not known yet. */
  isGroup: z.boolean().optional(),
}

/** Why a message is not answered, and is told so. */
export const refusalSchema = z.discriminatedUnion('kind', [
  z.object({kind: z.literal('stranger'), ...asks}),
  /** Asked before, and is still waited with. */
  z.object({kind: z.literal('waiting'), ...asks}),
  z.object({kind: z.literal('blocked')}),
  z.object({kind: z.literal('too-many'), retryAfterMs: z.number()}),
  z.object({kind: z.literal('over-budget')}),
])

export type Refusal = z.infer<typeof refusalSchema>

/** `ignored`: not even an answer that says no. */
export type Verdict = {kind: 'admitted'} | {kind: 'ignored'} | Refusal

const minute = 60_000
const hour = 60 * minute
const ignored = {kind: 'ignored'} as const

export interface AdmissionOptions {
  access: Pick<ChannelAccess, 'find' | 'ask' | 'usage' | 'received'>
  /** `telegram`. */
  channel: string
  /** Which of its bots, `telegram:4711`. */
  via: string
  rateLimits: RateLimits
  /** What engines may do for a person in a day, in ms. Default: as much as they like. */
  budgetMs?: number | undefined
  now: () => number
}

/**
 * Decides on arrival what of a person is worth keeping. A stranger is told a code once an hour, and once more that it is waited with;
 * who is blocked or over their budget is told once an hour, and who sends too much once a minute; everything beyond is dropped unread,
 * so that no one can make a bot flood or the disk fill.
 */
export class Admission {
  readonly #options: AdmissionOptions
  readonly #limits: readonly Limit[]
  /** What is told once an hour, by what and whom. */
  readonly #refusals: RateLimit
  readonly #notices: RateLimit

  constructor(options: AdmissionOptions) {
    const {rateLimits, now} = options
    this.#options = options
    this.#limits = [
      {count: rateLimits.perMinute, windowMs: minute},
      {count: rateLimits.perHour, windowMs: hour},
      {count: rateLimits.perDay, windowMs: 24 * hour},
    ]
    this.#refusals = new RateLimit([{count: 1, windowMs: hour}], now)
    this.#notices = new RateLimit([{count: 1, windowMs: minute}], now)
  }

  /** How a person stands; undefined: a stranger. @throws as `ChannelAccess` */
  async standing(id: string): Promise<Standing | undefined> {
    return (await this.#options.access.find(this.#party('person', id)))?.standing
  }

  /** Whether somebody may talk; counts nothing, and asks for nothing. @throws as `ChannelAccess` */
  async allows({person, group}: Sender): Promise<boolean> {
    const standing = await this.standing(person.id)
    if (standing === 'blocked') return false
    if (!group) return standing !== undefined
    const found = await this.#options.access.find(this.#party('group', group.id))
    if (!found || found.standing === 'blocked') return false
    return standing !== undefined || found.members !== 'allowed'
  }

  /** Judges one message, which counts. @throws as `ChannelAccess` */
  async admit(sender: Sender): Promise<Verdict> {
    const {person, group} = sender
    const standing = await this.standing(person.id)
    // Others of a group need not hear of it.
    if (standing === 'blocked') return group ? ignored : this.#hourly({kind: 'blocked'}, person.id)
    if (group) {
      const found = await this.#options.access.find(this.#party('group', group.id))
      if (!found) return this.#askIn('group', group)
      if (!(await this.allows(sender))) return ignored
    } else if (!standing) return this.#askIn('person', person)
    const {access, channel} = this.#options
    const counted = await access.received.take({channel, id: person.id}, this.#limits)
    if (!counted.ok) {
      const {retryAfterMs} = counted
      return this.#notices.take(person.id).ok ? {kind: 'too-many', retryAfterMs} : ignored
    }
    if (standing !== 'owner' && (await this.#isSpent(person.id))) return this.#hourly({kind: 'over-budget'}, person.id)
    return {kind: 'admitted'}
  }

  /** Adds what engines did for a person, in ms. Never rejects. */
  async spend(personId: string, ms: number, onFailure: (error: unknown) => void): Promise<void> {
    const {access, channel, budgetMs} = this.#options
    if (budgetMs === undefined || !(ms > 0)) return
    await access.usage.add({channel, id: personId}, ms).catch(onFailure)
  }

  async #isSpent(id: string): Promise<boolean> {
    const {access, channel, budgetMs} = this.#options
    return budgetMs !== undefined && (await access.usage.today({channel, id})) >= budgetMs
  }

  async #askIn(kind: PartyId['kind'], {id, name}: {id: string; name?: string | undefined}): Promise<Verdict> {
    const isGroup = kind === 'group' || undefined
    const [first, second] = [`stranger:${kind}:${id}`, `waiting:${kind}:${id}`]
    // A flood of a stranger does not reach the database.
    if (!this.#refusals.look(first).ok && !this.#refusals.look(second).ok) return ignored
    const {access, via} = this.#options
    const asked = await access.ask({...this.#party(kind, id), name}, via)
    const code = asked?.pairing.code
    if (asked?.isReminded) {
      // By this bot before its last start.
      this.#refusals.take(first)
      this.#refusals.take(second)
      return ignored
    }
    if (asked?.isNew === false && this.#refusals.take(second).ok) return {kind: 'waiting', code, isGroup}
    return this.#refusals.take(first).ok ? {kind: 'stranger', code, isGroup} : ignored
  }

  #hourly(refusal: Refusal, id: string): Verdict {
    return this.#refusals.take(`${refusal.kind}:${id}`).ok ? refusal : ignored
  }

  #party(kind: PartyId['kind'], id: string): PartyId {
    return {channel: this.#options.channel, kind, id}
  }
}
