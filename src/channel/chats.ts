import * as z from 'zod'
import type {Settings} from '../config/schema.ts'
import {openShared} from '../store/shared/open.ts'
import {overlaps} from './delivery/adapter.ts'

/** What was chosen in a chat, and what it refused; what is absent is as the channel does it. */
export const choicesSchema = z.object({
  /** ISO 639-1 of what is spoken and written here. */
  language: z.string().optional(),
  /** Voice id of the answers. */
  voice: z.string().optional(),
  /** How answers come. Default `same`: a voice for a voice, a text for a text. */
  reply: z.enum(['same', 'voice', 'text', 'both']).optional(),
  /** Which messages of a group are for June. `mention`: those that name her; `reply`, the default: and those that answer hers. */
  hears: z.enum(['mention', 'reply', 'always']).optional(),
  /** What becomes of messages that come while she answers. Default `queue`. */
  overlap: z.enum(overlaps).optional(),
  /** What was heard is shown before the answer. Default: with the answer. */
  echo: z.boolean().optional(),
  /** When the platform refused a voice message here, and sound as a file, in ms since the epoch. */
  refusedVoiceAt: z.number().optional(),
  refusedAudioAt: z.number().optional(),
})

export type Choices = z.infer<typeof choicesSchema>

/** Whether an answer is a voice. @param wasSpoken what is answered is one */
export const isSpoken = ({reply = 'same'}: Choices, wasSpoken: boolean): boolean =>
  reply === 'same' ? wasSpoken : reply !== 'text'

/** What was chosen in the chats of one channel. */
export interface Chats {
  /** @throws STORE_UNAVAILABLE */
  of(chat: string): Promise<Choices>
  /** Changes what is given; undefined takes a choice back. @throws STORE_UNAVAILABLE, DISK_FULL */
  choose(chat: string, change: {[K in keyof Choices]?: Choices[K] | undefined}): Promise<Choices>
  close(): Promise<void>
}

/** @param channel `telegram:4711`: one of several bots of a machine  @throws STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE */
export const openChats = async (
  settings: Pick<Settings, 'JUNE_DATA_DIR' | 'POSTGRES_URL'>,
  channel: string,
): Promise<Chats> => {
  const db = await openShared({dataDir: settings.JUNE_DATA_DIR, url: settings.POSTGRES_URL})
  const of = async (chat: string): Promise<Choices> => {
    const [row] = await db.run<{chosen: string}>('select chosen from chats where channel = ? and chat = ?', [
      ...[channel, chat],
    ])
    return choicesSchema.safeParse(JSON.parse(row?.chosen ?? '{}')).data ?? {}
  }
  return {
    of,
    async choose(chat, change) {
      const chosen = choicesSchema.parse({...(await of(chat)), ...change})
      await db.run(
        `insert into chats (channel, chat, chosen) values (?, ?, ?)
         on conflict (channel, chat) do update set chosen = excluded.chosen`,
        [channel, chat, JSON.stringify(chosen)],
      )
      return chosen
    },
    close: () => db.close(),
  }
}
