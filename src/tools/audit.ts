import {randomUUID} from 'node:crypto'
import type {AskStore} from '../store/ask-store.ts'
import type {Cipher} from '../store/encryption/cipher.ts'
import {toolCalls} from '../store/schema.ts'
import type {ToolContext} from './port.ts'

export interface AuditedCall {
  context: Pick<ToolContext, 'speaker' | 'session' | 'channel'>
  tool: string
  arguments: string
  /** `refused`: the person said no. */
  outcome: 'result' | 'error' | 'confirm' | 'refused' | 'timeout' | 'cancelled'
  /** What went wrong. */
  detail?: string | undefined
  ms: number
}

const argumentCharacters = 10_000
const detailCharacters = 500

/** PostgreSQL's text has no NUL, and no half of a surrogate pair. */
export const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed()

/** Notes a call. @throws STORE_UNAVAILABLE */
export const audit = async (
  ask: AskStore,
  cipher: Cipher,
  {context: {speaker, session, channel}, tool, arguments: given, outcome, detail, ms}: AuditedCall,
): Promise<void> => {
  const row = {id: randomUUID(), speaker}
  const seal = (text: string, column: 'tool_calls.arguments' | 'tool_calls.detail'): string =>
    cipher.seal(storable(text), column, row)
  await ask(db =>
    db.insert(toolCalls).values({
      ...row,
      session,
      channel,
      tool: storable(tool.slice(0, 200)),
      arguments: seal(given.slice(0, argumentCharacters), 'tool_calls.arguments'),
      outcome,
      detail: detail && seal(detail.slice(0, detailCharacters), 'tool_calls.detail'),
      ms: Math.round(ms),
    }),
  )
}
