import {EssenceError} from '../../kit/errors.ts'
import {AllowList} from '../allow-list.ts'
import {remembered} from '../remembered.ts'
import {assertMembers} from './assert-members.ts'
import {openMoves} from './moves.ts'
import {partyNamed, shownParty} from './names.ts'
import {DecidedOtherwise, openPairings} from './pairings.ts'
import {openParties} from './parties.ts'
import type {ChannelAccess, KnownParty, NamedPeople, Pairing, Party, PartyId, Standing} from './port.ts'
import {openReceived} from './received.ts'
import {openRecords, type RecordsOptions} from './records.ts'

/** A change that another process made counts here after so long at the latest, in ms; one of our own, and that a stranger is let in, at once. */
const believedMs = 2000

export interface ChannelAccessOptions extends RecordsOptions {
  /** Whom the settings of channels name. */
  named?: readonly NamedPeople[] | undefined
}

/** Who may talk on channels, over the database that processes share. */
export const channelAccess = ({named = [], ...options}: ChannelAccessOptions): ChannelAccess => {
  const {db, now} = options
  const parties = openParties(db)
  const pairings = openPairings(db, now)
  const moves = openMoves(db)
  const {audit, usage} = openRecords(options)
  const lists = named.map(({channel, owners, allowed}) => ({
    channel,
    owner: new AllowList(owners),
    allowed: new AllowList(allowed),
  }))
  const cache = remembered(key => parties.find(idOf(key)), {ms: believedMs, now})

  /** What the settings say. */
  const namedAs = ({channel, kind, id}: PartyId): Standing | undefined => {
    const list = kind === 'person' ? lists.find(list => list.channel === channel) : undefined
    if (list?.owner.allows(id)) return 'owner'
    return list?.allowed.allows(id) ? 'allowed' : undefined
  }
  /** An owner of the settings is one whatever is kept; else what is kept is the later word. */
  const together = (party: PartyId, kept: KnownParty | undefined): KnownParty | undefined => {
    const standing = namedAs(party)
    if (standing === 'owner') return {...party, ...nameOf(kept), standing}
    return kept ?? (standing && {...party, standing})
  }
  const fresh = async (party: PartyId): Promise<KnownParty | undefined> => {
    cache.forget(keyOf(party))
    return together(party, await cache.get(keyOf(party)))
  }
  const known = async (party: PartyId): Promise<KnownParty> => {
    const found = await fresh(party)
    if (found) return found
    throw new EssenceError('USER_UNKNOWN', `${shownParty(party)} was changed by somebody else just now.`)
  }
  const note = (action: string, actor: string, party: Party, details?: string): Promise<void> =>
    audit.write({action, actor, target: `${party.channel}:${party.id}`, details: details ?? party.name})

  /** Also where it was decided before: whoever decided may have ended in between. */
  const enforce = async (pairing: Pairing): Promise<void> => {
    const {decided: standing, decidedAt, decidedBy: by = '', members} = pairing
    if (standing && decidedAt) await parties.decided(pairing, {standing, members, by, at: decidedAt.getTime()})
  }

  const list = async (channel?: string): Promise<KnownParty[]> => {
    const kept = (await parties.list(channel)).map(party => together(party, party) ?? party)
    const isKept = new Set(kept.map(keyOf))
    const others = named
      .filter(one => channel === undefined || one.channel === channel)
      .flatMap(({channel, owners, allowed}) =>
        [...new Set([...owners, ...allowed])].map((id): PartyId => ({channel, kind: 'person', id})),
      )
      .filter(party => !isKept.has(keyOf(party)))
      .flatMap(party => together(party, undefined) ?? [])
    return [...others, ...kept]
  }

  return {
    async find(party) {
      const kept = await cache.get(keyOf(party))
      // Whoever was let in elsewhere a moment ago is no stranger any more: what they write is not to be lost.
      if (!kept && !namedAs(party)) cache.forget(keyOf(party))
      return together(party, kept)
    },
    list,
    async ask(party, via) {
      const asked = await pairings.ask(party, via)
      if (asked?.isNew) await note('channel.asked', `${party.channel}:${party.id}`, asked.pairing)
      return asked
    },
    pairings: channel => pairings.list(channel),
    async decide(code, decision) {
      const {pairing, isNew} = await pairings.decide(code, decision)
      await enforce(pairing)
      const found = await fresh(pairing)
      if (isNew) {
        const action = decision.standing === 'blocked' ? 'channel.blocked' : 'channel.approved'
        await note(action, decision.by, pairing, [decision.standing, pairing.name].filter(Boolean).join(' '))
      }
      if (decision.standing !== 'blocked' && found?.standing === 'blocked') throw isBlocked(pairing)
      return pairing
    },
    async allow(party, decision) {
      assertMembers(party, decision.members, [`Is ${party.id} the id of a group? Then also: --group`])
      if (namedAs(party) === 'owner') throw isOwner(party)
      if (!(await parties.allow(party, {...decision, at: now()}))) throw isBlocked(party)
      await pairings.settle(party, {...decision, standing: 'allowed'})
      await note('channel.allowed', decision.by, party)
      return known(party)
    },
    async block(party, {by, reason}) {
      if (namedAs(party) === 'owner') throw isOwner(party)
      if (!(await parties.block(party, {by, reason, at: now()}))) throw isOwner(party)
      await pairings.settle(party, {standing: 'blocked', by})
      await note('channel.blocked', by, party, reason)
      return known(party)
    },
    async unblock(party, {by}) {
      if (!(await parties.unblock(party, {by, at: now()}))) {
        throw new EssenceError('USER_UNKNOWN', `${shownParty(party)} is not blocked.`, {
          suggestions: ['See who is: essence access list'],
        })
      }
      await note('channel.unblocked', by, party)
      return fresh(party)
    },
    async named(channel, text) {
      const [people, asking] = await Promise.all([list(channel), pairings.list(channel)])
      const all = new Map<string, Party>([...asking, ...people].map(party => [keyOf(party), party]))
      return partyNamed([...all.values()], channel, text)
    },
    async untold(via) {
      const untold = await pairings.untold(via)
      for (const pairing of untold) await enforce(pairing)
      return untold
    },
    told: pairings.told,
    async move(group) {
      const {channel, from, to} = group
      const hasMoved = await moves.move(group, now())
      for (const id of [from, to]) cache.forget(keyOf({channel, kind: 'group', id}))
      if (hasMoved) await note('channel.moved', channel, {channel, kind: 'group', id: to}, from)
      return hasMoved
    },
    idsOf: moves.idsOf,
    usage,
    received: openReceived(db, now),
    audit,
    close: () => db.close(),
  }
}

const keyOf = ({channel, kind, id}: PartyId): string => JSON.stringify([channel, kind, id])

const idOf = (key: string): PartyId => {
  const [channel, kind, id] = JSON.parse(key) as [string, PartyId['kind'], string]
  return {channel, kind, id}
}

const nameOf = (party: KnownParty | undefined): Pick<Party, 'name'> =>
  party?.name === undefined ? {} : {name: party.name}

const isOwner = (party: Party): EssenceError =>
  new EssenceError(
    'NOT_ALLOWED',
    `${shownParty(party)} is an owner of ${party.channel}, whom nobody blocks or changes.`,
    {
      suggestions: [
        'Take them out of the setting that names owners, or, where they were approved as one:',
        `essence access allow ${party.channel} ${party.id}`,
      ],
    },
  )

const isBlocked = (party: Party): EssenceError =>
  new DecidedOtherwise(`${shownParty(party)} is blocked.`, {...party, standing: 'blocked'}, [
    `Unblock first: essence access unblock ${party.channel} ${party.id}`,
  ])
