import * as z from 'zod'
import {type KnownParty, memberRules, type Pairing, partyKinds, standings} from './port.ts'

const moment = z.number().transform(ms => new Date(ms))
const word = z
  .string()
  .nullish()
  .transform(text => text ?? undefined)
const members = z
  .enum(memberRules)
  .nullish()
  .transform(rule => rule ?? undefined)
const party = {channel: z.string(), kind: z.enum(partyKinds), id: z.string(), name: word}

/** A row of `channel_parties`; `none`: known by name alone. */
export const partyRow = z
  .object({...party, standing: z.enum([...standings, 'none']), members, since: moment, by_whom: word, reason: word})
  .transform(({by_whom: by, standing, ...row}): KnownParty | undefined =>
    standing === 'none' ? undefined : {...row, standing, by},
  )

/** A row of `channel_pairings`. */
export const pairingRow = z
  .object({
    ...party,
    code: z.string(),
    via: z.string(),
    asked_at: moment,
    expires_at: moment,
    decided: z
      .enum(standings)
      .nullish()
      .transform(standing => standing ?? undefined),
    decided_at: moment.nullish(),
    decided_by: word,
    members,
  })
  .transform(
    ({asked_at: askedAt, expires_at: expiresAt, decided_at, decided_by: decidedBy, members, ...row}) =>
      ({...row, askedAt, expiresAt, decidedBy, decidedAt: decided_at ?? undefined, members}) satisfies Pairing,
  )
