import {z} from 'zod'
import {namedFault, refusal} from '../openai/errors.ts'
import {itemShape} from './items/item-shape.ts'
import {responseShape, sessionShape} from './session-shape.ts'

const event = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.strictObject({type: z.literal(type), event_id: z.string().max(512).nullish(), ...shape})

const itemId = z.string().min(1).max(64)

const clientEvent = z.discriminatedUnion('type', [
  event('session.update', {session: sessionShape}),
  event('input_audio_buffer.append', {audio: z.string()}),
  event('input_audio_buffer.commit', {}),
  event('input_audio_buffer.clear', {}),
  event('conversation.item.create', {item: itemShape, previous_item_id: z.string().max(64).nullish()}),
  event('conversation.item.retrieve', {item_id: itemId}),
  event('conversation.item.delete', {item_id: itemId}),
  event('conversation.item.truncate', {
    item_id: itemId,
    content_index: z.int().min(0),
    audio_end_ms: z.int().min(0),
  }),
  event('response.create', {response: responseShape.nullish()}),
  event('response.cancel', {response_id: z.string().max(64).nullish()}),
  event('output_audio_buffer.clear', {}),
])
export type ClientEvent = z.infer<typeof clientEvent>

const types = clientEvent.options.map(option => option.shape.type.value)

/** What a frame says, as far as it can be read: its error names it. */
export interface ReadFrame {
  eventId: string | undefined
  /** @throws USAGE, which names the parameter at fault */
  event: () => ClientEvent
}

/** @throws USAGE (no JSON object) */
export const readFrame = (bytes: Buffer): ReadFrame => {
  const said = objectOf(bytes.toString())
  const eventId = typeof said['event_id'] === 'string' ? said['event_id'].slice(0, 512) : undefined
  return {eventId, event: () => checked(said)}
}

const objectOf = (text: string): Record<string, unknown> => {
  let said: unknown
  try {
    said = JSON.parse(text)
  } catch {
    throw refusal('This frame is not JSON.', {fault: 'invalid_json'})
  }
  if (typeof said === 'object' && said !== null && !Array.isArray(said)) return said as Record<string, unknown>
  throw refusal('This frame is not a JSON object.', {fault: 'invalid_json'})
}

const checked = (said: Record<string, unknown>): ClientEvent => {
  const {type} = said
  if (typeof type !== 'string' || !(types as string[]).includes(type)) {
    const found = JSON.stringify(type)?.slice(0, 80) ?? 'none'
    throw refusal(`There is no client event of the type ${found}; there is ${types.join(', ')}.`, {
      param: 'type',
      fault: 'invalid_value',
    })
  }
  return shaped(clientEvent, said)
}

/** What was given, in its shape. @throws USAGE, which names the parameter at fault */
export const shaped = <T>(shape: z.ZodType<T>, given: unknown, at: readonly string[] = []): T => {
  const result = shape.safeParse(given)
  if (result.success) return result.data
  const validation = result.error.issues.map(({path, message, ...params}) => ({
    instancePath: ['', ...at, ...path.map(String)].join('/'),
    message,
    params,
  }))
  throw namedFault({validation})
}
