import type {InferenceSession} from 'onnxruntime-node'
import {EssenceError} from '../kit/errors.ts'

/** What a model must take. */
export interface ExpectedInput {
  name: string
  /** What other exports of the same model call it. */
  alias?: string
  type: 'int64' | 'float32'
  /** Number of dimensions. */
  rank: number
  /** The model may do without. */
  optional?: true
}

/**
 * Holds a model to the inputs we give it: every one it takes is one of these, of that type and rank, and no needed one is missing.
 * @returns the names of the inputs it takes
 * @throws MODEL_INVALID with what was found
 */
export const checkInputs = (
  session: Pick<InferenceSession, 'inputMetadata'>,
  expected: readonly ExpectedInput[],
  what: string,
): string[] => {
  const found = new Map(session.inputMetadata.map(input => [input.name, input]))
  const fits = ({name, alias = name, type, rank, optional}: ExpectedInput): boolean => {
    const input = found.get(name) ?? found.get(alias)
    if (!input) return optional === true
    return input.isTensor && input.type === type && input.shape.length === rank
  }
  const known = new Set(expected.flatMap(({name, alias = name}) => [name, alias]))
  if (expected.every(fits) && [...found.keys()].every(name => known.has(name))) return [...found.keys()]
  const wanted = expected.map(
    ({name, alias, type, rank, optional}) =>
      `${alias ? `${name} or ${alias}` : name} (${type}, rank ${rank}${optional ? ', or none' : ''})`,
  )
  const has = session.inputMetadata.map(input =>
    input.isTensor ? `${input.name} (${input.type}, rank ${input.shape.length})` : `${input.name} (no tensor)`,
  )
  throw new EssenceError('MODEL_INVALID', `${what}: expected inputs ${wanted.join(', ')}; found ${has.join(', ')}.`)
}
