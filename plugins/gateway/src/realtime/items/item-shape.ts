import {z} from 'zod'

const text = z.string().max(1_000_000)

const common = {
  id: z.string().min(1).max(64).optional(),
  object: z.literal('realtime.item').optional(),
  status: z.enum(['completed', 'incomplete', 'in_progress']).optional(),
}

const written = z.strictObject({type: z.literal('input_text'), text})

/** Sound in an item is not heard: what was said in it has to be there. */
const heard = z.strictObject({
  type: z.literal('input_audio'),
  transcript: z
    .string('sound is taken by input_audio_buffer.append; an item of it needs its transcript')
    .max(1_000_000),
  audio: z.string().nullish(),
})

const said = z.discriminatedUnion('type', [
  z.strictObject({type: z.literal('output_text'), text}),
  z.strictObject({type: z.literal('output_audio'), transcript: text, audio: z.string().nullish()}),
])

const message = z.discriminatedUnion(
  'role',
  [
    z.strictObject({
      ...common,
      type: z.literal('message'),
      role: z.literal('user'),
      content: z
        .array(
          z.discriminatedUnion(
            'type',
            [written, heard],
            'input_text or input_audio was expected: no pictures are looked at',
          ),
        )
        .min(1),
    }),
    z.strictObject({
      ...common,
      type: z.literal('message'),
      role: z.literal('system'),
      content: z.array(written).min(1),
    }),
    z.strictObject({
      ...common,
      type: z.literal('message'),
      role: z.literal('assistant'),
      content: z.array(said).min(1),
    }),
  ],
  'user, assistant or system was expected',
)

/** An item as a client makes it. */
export const itemShape = z.discriminatedUnion(
  'type',
  [
    message,
    z.strictObject({
      ...common,
      type: z.literal('function_call'),
      call_id: z.string().min(1).max(64).optional(),
      name: z.string().min(1).max(64),
      arguments: text,
    }),
    z.strictObject({
      ...common,
      type: z.literal('function_call_output'),
      call_id: z.string().min(1).max(64),
      output: text,
    }),
  ],
  'message, function_call or function_call_output was expected',
)
export type WantedItem = z.infer<typeof itemShape>

/** An item of a conversation that is there already. */
export const referenceShape = z.strictObject({type: z.literal('item_reference'), id: z.string().min(1)})
