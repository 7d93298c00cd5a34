import {EssenceError, systemCodeOf} from '../kit/errors.ts'

const expected = [
  'A data set is a JSON file of `essence dataset`, or a folder of recordings with what is said in them: see docs/datasets.md.',
]

/** @param found what is wrong, after "…/alice.json: " */
export const invalidDataset = (path: string, found: string, suggestions = expected): EssenceError =>
  new EssenceError('DATASET_INVALID', `${path}: ${found}.`, {suggestions})

/** A file or folder that the system does not let us read. */
export const unreadable = (path: string, cause: unknown): EssenceError => {
  const code = systemCodeOf(cause)
  const message = code === 'ENOENT' ? `There is no ${path}.` : `${path} cannot be read (${code ?? cause}).`
  return new EssenceError('INPUT_NOT_FOUND', message, {cause, suggestions: expected})
}

/** @param owner what it is a recording of */
export const missingRecording = (file: string, owner: string): EssenceError =>
  new EssenceError('INPUT_NOT_FOUND', `There is no ${file}, the recording of ${owner}.`, {
    suggestions: ['Put the recording there, or take its line out.'],
  })
