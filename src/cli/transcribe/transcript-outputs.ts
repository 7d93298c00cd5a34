import {stat} from 'node:fs/promises'
import {basename, extname, join} from 'node:path'
import {EssenceError} from '../../kit/errors.ts'
import type {TranscriptFormat} from '../../stt/transcript/transcript-writer.ts'

export interface TranscriptOutputs {
  format: TranscriptFormat
  /** Where the transcript of each sound goes, in their order; undefined is standard output. */
  paths: (string | undefined)[]
  /** The folder they lie in, which may have to be made. */
  folder?: string
}

const extensions: Record<string, TranscriptFormat> = {
  '.txt': 'text',
  '.json': 'json',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.srt': 'srt',
  '.vtt': 'vtt',
}

const extensionOf: Record<TranscriptFormat, string> = {
  text: '.txt',
  json: '.json',
  ndjson: '.ndjson',
  srt: '.srt',
  vtt: '.vtt',
}

/**
 * Decides in which format transcripts are written, and where to: one to `output`, several into a folder of that name, each
 * named after its sound.
 * @throws USAGE
 */
export const transcriptOutputs = async (
  names: readonly string[],
  output: string | undefined,
  asked: TranscriptFormat | undefined,
): Promise<TranscriptOutputs> => {
  if (output === undefined || output === '-') {
    const format = asked ?? 'text'
    if (names.length > 1 && (format === 'srt' || format === 'vtt' || format === 'json')) {
      throw new EssenceError('USAGE', `Several transcripts as ${format} cannot go to one output.`, {
        suggestions: ['Name a folder for them: -o FOLDER/'],
      })
    }
    return {format, paths: names.map(() => undefined)}
  }
  const isFolder = /[/\\]$/.test(output) || ((await stat(output).catch(() => undefined))?.isDirectory() ?? false)
  if (isFolder || names.length > 1) {
    const format = asked ?? 'text'
    const paths = names.map(name => join(output, nameIn(name) + extensionOf[format]))
    const twice = paths.find((path, index) => paths.indexOf(path) !== index)
    if (twice !== undefined) {
      throw new EssenceError('USAGE', `Two of the files would both be written to ${twice}.`, {
        suggestions: ['Transcribe them one after the other, each with its own -o.'],
      })
    }
    return {format, paths, folder: output}
  }
  const format = asked ?? extensions[extname(output).toLowerCase()]
  if (format) return {format, paths: [output]}
  throw new EssenceError('USAGE', `The format of "${output}" is not known.`, {
    suggestions: ['Name it .txt, .json, .ndjson, .srt or .vtt, or say it with --format.'],
  })
}

const nameIn = (name: string): string => {
  const base = name === '-' ? 'stdin' : basename(name)
  return base.slice(0, base.length - extname(base).length) || base
}
