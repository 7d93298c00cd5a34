import {shownParty} from '@essence/core/access/channel/names'
import type {Pairing} from '@essence/core/access/channel/port'
import {asksText} from '@essence/core/channel/access-words'
import {pairingQuestion} from '@essence/core/channel/commands/decide-pairing'
import type {Words} from '@essence/core/channel/words/words'
import type {Buttons} from '../buttons.ts'
import type {PendingPairing} from '../incoming.ts'
import {type Part, textParts, withButtons} from '../outgoing.ts'

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
  const buttons: Buttons = {confirmation: pairingQuestion(code), yes: words('approve'), no: words('block')}
  return withButtons(textParts(pairingText(pairing, words)), kind === 'asks' ? buttons : undefined)
}
