import type {AuditEntry} from '../port.ts'
import type {Limit} from '../rate-limit.ts'

/** `owner`: also lets others in. `blocked` wins over whatever else is said of somebody. */
export const standings = ['owner', 'allowed', 'blocked'] as const
export type Standing = (typeof standings)[number]

/** Who is heard in a group: all its members, or those who are allowed themselves. Who is blocked never is. */
export const memberRules = ['everybody', 'allowed'] as const
export type MemberRule = (typeof memberRules)[number]

export const partyKinds = ['person', 'group'] as const
export type PartyKind = (typeof partyKinds)[number]

/** A person or a group of a platform. */
export interface PartyId {
  /** `telegram`; all its bots know the same people. */
  channel: string
  kind: PartyKind
  /** As the platform gives it. */
  id: string
}

export interface Party extends PartyId {
  /** As the platform shows it: `Ada (@ada)`. */
  name?: string | undefined
}

export interface KnownParty extends Party {
  standing: Standing
  /** Of a group. */
  members?: MemberRule | undefined
  /** Absent of those whom the settings name. */
  since?: Date | undefined
  by?: string | undefined
  reason?: string | undefined
}

/** Somebody asks to be let in. */
export interface Pairing extends Party {
  /** 8 characters; whoever says it to an owner is the one who asks. */
  code: string
  /** The bot that was asked, `telegram:4711`. */
  via: string
  askedAt: Date
  expiresAt: Date
  /** What an owner said. */
  decided?: Standing | undefined
  decidedAt?: Date | undefined
  decidedBy?: string | undefined
  /** Of a group that was let in. */
  members?: MemberRule | undefined
}

/** What becomes of it that somebody asks. */
export interface Asked {
  pairing: Pairing
  /** Else they asked before. */
  isNew: boolean
  /** They were told before that they are waited with. */
  isReminded: boolean
}

export interface Decision {
  standing: Standing
  /** Of a group. Default: everybody. */
  members?: MemberRule | undefined
  /** Who decides: `cli`, `telegram:42`. */
  by: string
}

/** Those whom the settings of a channel let in. */
export interface NamedPeople {
  channel: string
  owners: readonly string[]
  allowed: readonly string[]
}

/** A group that its platform gave another id. */
export interface GroupMove {
  channel: string
  from: string
  to: string
}

/** Who may talk on channels; several processes share what is kept. All calls throw as the database: STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE. */
export interface ChannelAccess {
  /** How somebody stands, or stood less than two seconds ago; undefined: a stranger. */
  find(party: PartyId): Promise<KnownParty | undefined>
  /** Those who are known; of one channel or all. */
  list(channel?: string): Promise<KnownParty[]>
  /**
   * Takes note that a stranger asks. Who asks again has the same code until it expires, and is told once that they are waited with.
   * @returns undefined where so many ask already that no more are taken
   */
  ask(party: Party, via: string): Promise<Asked | undefined>
  /** Those who ask and wait. */
  pairings(channel?: string): Promise<Pairing[]>
  /**
   * Decides on who asks with a code: once, by whoever is first. The same decision again changes nothing and succeeds: so it can be
   * repeated after a crash.
   * @throws PAIRING_UNKNOWN (no such code, expired), NOT_ALLOWED (decided otherwise by another, or blocked since),
   * USAGE (a group as an owner, members of a person)
   */
  decide(code: string, decision: Decision): Promise<Pairing>
  /** Lets somebody in who did not ask; an owner is one no longer. @throws NOT_ALLOWED (blocked, or named by the settings), USAGE (members of a person) */
  allow(party: Party, decision: Omit<Decision, 'standing'>): Promise<KnownParty>
  /** @throws NOT_ALLOWED (an owner) */
  block(party: Party, options: {by: string; reason?: string | undefined}): Promise<KnownParty>
  /** Somebody is again what they were before. @returns how they stand now  @throws USER_UNKNOWN (not blocked) */
  unblock(party: PartyId, options: {by: string}): Promise<KnownParty | undefined>
  /**
   * The one that an id or a name means, among those who are known or ask; a number that nobody has is the id of a stranger.
   * @throws USER_UNKNOWN (nobody, or several)
   */
  named(channel: string, text: string): Promise<Party>
  /** What a bot has not told yet: owners, that somebody asks; the one who asked, what was decided, which is in force by then. */
  untold(via: string): Promise<Pairing[]>
  told(pairing: Pairing): Promise<void>
  /**
   * A group has another id: how it stands, what was chosen in it and whether it asks go with it, all at once. What was decided under the
   * new id already stays so. Done again it changes nothing; nor does it for a group of which nothing is known.
   * @returns whether anything moved
   */
  move(group: GroupMove): Promise<boolean>
  /** The id that a group has now, and the one it had first, by which its conversations are known; of most they are the one given. */
  idsOf(group: {channel: string; id: string}): Promise<{now: string; first: string}>
  readonly usage: {
    /** Adds what engines did for a person, in ms. */
    add(person: Pick<PartyId, 'channel' | 'id'>, ms: number): Promise<void>
    /** Of this day, in ms. */
    today(person: Pick<PartyId, 'channel' | 'id'>): Promise<number>
  }
  readonly received: {
    /** Counts a message of a person, where it is within the limits; one that is not counts for nothing. */
    take(
      person: Pick<PartyId, 'channel' | 'id'>,
      limits: readonly Limit[],
    ): Promise<{ok: true} | {ok: false; retryAfterMs: number}>
  }
  readonly audit: {
    write(entry: Omit<AuditEntry, 'at' | 'address'>): Promise<void>
    /** The newest first, and how many there are in all. */
    list(query: {
      count: number
      action?: string | undefined
      actor?: string | undefined
    }): Promise<{items: AuditEntry[]; total: number}>
  }
  close(): Promise<void>
}
