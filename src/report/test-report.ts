import * as z from 'zod'
import {conversationsSchema} from './conversation-report.ts'
import {engineSchema, quantilesSchema, runSchema} from './run.ts'

export const lengthClasses = ['short', 'medium', 'long'] as const

/** A word that was said, beside what was heard for it; one of the two is missing where it was left out or put in. */
const alignedWordSchema = z.object({said: z.string().optional(), heard: z.string().optional()})

/** One conversion: what was said, and what was heard, both as they were written. Counts are of the normalised texts. */
const conversionSchema = z.object({
  said: z.string(),
  heard: z.string(),
  words: z.int(),
  wordErrors: z.int(),
  characters: z.int(),
  characterErrors: z.int(),
  exact: z.boolean(),
  /** 0 to 1. */
  similarity: z.number(),
  /** Normalised words. */
  diff: z.array(alignedWordSchema),
})

const caseSchema = z.object({
  id: z.string(),
  text: z.string(),
  lengthClass: z.enum(lengthClasses),
  /** Why the case has no result. */
  failure: z.string().optional(),
  /** Text → synthesis → audio → the gateway's recognition → text. */
  input: conversionSchema.optional(),
  /** The gateway's answer → its synthesis → audio → recognition → text. */
  output: conversionSchema.optional(),
  /** ms by stage, in order. */
  times: z.record(z.string(), z.number()),
  /** Kept audio, as paths from the folder of the report. */
  audio: z.object({input: z.string().optional(), output: z.string().optional()}).optional(),
})

/** Figures of several conversions. Rates and shares are 0 to 1; rates may be above 1. */
const summarySchema = z.object({
  cases: z.int(),
  /** Without a result; not in the rates. */
  failed: z.int(),
  words: z.int(),
  wer: z.number(),
  /** 95 % confidence interval of `wer`. */
  werLow: z.number(),
  werHigh: z.number(),
  cer: z.number(),
  /** Share that is the same after normalisation. */
  exact: z.number(),
  /** Mean similarity. */
  similarity: z.number(),
  /** Share with a similarity of at least 0.8. */
  similar: z.number(),
})

const byLengthSchema = z.object({
  all: summarySchema,
  short: summarySchema.optional(),
  medium: summarySchema.optional(),
  long: summarySchema.optional(),
})

const roundTripSchema = z.object({
  dataset: z.object({
    name: z.string(),
    source: z.string(),
    phrases: z.int(),
    seed: z.int().optional(),
    sha256: z.string(),
  }),
  concurrency: z.int(),
  voice: z.string().optional(),
  input: byLengthSchema,
  output: byLengthSchema,
  /** What was allowed, and where that comes from. */
  thresholds: z.object({
    row: z.string(),
    wer: z.object({all: z.number(), short: z.number(), medium: z.number(), long: z.number()}),
    /** Share of cases. */
    failed: z.number(),
  }),
  /** ms by stage. */
  stages: z.record(z.string(), quantilesSchema),
  cases: z.array(caseSchema),
})

const checkSchema = z.object({
  service: z.string(),
  /** What was reached: `Recognize`, `GET /health`. */
  name: z.string(),
  ok: z.boolean(),
  ms: z.number(),
  /** Why not. */
  detail: z.string().optional(),
})

const testedServiceSchema = z.object({
  name: z.string(),
  mode: z.enum(['mock', 'real']),
  /** Why in this mode: "JUNE_TEST_MODE=mock". */
  why: z.string(),
  /** It ran already. */
  running: z.boolean(),
  url: z.string().optional(),
  startMs: z.number().optional(),
  engine: engineSchema.optional(),
})

/** What `essence test` found in one mode. */
export const testReportSchema = runSchema.extend({
  kind: z.literal('test'),
  mode: z.enum(['mock', 'stt_tts_roundtrip', 'conversation']),
  passed: z.boolean(),
  /** Why it did not pass, for people. */
  reasons: z.array(z.string()),
  seed: z.int(),
  services: z.array(testedServiceSchema),
  checks: z.array(checkSchema),
  roundTrip: roundTripSchema.optional(),
  conversations: conversationsSchema.optional(),
})

export type LengthClass = (typeof lengthClasses)[number]
export type AlignedWord = z.output<typeof alignedWordSchema>
export type Conversion = z.output<typeof conversionSchema>
export type TestCase = z.output<typeof caseSchema>
export type AccuracySummary = z.output<typeof summarySchema>
export type AccuracyByLength = z.output<typeof byLengthSchema>
export type RoundTrip = z.output<typeof roundTripSchema>
export type Check = z.output<typeof checkSchema>
export type TestedService = z.output<typeof testedServiceSchema>
export type TestReport = z.output<typeof testReportSchema>
