import {EssenceError} from '@essence/core/kit/errors'
import {typed} from '../client-message.ts'
import {type ClientFrame, clientFrame} from './frames.ts'

/** @throws USAGE */
export const readFrame = (bytes: Buffer): ClientFrame => {
  const said = typed(parsed(bytes.toString()))
  const result = clientFrame.safeParse(said)
  if (result.success) return result.data
  const [issue] = result.error.issues
  if (issue?.code === 'invalid_union') throw usage(`Unknown message type: ${shown((said as {type?: unknown}).type)}`)
  throw usage(`This is not a message: ${issue?.path.join('.') || 'frame'}: ${issue?.message}.`)
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw usage('This frame is not JSON.')
  }
}

const shown = (value: unknown): string =>
  (typeof value === 'string' ? value : String(JSON.stringify(value))).slice(0, 80)

const usage = (message: string): EssenceError =>
  new EssenceError('USAGE', message, {suggestions: ['Send {"type": "text", "text": "…"}.']})
