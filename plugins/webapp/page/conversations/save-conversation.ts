import {ask} from '../server/ask.ts'
import {refusal} from '../server/june-error.ts'
import {personName} from '../server/person-name.ts'
import type {ConversationInfo} from './conversation-info.ts'

/** Saves all that was said in a conversation as a file of the person's. @throws JuneError */
export const saveConversation = async ({id, title}: ConversationInfo, format: 'json' | 'txt'): Promise<void> => {
  const response = await ask(`/conversations/${encodeURIComponent(personName())}/${id}/export?format=${format}`)
  if (!response.ok) throw await refusal(response)
  const url = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = `${fileName(title) || id}.${format}`
  link.click()
  // The browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

const fileName = (title: string): string =>
  title
    .replace(/[^\p{L}\p{N}\p{M} _-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
