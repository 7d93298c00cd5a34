import type {Clock} from '@essence/core/channel/clock'
import type {DiscordApi} from '../client/discord-api.ts'

/** It is shown for ten seconds: https://discord.com/developers/docs/resources/channel#trigger-typing-indicator */
const repeatMs = 8000

/** Shows "June is typing" until stopped. A failure is of no consequence. */
export const showTyping = (api: DiscordApi, channelId: string, clock: Clock, signal: AbortSignal): (() => void) => {
  const stopped = new AbortController()
  const either = AbortSignal.any([signal, stopped.signal])
  const repeat = async (): Promise<void> => {
    while (!either.aborted) {
      // To cut one off would cost a connection, and take nothing back.
      await api.showTyping(channelId, signal).catch(() => undefined)
      await clock.wait(repeatMs, either)
    }
  }
  void repeat()
  return () => stopped.abort('stopped')
}
