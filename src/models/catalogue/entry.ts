import * as z from 'zod'

export const modelKinds = ['stt', 'llm', 'tts', 'vad', 'embedding'] as const
export type ModelKind = (typeof modelKinds)[number]

export const profileNames = ['light', 'starter', 'gpu-8', 'gpu-24', 'spark'] as const
export type ProfileName = (typeof profileNames)[number]

/** `organisation/name@revision`, as a model outside the catalogue is called. */
export const allowedName = /^([\w.-]+\/[\w.-]+)@(.+)$/

const repository = z.string().regex(/^[\w.-]+\/[\w.-]+$/)

/** Branch, tag or commit. It becomes a path below `refs/` on this machine. */
export const revisionName = z
  .string()
  .regex(/^[\w.-]+(\/[\w.-]+)*$/)
  .refine(name => name.split('/').every(step => step !== '.' && step !== '..'))

/**
 * A path inside a repository: relative, forward slashes, no step upward, nothing a terminal would act on. It becomes a
 * path on this machine.
 */
export const repositoryPath = z
  .string()
  .min(1)
  .max(1024)
  .refine(
    path =>
      !/[\\:\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(path) &&
      path.split('/').every(step => step !== '' && step !== '.' && step !== '..'),
  )

/** One row of the catalogue: a model, where its files are, and what it needs. */
export const modelEntrySchema = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/),
  kind: z.enum(modelKinds),
  /** Which of our engines loads it. */
  engine: z.enum(['whisper.cpp', 'parakeet.cpp', 'llama.cpp', 'kokoro', 'piper', 'jets', 'silero-onnx']),
  /** `organisation/name` on the hub. */
  repo: repository,
  /** Branch, tag or commit. What it meant at the first download is kept in models.lock.json. */
  revision: revisionName,
  /** The first file is the one the engine is given. Sizes are approximate; the hub says the exact ones. */
  files: z.array(z.object({path: repositoryPath, bytes: z.int().positive()})).min(1),
  /** Memory (of the GPU, or of the machine where the CPU computes) the engine needs with it, in bytes, roughly. */
  memoryBytes: z.int().positive(),
  /** Language codes, or `multilingual`. */
  languages: z.array(z.string().regex(/^(multilingual|[a-z]{2}(-[A-Z]{2})?)$/)).min(1),
  /** SPDX identifier, or a name in words. */
  licence: z.string().min(1),
  /** Profiles whose `--all` installs it. */
  profiles: z.array(z.enum(profileNames)),
  /** Other names by which settings may ask for it. Several entries may answer to one: the first installed one is taken. */
  aliases: z.array(z.string()),
  /** `general.architecture` of a GGUF file: what llama.cpp has to know to load it. */
  architecture: z.string().optional(),
  /** Day on which the row was compared with what is published. */
  checked: z.iso.date(),
  /** What of it was not seen on pages of its publisher that day, but only where others name it. */
  unseen: z.array(z.enum(['file', 'size', 'licence'])),
  /** What else people should know before they choose it. */
  note: z.string().optional(),
})

export type ModelEntry = z.infer<typeof modelEntrySchema>

/** Approximate bytes of all files of an entry. */
export const bytesOf = (entry: ModelEntry): number => entry.files.reduce((sum, {bytes}) => sum + bytes, 0)
