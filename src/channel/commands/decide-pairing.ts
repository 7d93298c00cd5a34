import {shownParty} from '../../access/channel/names.ts'
import {DecidedOtherwise} from '../../access/channel/pairings.ts'
import type {ChannelAccess, Party} from '../../access/channel/port.ts'
import {isEssenceError} from '../../kit/errors.ts'
import type {Words} from '../words/words.ts'

/** Begins the id of the question whether somebody is let in; behind it their code. */
const own = 'pairing-'

/** Id of the question whether the one with a code is let in. */
export const pairingQuestion = (code: string): string => `${own}${code}`

/**
 * What becomes of a button below it.
 * @param by id of who pressed it
 * @returns what they are told; undefined where the question is another one
 * @throws STORE_UNAVAILABLE and the like
 */
export const decidePairing = async (
  {confirmation, accepted}: {confirmation: string; accepted: boolean},
  by: string,
  {access, channel}: {access: Pick<ChannelAccess, 'find' | 'decide'>; channel: string},
  words: Words,
): Promise<string | undefined> => {
  if (!confirmation.startsWith(own)) return undefined
  const owner = await access.find({channel, kind: 'person', id: by})
  if (owner?.standing !== 'owner') return words('onlyOwner')
  const told = (party: Party, isBlocked: boolean): string =>
    isBlocked ? words('adminBlocked', {person: shownParty(party)}) : words('approved', {who: shownParty(party)})
  try {
    const standing = accepted ? 'allowed' : 'blocked'
    const pairing = await access.decide(confirmation.slice(own.length), {standing, by: `${channel}:${by}`})
    return told(pairing, !accepted)
  } catch (error) {
    // Somebody else was faster: how they stand is said.
    if (error instanceof DecidedOtherwise) return told(error.party, error.party.standing === 'blocked')
    if (isEssenceError(error) && error.code === 'PAIRING_UNKNOWN') return words('notAsking')
    throw error
  }
}
