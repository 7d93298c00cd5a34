import {z} from 'zod'
import * as given from '../openai/parameters.ts'
import {soundFormat} from './sound/format.ts'

const transcription = z.strictObject({
  model: z.string().max(200).optional(),
  language: z.string().max(35).nullish(),
  prompt: z.string().max(4096).nullish(),
  keywords: z.array(z.string().min(1).max(200)).max(100).nullish(),
  delay: given.ignored,
})

const flag = z.boolean().nullish()
const ms = (max: number) => z.int().min(0).max(max).nullish()

const serverVad = z
  .strictObject({
    type: z.literal('server_vad'),
    threshold: z.number().min(0).max(1).nullish(),
    prefix_padding_ms: ms(5000),
    silence_duration_ms: ms(10_000),
    idle_timeout_ms: z.int().min(1000).max(600_000).nullish(),
    create_response: flag,
    interrupt_response: flag,
  })
  .transform(one => ({
    type: one.type,
    threshold: one.threshold ?? 0.5,
    prefix_padding_ms: one.prefix_padding_ms ?? 300,
    silence_duration_ms: one.silence_duration_ms ?? 500,
    idle_timeout_ms: one.idle_timeout_ms ?? null,
    create_response: one.create_response ?? true,
    interrupt_response: one.interrupt_response ?? true,
  }))

const semanticVad = z
  .strictObject({
    type: z.literal('semantic_vad'),
    eagerness: z.enum(['low', 'medium', 'high', 'auto']).nullish(),
    create_response: flag,
    interrupt_response: flag,
  })
  .transform(one => ({
    type: one.type,
    eagerness: one.eagerness ?? ('auto' as const),
    create_response: one.create_response ?? true,
    interrupt_response: one.interrupt_response ?? true,
  }))

const turnDetection = z.discriminatedUnion(
  'type',
  [serverVad, semanticVad],
  'server_vad, semantic_vad or null was expected',
)
export type TurnDetection = z.infer<typeof turnDetection>

const input = z.strictObject({
  format: soundFormat.optional(),
  transcription: transcription.nullish(),
  noise_reduction: z
    .strictObject({type: z.enum(['near_field', 'far_field']), strength: given.ignored})
    .nullish()
    .describe('Without effect here: the recogniser hears through noise itself'),
  turn_detection: turnDetection.nullish(),
})

const voice = z
  .union([z.string().min(1).max(200), z.strictObject({id: z.string().min(1).max(200)}).transform(({id}) => id)])
  .optional()

const output = z.strictObject({
  format: soundFormat.optional(),
  voice,
  speed: z.number().min(0.5).max(2).optional(),
})

const tool = z.strictObject({
  type: z.literal('function', 'only tools of the type function are offered'),
  ...given.functionShape,
})

const toolChoice = z.union([
  given.toolChoiceWords,
  z.strictObject({type: z.literal('function', 'only a function can be chosen'), name: z.string().min(1)}),
])

const modalities = z
  .array(z.enum(['text', 'audio']))
  .min(1)
  .max(2)

const tokens = z.union([
  z
    .int()
    .min(1)
    .max(2 ** 31 - 1),
  z.literal('inf'),
])

/** What the model is told and may do: of a session, or of one response. */
const answerShape = {
  instructions: z.string().max(256_000).optional(),
  output_modalities: modalities.optional(),
  tools: z.array(tool).max(given.maxTools).optional(),
  tool_choice: toolChoice.optional(),
  max_output_tokens: tokens.optional(),
  parallel_tool_calls: z.boolean().optional(),
  reasoning: z.strictObject({effort: given.effort}).optional(),
  prompt: z.null('prompts are not kept here').optional(),
}

const include = z.array(z.never('probabilities of tokens are not given')).nullish()

const realtimeSession = z.strictObject({
  type: z.literal('realtime'),
  model: z.string().min(1).max(200).optional(),
  ...answerShape,
  audio: z.strictObject({input: input.optional(), output: output.optional()}).optional(),
  include,
  tracing: given.ignored,
  truncation: given.ignored,
})

const transcriptionSession = z.strictObject({
  type: z.literal('transcription'),
  audio: z.strictObject({input: input.optional()}).optional(),
  include,
})

/** What a client wants of its session. */
export const sessionShape = z.discriminatedUnion(
  'type',
  [realtimeSession, transcriptionSession],
  'realtime or transcription was expected',
)
export type WantedSession = z.infer<typeof sessionShape>
export type SessionInput = z.infer<typeof input>
export type SessionOutput = z.infer<typeof output>

/** What one response is to be like, where it is not as the session's. */
export const responseShape = z.strictObject({
  ...answerShape,
  audio: z.strictObject({output: z.strictObject({format: soundFormat.optional(), voice}).optional()}).optional(),
  conversation: z.enum(['auto', 'none'], 'auto or none was expected').optional(),
  metadata: z.record(z.string().max(64), z.string().max(512)).nullish(),
  input: z.array(z.unknown()).max(1000).optional(),
})
export type WantedResponse = z.infer<typeof responseShape>
