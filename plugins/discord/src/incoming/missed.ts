import type {Log} from '@essence/core/service/log'
import * as z from 'zod'
import type {DiscordApi} from '../client/discord-api.ts'
import {rawIdOf, snowflake} from './incoming.ts'

/** Messages of one channel that are read at most, in hundreds. */
const maxPages = 20

export interface MissedChannel {
  id: string
  isDirect?: boolean
}

const ready = z.object({guilds: z.array(z.object({id: snowflake}))})

/** Ids of the servers that Discord tells of next, in the event with which a session begins. */
export const startOf = (raw: unknown): string[] => ready.safeParse(raw).data?.guilds.map(({id}) => id) ?? []

const channel = z.object({id: snowflake, last_message_id: snowflake.nullish()})
const server = z.object({
  id: snowflake,
  channels: z.array(z.unknown()).optional(),
  threads: z.array(z.unknown()).optional(),
})

/** The channels and threads of a server whose last message is newer than `after`. */
export const newChannels = (raw: unknown, after: string): {id: string | undefined; channels: MissedChannel[]} => {
  const {data} = server.safeParse(raw)
  const channels = [...(data?.channels ?? []), ...(data?.threads ?? [])].flatMap(one => {
    const {id, last_message_id: last} = channel.safeParse(one).data ?? {}
    return id !== undefined && last && BigInt(last) > BigInt(after) ? [{id, isDirect: false}] : []
  })
  return {id: data?.id, channels}
}

/** The messages of a channel after one, oldest first, unread. @throws what the API throws */
export async function* readMissed(
  api: Pick<DiscordApi, 'messagesAfter'>,
  channelId: string,
  after: string,
  log: Log,
  signal: AbortSignal,
): AsyncGenerator<unknown> {
  let from = after
  for (let page = 0; page < maxPages; page++) {
    const messages = await api.messagesAfter(channelId, from, signal)
    yield* messages
    const last = rawIdOf(messages.at(-1))
    if (last === undefined || messages.length < 100) return
    from = last
  }
  log.warn({channelId}, 'more was missed in a channel than is read; what came later is not answered')
}
