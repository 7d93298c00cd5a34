import type {Pairing} from '../access/channel/port.ts'
import type {Refusal} from './admission.ts'
import type {WordsKey} from './words/translation.ts'
import type {Words} from './words/words.ts'

/** What somebody is told whose message is not answered. */
export const refusalText = (words: Words, refusal: Refusal, about: {platform: string; id: string}): string => {
  switch (refusal.kind) {
    case 'stranger':
      return strangerText(words, refusal, about)
    case 'waiting':
      return waitingText(words, refusal.code)
    case 'blocked':
      return words('blocked')
    case 'too-many':
      return words('tooMany', {wait: refusal.retryAfterMs})
    case 'over-budget':
      return words('budgetSpent')
  }
}

/** What one who is not known is told, with what lets them in. */
const strangerText = (
  words: Words,
  {code, isGroup}: {code?: string | undefined; isGroup?: boolean | undefined},
  {platform, id}: {platform: string; id: string},
): string => {
  if (code !== undefined) {
    const how = {code, command: `essence access approve ${code}`}
    return isGroup ? words('pairingGroup', how) : `${words('pairingCode', how)}\n${words('yourId', {platform, id})}`
  }
  return isGroup ? words('pairingFull') : [words('stranger'), words('pairingFull')].join('\n')
}

const waitingText = (words: Words, code: string | undefined): string =>
  [words('pairingWaiting'), ...(code === undefined ? [] : [words('pairingStill', {code})])].join(' ')

/** What owners are asked. */
export const asksText = (words: Words, {kind, code}: Pick<Pairing, 'kind' | 'code'>, who: string): string =>
  [words(kind === 'group' ? 'asksGroup' : 'asks', {who}), words('asksCode', {code})].join('\n')

/** What an owner may use: what stands behind each command, and what it is for. */
export const adminCommands = {
  admin_block: {takes: ['argPerson', 'argReason'], about: 'commandAdminBlock'},
  admin_unblock: {takes: ['argPerson'], about: 'commandAdminUnblock'},
  admin_list_blocked: {takes: [], about: 'commandAdminListBlocked'},
  admin_clear_conversation: {takes: ['argConversation'], about: 'commandAdminClearConversation'},
  admin_clear_user: {takes: ['argPerson'], about: 'commandAdminClearUser'},
  admin_status: {takes: [], about: 'commandAdminStatus'},
  admin_message_history: {takes: [], about: 'commandAdminMessageHistory'},
  admin_help: {takes: [], about: 'commandAdminHelp'},
} as const satisfies Record<string, {takes: readonly WordsKey[]; about: WordsKey & `command${string}`}>

/** `/admin_block (id or name, reason)` */
export const usageOf = (words: Words, name: keyof typeof adminCommands): string => {
  const takes = adminCommands[name].takes.map(key => words(key)).join(', ')
  return `/${name}${takes && ` (${takes})`}`
}
