import type {SharedDatabase, Statement} from '../../store/shared/shared.ts'
import type {GroupMove} from './port.ts'

interface Chosen {
  channel: string
  chat: string
  chosen: string
}

const ofGroup = "channel = ? and kind = 'group' and id = ?"
const party = `select 1 from channel_parties where ${ofGroup}`
const pairing = `select 1 from channel_pairings where ${ofGroup}`

/** Groups that have another id by now. */
export const openMoves = (db: SharedDatabase) => ({
  /** @param at ms since the epoch @returns whether anything was known of it */
  async move({channel, from, to}: GroupMove, at: number): Promise<boolean> {
    if (from === to) return false
    const [old, its] = [
      [channel, from],
      [channel, to],
    ] as const
    const known = await db.run(`${party} union all ${pairing}`, [...old, ...old])
    if (known.length === 0) return false
    await db.all([
      [
        'insert into channel_moves (channel, was, now, at) values (?, ?, ?, ?) on conflict (channel, was) do nothing',
        [channel, from, to, at],
      ],
      // Who was unblocked and is nothing else is not known.
      [`delete from channel_parties where ${ofGroup} and standing = 'none'`, its],
      [`update channel_parties set id = ? where ${ofGroup} and not exists (${party})`, [to, ...old, ...its]],
      [`delete from channel_parties where ${ofGroup}`, old],
      // It asked again under its new id, and need not.
      [`delete from channel_pairings where ${ofGroup} and exists (${party})`, [...its, ...its]],
      [`update channel_pairings set id = ? where ${ofGroup} and not exists (${pairing})`, [to, ...old, ...its]],
      [`delete from channel_pairings where ${ofGroup}`, old],
      ...(await choicesMoved(db, {channel, from, to})),
    ])
    return true
  },

  async idsOf({channel, id}: {channel: string; id: string}): Promise<{now: string; first: string}> {
    const rows = await db.run<{was: string; now: string}>(
      'select was, now from channel_moves where channel = ? and (was = ? or now = ?)',
      [channel, id, id],
    )
    return {now: rows.find(({was}) => was === id)?.now ?? id, first: rows.find(({now}) => now === id)?.was ?? id}
  },
})

/** What moves of the choices: those of each bot; what was chosen under the new id is the later word. */
const choicesMoved = async (db: SharedDatabase, {channel, from, to}: GroupMove): Promise<Statement[]> => {
  const rows = await db.run<Chosen>('select channel, chat, chosen from chats where channel like ? and chat in (?, ?)', [
    `${channel}:%`,
    from,
    to,
  ])
  return rows
    .filter(({chat}) => chat === from)
    .flatMap(({channel: bot, chosen}): Statement[] => {
      const later = rows.find(row => row.channel === bot && row.chat === to)?.chosen ?? '{}'
      const together = JSON.stringify({...JSON.parse(chosen), ...JSON.parse(later)})
      return [
        [
          `insert into chats (channel, chat, chosen) values (?, ?, ?)
           on conflict (channel, chat) do update set chosen = excluded.chosen`,
          [bot, to, together],
        ],
        ['delete from chats where channel = ? and chat = ?', [bot, from]],
      ]
    })
}
