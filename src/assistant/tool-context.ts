import type {ToolContext} from '../tools/port.ts'
import type {AssistantRequest} from './port.ts'

/** For whom, and where, the tools of an answer are called. */
export const contextOf = ({
  speaker,
  session,
  channel = 'unknown',
  language,
  documents,
  text,
  signal,
}: AssistantRequest): ToolContext => ({
  speaker,
  session,
  channel,
  language,
  documents,
  said: text,
  signal,
})
