import * as z from 'zod'
import {duration} from './scenario-values.ts'
import {type Step, stepsSchema} from './steps.ts'

const toolSchema = z.strictObject({
  name: z.string(),
  description: z.string().default(''),
  /** JSON Schema of its arguments. */
  parameters: z.record(z.string(), z.unknown()).default({type: 'object', properties: {}}),
  /** What it gives back, whatever it is called with. */
  returns: z.unknown(),
})

/** How the conversation is held; what is absent is as the gateway has it. */
export const sessionSchema = z.strictObject({
  /** `june`; `language-model`, the gateway's own without her memory and tools, which takes instructions and functions; or an id of `/v1/models`. */
  model: z.string().default('june'),
  turnDetection: z.enum(['semantic_vad', 'server_vad', 'none']).default('semantic_vad'),
  /** Of `semantic_vad`. */
  eagerness: z.enum(['low', 'medium', 'high', 'auto']).optional(),
  /** Of `server_vad`: ms. */
  silence: duration.optional(),
  threshold: z.number().min(0).max(1).optional(),
  format: z.enum(['pcm', 'pcmu', 'pcma']).default('pcm'),
  instructions: z.string().optional(),
  tools: z.array(toolSchema).default([]),
})

/** A scripted person, and what is expected of June. */
export const scenarioSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, {error: 'expected small letters, digits and hyphens'})
    .optional(),
  description: z.string(),
  /** ISO 639-1 of what the person says. */
  language: z.string().default('en'),
  /** Voice of the person; default that of the services. */
  voice: z.string().optional(),
  session: sessionSchema.prefault({}),
  steps: stepsSchema,
})

export type SessionOptions = z.output<typeof sessionSchema>

export interface Scenario extends Omit<z.output<typeof scenarioSchema>, 'name'> {
  name: string
  /** Where it was read from. */
  file: string
  steps: Step[]
}
