import {shownParty} from '@essence/core/access/channel/names'
import type {ChannelAccess, Pairing} from '@essence/core/access/channel/port'
import {asksText} from '@essence/core/channel/access-words'
import type {Words} from '@essence/core/channel/words/words'
import {isEssenceError} from '@essence/core/kit/errors'
import type {PendingPairing} from '../incoming/incoming.ts'
import {type Part, textParts, withButtons} from '../outgoing/parts.ts'

/** Begins the id of the question whether somebody is let in; behind it their code. */
const own = 'pairing-'

/** What somebody is to be told of a pairing. @param channelId of the conversation with them alone */
export const pendingPairing = (
  kind: 'asks' | 'let-in',
  {userId, channelId}: {userId: string; channelId: string},
  pairing: Pairing,
): PendingPairing => ({channelId, userId, content: {kind, code: pairing.code, who: shownParty(pairing)}})

/** What it says. */
export const pairingText = ({content: {kind, code, who}}: PendingPairing, words: Words): string =>
  kind === 'asks' ? asksText(words, {kind: 'person', code}, who) : words('pairingApproved')

export const pairingParts = (pairing: PendingPairing, words: Words): Part[] => {
  const {userId, content} = pairing
  const buttons = {confirmation: `${own}${content.code}`, userId, yes: words('approve'), no: words('block')}
  return withButtons(textParts(pairingText(pairing, words)), content.kind === 'asks' ? buttons : undefined)
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
  const owner = await access.find({channel: 'discord', kind: 'person', id: by})
  if (owner?.standing !== 'owner') return words('onlyOwner')
  try {
    const standing = accepted ? 'allowed' : 'blocked'
    const pairing = await access.decide(confirmation.slice(own.length), {standing, by: `discord:${by}`})
    const person = shownParty(pairing)
    return accepted ? words('approved', {who: person}) : words('adminBlocked', {person})
  } catch (error) {
    if (isEssenceError(error) && error.kind === 'user') return error.message
    throw error
  }
}
