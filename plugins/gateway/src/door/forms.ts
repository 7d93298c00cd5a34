import type {Readable} from 'node:stream'
import {type EssenceError, isEssenceError} from '@essence/core/kit/errors'
import multipart from '@fastify/multipart'
import type {FastifyInstance, FastifyRequest} from 'fastify'

/** What a form may hold beside its file, on every route. */
const limits = {files: 1, fields: 64, parts: 65, fieldNameSize: 100, fieldSize: 64 * 1024, headerPairs: 64}

/** Bytes of all that together, as far as a length that is announced tells. */
const besideBytes = 2 * limits.fieldSize

const maxNameLength = 255

export interface FormOptions {
  /** Name of the part with the file. Default: whatever it is called. */
  part?: string | undefined
  /** Bytes of the file. */
  maxBytes: number
  /** Reads the file, to its end; one that is too large ends one byte later. */
  take: (file: Readable, name: string) => Promise<void>
  /** What is wrong with the form, as the route says it. */
  refusal: (message: string, how: {cause?: unknown; isMissing?: boolean}) => EssenceError
  /** @param bytes that are announced, of the whole form */
  tooLarge: (bytes: number) => EssenceError
}

/** Routes of a scope take forms, by `readForm`. */
export const takeForms = async (http: FastifyInstance): Promise<void> => {
  if (!http.hasContentTypeParser('multipart/form-data')) await http.register(multipart)
}

/**
 * Reads a form with one file; its other parts may come before or after.
 * @returns the fields by name, without `[]`; a name may come several times
 * @throws what `refusal`, `tooLarge` and `take` make, and what reads forms (its `statusCode` is 413 beyond the limits)
 */
export const readForm = async (request: FastifyRequest, options: FormOptions): Promise<Map<string, string[]>> => {
  const {part: wanted, maxBytes, take, refusal, tooLarge} = options
  const where = wanted === undefined ? '' : ` in its part "${wanted}"`
  if (!request.isMultipart())
    throw refusal(`This takes a form (multipart/form-data) with a file${where}.`, {isMissing: true})
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > maxBytes + besideBytes) throw tooLarge(announced)
  const fields = new Map<string, string[]>()
  let found = false
  try {
    const fileSize = maxBytes + 1
    const reading = {limits: {...limits, fileSize}, throwFileSizeLimit: false, preservePath: true}
    for await (const part of request.parts(reading)) {
      if (part.type === 'field') {
        if (part.valueTruncated || part.fieldnameTruncated)
          throw refusal(`The field "${part.fieldname}" is too long; at most ${limits.fieldSize} bytes are taken.`, {})
        const name = part.fieldname.replace(/\[\]$/, '')
        fields.set(name, [...(fields.get(name) ?? []), String(part.value)])
      } else if (wanted === undefined || part.fieldname === wanted) {
        const fault = nameFault(part.filename)
        if (fault) throw refusal(`The name of the file ${fault}.`, {})
        await take(part.file, part.filename)
        found = true
      } else part.file.resume()
    }
  } catch (error) {
    // What reads forms says of some faults of theirs only that they are faults.
    const isTold = isEssenceError(error) || (error as {statusCode?: number}).statusCode !== undefined
    throw isTold ? error : refusal('The form cannot be read: it is broken, or ends early.', {cause: error})
  }
  if (!found) throw refusal(`The form has no file${where}.`, {isMissing: true})
  return fields
}

const nameFault = (name: string): string | undefined => {
  if (name.length > maxNameLength) return `has ${name.length} characters; at most ${maxNameLength} are taken`
  return /[/\\\0]|^\.\.?$/.test(name) ? 'has a path in it' : undefined
}
