import type {Sent} from '../stand-in/people.ts'
import type {StandIn} from '../stand-in/stand-in.ts'
import type {ShownMessage} from '../stand-in/state.ts'

/** Who may talk to the bot: one for each conversation, so that none begins in the middle of another. */
export const people = {commands: '7001', text: '7002', voice: '7003', failures: '7004', figures: '7005', server: '7006'}

/** Who may not. */
export const stranger = '7099'

/**
 * Sends messages to the bot, one after the other, and waits until all are answered: a channel is answered in order, so what stands above
 * the answer to a last command is all there will ever be.
 * @param channel where. Default: the direct messages of the person.
 * @returns what the bot wrote there, without the last  @throws the reason of the signal
 */
export const converse = async (
  discord: StandIn,
  from: string,
  sent: readonly Omit<Sent, 'from' | 'channel'>[],
  signal: AbortSignal,
  channel = discord.directOf(from),
): Promise<{shown: ShownMessage[]; ids: string[]}> => {
  const before = discord.shownIn(channel).length
  const ids = sent.map(message => discord.userSends({...message, from, channel}))
  discord.userSends({from, channel, text: '!ping'})
  const shown = (): ShownMessage[] => discord.shownIn(channel).slice(before)
  await discord.until(() => shown().some(({text}) => text === 'Pong!'), signal)
  return {shown: shown().slice(0, -1), ids}
}

export const textsOf = (shown: readonly ShownMessage[]) => shown.map(({text}) => text)
