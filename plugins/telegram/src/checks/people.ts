import type {Sent} from '../stand-in/people.ts'
import type {StandIn} from '../stand-in/stand-in.ts'
import type {ShownMessage} from '../stand-in/state.ts'

/** Who may talk to the bot: one for each conversation, so that none begins in the middle of another. */
export const people = {commands: 7001, text: 7002, voice: 7003, failures: 7004, figures: 7005}

/** Who may not. */
export const stranger = 7099

/**
 * Sends messages to the bot, one after the other, and waits until all are answered: a chat is answered in order, so what
 * stands above the answer to a last command is all there will ever be.
 * @returns what the bot wrote into the chat, without the last  @throws the reason of the signal
 */
export const converse = async (
  telegram: StandIn,
  from: number,
  sent: readonly Omit<Sent, 'from'>[],
  signal: AbortSignal,
): Promise<{shown: ShownMessage[]; updates: number[]}> => {
  const before = telegram.shownIn(from).length
  const updates = sent.map(message => telegram.userSends({...message, from}))
  telegram.userSends({from, text: '/enough'})
  const shown = (): ShownMessage[] => telegram.shownIn(from).slice(before)
  await telegram.until(() => shown().some(({text}) => text?.startsWith('I do not know /enough')), signal)
  return {shown: shown().slice(0, -1), updates}
}

export const textsOf = (shown: readonly ShownMessage[]) => shown.map(({text, caption}) => text ?? caption)
