import * as z from 'zod'
import {engineSchema, quantilesSchema, runSchema} from './run.ts'

/** Time ÷ duration of the audio, of utterances about so long. */
const rtfSchema = z.object({audioMs: z.number(), runs: z.int(), rtf: quantilesSchema})

const enginesSchema = z.object({
  stt: engineSchema.extend({utterances: z.array(rtfSchema)}).optional(),
  llm: engineSchema
    .extend({
      runs: z.int(),
      /** Time to first token, ms. */
      ttft: quantilesSchema,
      tokensPerSecond: quantilesSchema,
    })
    .optional(),
  tts: engineSchema
    .extend({
      voice: z.string(),
      runs: z.int(),
      /** Time to first audio, ms. */
      ttfa: quantilesSchema,
      rtf: quantilesSchema,
    })
    .optional(),
})

/** So many turns at once. */
const concurrencySchema = z.object({
  level: z.int(),
  turns: z.int(),
  failed: z.int(),
  turnsPerSecond: z.number(),
  ttfa: quantilesSchema,
  total: quantilesSchema,
})

/** A model of the catalogue, and whether this machine would run it in real time. */
export const fitSchema = z.object({
  id: z.string(),
  kind: z.string(),
  /** `measured`: it ran; `estimated`: from what ran. */
  basis: z.enum(['measured', 'estimated']),
  /** RTF of speech models, tokens per second of language models. */
  figure: z.number(),
  unit: z.enum(['RTF', 'tokens/s']),
  realTime: z.boolean(),
  fitsMemory: z.boolean(),
})

/** What `essence bench` measured. */
export const benchReportSchema = runSchema.extend({
  kind: z.literal('bench'),
  /** Share of the processors that other programs took before it began, 0 to 1. */
  otherLoad: z.number(),
  /** Of each engine: ms of opening and bytes of memory it added to the process. */
  startUp: z.array(z.object({part: z.string(), ms: z.number(), memoryBytes: z.number()})),
  engines: enginesSchema,
  turn: z.object({runs: z.int(), stages: z.record(z.string(), quantilesSchema)}).optional(),
  concurrency: z.array(concurrencySchema),
  /** Bytes; of the GPU, where there is one whose driver tells. */
  memory: z.object({peakBytes: z.number(), gpuBytes: z.number().optional()}),
  fits: z.array(fitSchema),
  /** One line for a bug report. */
  line: z.string(),
})

export type ModelFit = z.output<typeof fitSchema>
export type BenchReport = z.output<typeof benchReportSchema>
