import {shownParty} from '@essence/core/access/channel/names'
import type {Pairing} from '@essence/core/access/channel/port'
import {asksText} from '@essence/core/channel/access-words'
import {pairingQuestion} from '@essence/core/channel/commands/decide-pairing'
import type {Words} from '@essence/core/channel/words/words'
import type {PendingPairing} from '../incoming/incoming.ts'
import {type Part, textParts, withButtons} from '../outgoing/parts.ts'

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
  const buttons = {confirmation: pairingQuestion(content.code), userId, yes: words('approve'), no: words('block')}
  return withButtons(textParts(pairingText(pairing, words)), content.kind === 'asks' ? buttons : undefined)
}
