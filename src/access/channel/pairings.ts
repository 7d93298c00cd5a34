import {EssenceError} from '../../kit/errors.ts'
import type {SharedDatabase} from '../../store/shared/shared.ts'
import {assertMembers} from './assert-members.ts'
import {newCode, readCode} from './codes.ts'
import {cleanName, shownParty} from './names.ts'
import type {Asked, Decision, Pairing, Party, Standing} from './port.ts'
import {pairingRow} from './rows.ts'

/** ms in which a code is good. */
const lifeMs = 3_600_000

/** ms after which a decision is forgotten, told or not. */
const decidedMs = 24 * 3_600_000

/** Who ask on a channel at once, at most: strangers cannot fill the disk. */
const maxWaiting = 10

const waiting = 'decided is null and expires_at > ?'

/** NOT_ALLOWED: somebody else decided on the one who asks. */
export class DecidedOtherwise extends EssenceError {
  /** How they stand. */
  readonly party: Party & {standing: Standing}

  constructor(message: string, party: Party & {standing: Standing}, suggestions: string[]) {
    super('NOT_ALLOWED', message, {suggestions})
    this.party = party
  }
}

/** Codes of those who ask to be let in. */
export const openPairings = (db: SharedDatabase, now: () => number) => {
  const read = (rows: readonly unknown[]) => rows.map(row => pairingRow.parse(row))

  const waitingOf = async ({channel, kind, id}: Party): Promise<Pairing | undefined> =>
    read(
      await db.run(`select * from channel_pairings where channel = ? and kind = ? and id = ? and ${waiting}`, [
        ...[channel, kind, id, now()],
      ]),
    )[0]

  const byCode = async (code: string) =>
    read(await db.run('select * from channel_pairings where code = ?', [readCode(code)]))[0]

  /** Takes note that the bot they asked tells them to wait. What another bot told them does not count. */
  const again = async (pairing: Pairing, via: string): Promise<Asked> => {
    const rows = await db.run(
      'update channel_pairings set reminded_at = ? where code = ? and via = ? and reminded_at is null returning code',
      [now(), pairing.code, via],
    )
    return {pairing, isNew: false, isReminded: pairing.via === via && rows.length === 0}
  }

  return {
    async ask(party: Party, via: string): Promise<Asked | undefined> {
      const known = await waitingOf(party)
      if (known) return again(known, via)
      const at = now()
      const {channel, kind, id, name} = party
      await db.run(
        `delete from channel_pairings where channel = ? and ((decided is null and expires_at <= ?) or decided_at <= ?)`,
        [channel, at, at - decidedMs],
      )
      const rows = await db.run(
        `insert into channel_pairings (channel, kind, id, name, code, via, asked_at, expires_at)
         select ?, ?, ?, ?, ?, ?, cast(? as bigint), cast(? as bigint)
         where (select count(*) from channel_pairings where channel = ? and ${waiting}) < ?
         on conflict (channel, kind, id) do update
           set name = excluded.name, code = excluded.code, via = excluded.via, asked_at = excluded.asked_at,
             expires_at = excluded.expires_at, decided = null, decided_at = null, decided_by = null, members = null, told = null,
             reminded_at = null
           where channel_pairings.decided is not null or channel_pairings.expires_at <= excluded.asked_at
         returning *`,
        [channel, kind, id, cleanName(name) ?? null, newCode(), via, at, at + lifeMs, channel, at, maxWaiting],
      )
      const [pairing] = read(rows)
      if (pairing) return {pairing, isNew: true, isReminded: false}
      // Another process was faster.
      const theirs = await waitingOf(party)
      return theirs && again(theirs, via)
    },

    async list(channel: string | undefined): Promise<Pairing[]> {
      const rows = await db.run(
        `select * from channel_pairings where ${waiting} and (channel = ? or ? = 'all') order by asked_at`,
        [now(), channel ?? '', channel === undefined ? 'all' : 'one'],
      )
      return read(rows)
    },

    /** Decides, where nobody has. @returns the pairing, decided so before or now  @throws PAIRING_UNKNOWN, NOT_ALLOWED, USAGE */
    async decide(code: string, {standing, members, by}: Decision) {
      const asking = standing === 'owner' || members ? await byCode(code) : undefined
      if (asking) assertMembers(asking, members)
      if (standing === 'owner' && asking?.kind === 'group') {
        throw new EssenceError('USAGE', 'A group asks with that code, and only a person can be an owner.')
      }
      const at = now()
      const rows = await db.run(
        `update channel_pairings set decided = ?, decided_at = ?, decided_by = ?, members = ?
         where code = ? and ${waiting} returning *`,
        [standing, at, by, members ?? null, readCode(code), at],
      )
      const [decided] = read(rows)
      if (decided) return {pairing: decided, isNew: true}
      const found = await byCode(code)
      if (!found) throw unknown(`Nobody asks with the code ${readCode(code).slice(0, 16)}.`)
      if (found.decided === standing) return {pairing: found, isNew: false}
      if (found.decided) {
        const what = found.decided === 'blocked' ? 'blocked' : 'let in'
        const message = `${shownParty(found)} was ${what} already, by ${found.decidedBy}.`
        throw new DecidedOtherwise(message, {...found, standing: found.decided}, [
          'See how they stand: essence access list',
        ])
      }
      throw unknown(`The code ${found.code} of ${shownParty(found)} has expired.`)
    },

    /** Ends the asking of somebody, however else it was decided. */
    async settle({channel, kind, id}: Party, {standing, by}: Decision): Promise<void> {
      await db.run(
        `update channel_pairings set decided = ?, decided_at = ?, decided_by = ?
         where channel = ? and kind = ? and id = ? and decided is null`,
        [standing, now(), by, channel, kind, id],
      )
    },

    async untold(via: string): Promise<Pairing[]> {
      const rows = await db.run(
        `select * from channel_pairings where via = ? and ((told is null and ${waiting})
           or (decided is not null and coalesce(told, '') <> 'decided')) order by asked_at`,
        [via, now()],
      )
      return read(rows)
    },

    async told({code, decided}: Pairing): Promise<void> {
      await db.run('update channel_pairings set told = ? where code = ?', [decided ? 'decided' : 'asked', code])
    },
  }
}

const unknown = (message: string): EssenceError =>
  new EssenceError('PAIRING_UNKNOWN', message, {
    suggestions: [
      'See who asks: essence access list',
      'A code is good for an hour; whoever writes again gets a new one.',
    ],
  })
