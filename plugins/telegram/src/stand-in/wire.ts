import type {ServerResponse} from 'node:http'
import {multipartParts} from './multipart.ts'
import type {Refusal} from './refusal.ts'

/** What a call is answered with: JSON, or the bytes of a file. */
export type Outcome = {status: number; body: object} | {file: Buffer}

/** An error as the Bot API answers it. */
export const refusal = ({status, message, retryAfter, movedTo}: Refusal): Outcome => {
  const more = {
    ...(retryAfter === undefined ? {} : {retry_after: retryAfter}),
    ...(movedTo === undefined ? {} : {migrate_to_chat_id: movedTo}),
  }
  const parameters = Object.keys(more).length === 0 ? {} : {parameters: more}
  return {status, body: {ok: false, error_code: status, description: message, ...parameters}}
}

export const send = (response: ServerResponse, outcome: Outcome): void => {
  if ('body' in outcome) {
    const {status, body} = outcome
    response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(body))
    return
  }
  // Chunked, without a length: a client that believes headers learns nothing here.
  response.writeHead(200, {'content-type': 'application/octet-stream'})
  const {file} = outcome
  for (let sent = 0; sent < file.length; sent += 65_536) response.write(file.subarray(sent, sent + 65_536))
  response.end()
}

/** What a call asks with, and the files that came with it. */
export const readBody = (
  body: Buffer,
  type: string,
): {payload: Record<string, unknown>; files: Map<string, Buffer>} => {
  if (!type.startsWith('multipart/')) return {payload: body.length ? JSON.parse(body.toString()) : {}, files: new Map()}
  const files = multipartParts(body, type)
  return {payload: Object.fromEntries([...files].map(([key, value]) => [key, parsed(value.toString())])), files}
}

/** Fields of a form are texts; objects among them are JSON. */
const parsed = (value: string): unknown => {
  try {
    return /^[[{]/.test(value) ? JSON.parse(value) : value
  } catch {
    return value
  }
}
