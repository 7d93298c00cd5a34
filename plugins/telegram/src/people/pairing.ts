import {shownParty} from '@essence/core/access/channel/names'
import type {ChannelAccess, Pairing} from '@essence/core/access/channel/port'
import {asksText} from '@essence/core/channel/access-words'
import type {Words} from '@essence/core/channel/words/words'
import {isEssenceError} from '@essence/core/kit/errors'
import type {Buttons} from '../buttons.ts'
import type {PendingPairing} from '../incoming.ts'
import {type Part, textParts, withButtons} from '../outgoing.ts'

/** Begins the id of the question whether somebody is let in; behind it their code. */
const own = 'pairing-'

/** What an owner is to be told. A private chat has the id of its person. */
export const askedOwner = (owner: string, pairing: Pairing): PendingPairing => pending('asks', owner, owner, pairing)

/** What one who was let in is to be told, where they asked. */
export const letIn = (pairing: Pairing): PendingPairing => pending('let-in', pairing.id, pairing.id, pairing)

const pending = (kind: 'asks' | 'let-in', chat: string, userId: string, pairing: Pairing): PendingPairing => ({
  chatId: Number(chat),
  userId,
  content: {kind, code: pairing.code, party: pairing.kind, who: shownParty(pairing)},
})

/** What it says. */
export const pairingText = ({content: {kind, code, party, who}}: PendingPairing, words: Words): string => {
  if (kind === 'asks') return asksText(words, {kind: party, code}, who)
  return words(party === 'group' ? 'pairingGroupApproved' : 'pairingApproved')
}

export const pairingParts = (pairing: PendingPairing, words: Words): Part[] => {
  const {kind, code} = pairing.content
  const buttons: Buttons = {confirmation: `${own}${code}`, yes: words('approve'), no: words('block')}
  return withButtons(textParts(pairingText(pairing, words)), kind === 'asks' ? buttons : undefined)
}

/**
 * What becomes of a button below it.
 * @returns undefined where the question is another one
 * @throws STORE_UNAVAILABLE and the like
 */
export const decidePairing = async (
  {confirmation, accepted}: {confirmation: string; accepted: boolean},
  by: string,
  access: ChannelAccess,
  words: Words,
): Promise<string | undefined> => {
  if (!confirmation.startsWith(own)) return undefined
  const owner = await access.find({channel: 'telegram', kind: 'person', id: by})
  if (owner?.standing !== 'owner') return words('onlyOwner')
  const code = confirmation.slice(own.length)
  try {
    const standing = accepted ? 'allowed' : 'blocked'
    const pairing = await access.decide(code, {standing, by: `telegram:${by}`})
    const person = shownParty(pairing)
    return accepted ? words('approved', {who: person}) : words('adminBlocked', {person})
  } catch (error) {
    if (isEssenceError(error) && error.kind === 'user') return error.message
    throw error
  }
}
