import type {SharedDatabase} from '../../store/shared/shared.ts'
import {cleanName} from './names.ts'
import type {Decision, KnownParty, Party, PartyId} from './port.ts'
import {partyRow} from './rows.ts'

interface Change {
  by: string
  /** ms since the epoch. */
  at: number
}

/** How people and groups stand, as it is kept. Each change is one statement, with its condition in it. */
export const openParties = (db: SharedDatabase) => {
  const read = (rows: readonly unknown[]): KnownParty[] => rows.flatMap(row => partyRow.parse(row) ?? [])

  /** @returns whether it was changed */
  const put = async (
    {channel, kind, id, name}: Party,
    {standing, members, by, at}: Decision & Change,
    where: string,
  ): Promise<boolean> => {
    const rule = kind === 'group' ? (members ?? 'everybody') : null
    const rows = await db.run(
      `insert into channel_parties (channel, kind, id, name, standing, members, since, by_whom) values (?, ?, ?, ?, ?, ?, ?, ?)
       on conflict (channel, kind, id) do update
         set name = coalesce(excluded.name, channel_parties.name), standing = excluded.standing, members = excluded.members,
           since = excluded.since, by_whom = excluded.by_whom, was = null, reason = null
         where ${where}
       returning id`,
      [channel, kind, id, cleanName(name) ?? null, standing, rule, at, by],
    )
    return rows.length > 0
  }

  return {
    async find({channel, kind, id}: PartyId): Promise<KnownParty | undefined> {
      const rows = await db.run('select * from channel_parties where channel = ? and kind = ? and id = ?', [
        ...[channel, kind, id],
      ])
      return read(rows)[0]
    },

    async list(channel: string | undefined): Promise<KnownParty[]> {
      const rows = await db.run(
        `select * from channel_parties where (channel = ? or ? = 'all') order by channel, kind, since, id`,
        [channel ?? '', channel === undefined ? 'all' : 'one'],
      )
      return read(rows)
    },

    /** What was decided on who asked; done again later it undoes nothing that came after it. */
    decided: (party: Party, decision: Decision & Change) =>
      put(
        party,
        decision,
        "channel_parties.standing not in ('blocked', 'owner') and channel_parties.since <= excluded.since",
      ),

    /** @returns false where they are blocked */
    allow: (party: Party, decision: Omit<Decision, 'standing'> & Change) =>
      put(party, {...decision, standing: 'allowed'}, "channel_parties.standing <> 'blocked'"),

    /** @returns false where they are an owner */
    async block({channel, kind, id, name}: Party, {by, at, reason}: Change & {reason?: string | undefined}) {
      const rows = await db.run(
        `insert into channel_parties (channel, kind, id, name, standing, since, by_whom, reason)
         values (?, ?, ?, ?, 'blocked', ?, ?, ?)
         on conflict (channel, kind, id) do update
           set was = case when channel_parties.standing = 'blocked' then channel_parties.was else channel_parties.standing end,
             name = coalesce(excluded.name, channel_parties.name), standing = 'blocked', since = excluded.since,
             by_whom = excluded.by_whom, reason = excluded.reason
           where channel_parties.standing <> 'owner'
         returning id`,
        [channel, kind, id, cleanName(name) ?? null, at, by, reason?.slice(0, 200) ?? null],
      )
      return rows.length > 0
    },

    /** @returns whether they were blocked */
    async unblock({channel, kind, id}: PartyId, {by, at}: Change): Promise<boolean> {
      const rows = await db.run(
        `update channel_parties set standing = coalesce(was, 'none'), was = null, reason = null, since = ?, by_whom = ?
         where channel = ? and kind = ? and id = ? and standing = 'blocked' returning id`,
        [at, by, channel, kind, id],
      )
      return rows.length > 0
    },
  }
}
