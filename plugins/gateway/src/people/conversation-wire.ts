import type {ConversationInfo, StoredMessage} from '@essence/core/memory/port'
import {z} from 'zod'

export const conversationSchema = z.object({
  id: z.string(),
  /** As the client named it; one that fell silent and went on is several conversations. */
  session: z.string(),
  channel: z.string().optional(),
  title: z.string(),
  message_count: z.int(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
})

export const conversationToWire = (info: ConversationInfo): z.infer<typeof conversationSchema> => ({
  id: info.id,
  session: info.session.replace(/^web:/, ''),
  channel: info.channel,
  title: info.title,
  message_count: info.messages,
  created_at: info.createdAt.toISOString(),
  updated_at: info.lastAt.toISOString(),
})

export const messageSchema = z.object({
  role: z.enum(['user', 'assistant', 'tool']),
  content: z.string(),
  created_at: z.iso.datetime(),
  /** `tools`: names of the tools that it calls, or whose answer it is. */
  metadata: z.object({id: z.string(), ordinal: z.int(), tools: z.array(z.string()).optional()}),
})

export const messageToWire = (message: StoredMessage): z.infer<typeof messageSchema> => {
  const {id, ordinal, role, content, createdAt, tools} = message
  return {role, content, created_at: createdAt.toISOString(), metadata: {id, ordinal, tools}}
}
