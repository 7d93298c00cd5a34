import {randomBytes} from 'node:crypto'

/** `item_…`, as OpenAI's are: not to be guessed. */
export const newId = (kind: 'sess' | 'conv' | 'item' | 'resp' | 'event' | 'call'): string =>
  `${kind}_${randomBytes(12).toString('base64url')}`

/** What the server says, before it has its `event_id`. */
export type ServerEvent = {type: string} & Record<string, unknown>
