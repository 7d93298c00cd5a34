import * as z from 'zod'

/** p50, p95 and the largest of a set of figures; ms unless said otherwise. */
export const quantilesSchema = z.object({p50: z.number(), p95: z.number(), max: z.number()})

/** The machine a run was made on. */
export const machineSchema = z.object({
  /** `AMD EPYC 9654`, as the system names it. */
  cpu: z.string(),
  cores: z.int(),
  memoryBytes: z.int(),
  /** `linux x64`. */
  platform: z.string(),
  /** Version of Node.js. */
  node: z.string(),
  gpu: z.object({name: z.string(), memoryBytes: z.int(), driver: z.string().optional()}).optional(),
})

/** A file of a model. */
export const modelFileSchema = z.object({name: z.string(), bytes: z.int(), sha256: z.string()})

/** An engine, as its service tells. */
export const engineSchema = z.object({
  engine: z.string(),
  model: z.string(),
  device: z.string(),
  /** Empty where its service does not tell which files it opened. */
  files: z.array(modelFileSchema),
})

/** What every report begins with. */
export const runSchema = z.object({
  version: z.literal(1),
  /** Version of Essence. */
  essence: z.string(),
  /** ISO 8601. */
  startedAt: z.string(),
  durationMs: z.number(),
  /** The command line that makes it again. */
  command: z.string().optional(),
  /** Why it ended before its end, where it did. */
  partial: z.string().optional(),
  machine: machineSchema,
})

export type Run = z.output<typeof runSchema>
export type Quantiles = z.output<typeof quantilesSchema>
export type MachineInfo = z.output<typeof machineSchema>
export type ModelFile = z.output<typeof modelFileSchema>
export type EngineReport = z.output<typeof engineSchema>
