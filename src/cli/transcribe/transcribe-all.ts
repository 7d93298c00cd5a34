import {stat} from 'node:fs/promises'
import {dirname} from 'node:path'
import type {Settings} from '../../config/schema.ts'
import {openRecognizer} from '../../engines/recognizer.ts'
import {connectTimeoutMs} from '../../engines/remote/speech.ts'
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {makeFolder} from '../../kit/files/make-folder.ts'
import {type AudioSourceOptions, mustBeThere} from '../sound/audio-input.ts'
import {mustRecord} from '../sound/microphone.ts'
import {type TranscribeRequest, type TranscribeResult, type TranscribeScreen, transcribeOne} from './transcribe-one.ts'
import {type TranscriptOutputs, transcriptOutputs} from './transcript-outputs.ts'

export interface TranscribeFailure {
  file: string
  error: {code: string; message: string}
}

interface Signals {
  /** Cancels. */
  signal: AbortSignal
  /** Ends live sound as if it ended there. */
  ending: AbortSignal
}

/**
 * Transcribes each sound, one after the other, by one recogniser. A file that cannot be read does not keep the others from it.
 * @param report filled with a result or a failure for each, as they come, also of what was transcribed until it was stopped
 * @throws CANCELLED once the transcript so far is written; what the recogniser throws; the first failure, when all are done
 */
export const transcribeAll = async (
  request: TranscribeRequest,
  settings: Settings,
  screen: TranscribeScreen,
  {signal, ending}: Signals,
  report: (TranscribeResult | TranscribeFailure)[],
): Promise<void> => {
  const {from} = request
  const names = from === 'microphone' ? [from] : from
  const outputs = await transcriptOutputs(names, request.output, request.format)
  mustShow(request, outputs)
  if (from === 'microphone') await mustRecord()
  else if (names[0] !== undefined && names.length === 1) await mustBeThere(names[0])
  await mustHold(outputs)
  // Nothing is recorded yet that could be ended early.
  const opening = AbortSignal.any([signal, ending])
  const stt = await screen.loading('speech recognition', onProgress =>
    openRecognizer(settings, {signal: opening, onProgress, waitMs: connectTimeoutMs}),
  )
  const failures: EssenceError[] = []
  try {
    if (stt.info.demo) screen.warn(stt.info.demo)
    for (const [index, file] of names.entries()) {
      if (ending.aborted) throw stoppedBySigint()
      const choice = choiceOf(file, request, {signal, ending})
      const path = outputs.paths[index]
      const job = {stt, request, screen, format: outputs.format, path, signal, file, several: names.length > 1}
      try {
        const {stopped, ...result} = await transcribeOne(job, choice)
        report.push(result)
        if (stopped) throw stopped
      } catch (thrown) {
        screen.line.clear()
        const error = request.rawRate === undefined ? withRate(thrown) : thrown
        // It was ended before anything came.
        if (ending.aborted && isEssenceError(error) && error.code === 'AUDIO_EMPTY') throw stoppedBySigint()
        if (names.length === 1 || !ofOneFile(error)) throw error
        failures.push(error)
        report.push({file, error: {code: error.code, message: error.message}})
        screen.warn(error.message)
      }
    }
  } finally {
    screen.line.clear()
    await stt.close()
  }
  const [first] = failures
  if (first) throw new EssenceError(first.code, `${failures.length} of ${names.length} files could not be transcribed.`)
  if (ending.aborted) throw stoppedBySigint()
}

/** What has no header cannot be told from what is broken. */
const withRate = (error: unknown): unknown =>
  isEssenceError(error) && error.code === 'AUDIO_UNREADABLE'
    ? new EssenceError(error.code, error.message, {
        suggestions: [
          ...error.suggestions,
          'If it is raw PCM (16 bit, little endian, mono), say its rate: --rate 16000',
        ],
        cause: error.cause,
      })
    : error

const stoppedBySigint = (): EssenceError => new EssenceError('CANCELLED', 'Stopped by SIGINT.')

/** What was asked for must be seen somewhere. */
const mustShow = ({envelope, options, format: asked, output}: TranscribeRequest, {format}: TranscriptOutputs): void => {
  if (envelope && asked !== undefined && (output === undefined || output === '-')) {
    throw new EssenceError('USAGE', `A transcript as ${asked} and --json cannot both go to standard output.`, {
      suggestions: ['Leave one of them out, or write the transcript to a file with -o.'],
    })
  }
  if (!options.words || envelope || format === 'json' || format === 'ndjson' || format === 'vtt') return
  throw new EssenceError('USAGE', `Times of words have no place in a transcript as ${format}.`, {
    suggestions: ['Take --format json, ndjson or vtt. Subtitles are cut at the times of words where they are known.'],
  })
}

const choiceOf = (file: string, {from, rawRate, live}: TranscribeRequest, signals: Signals): AudioSourceOptions => ({
  from: from === 'microphone' ? from : {file},
  rawRate,
  live,
  ...signals,
})

/** Makes the folder of several transcripts; that of a single one must be there, which is better known before than after an hour. */
const mustHold = async ({folder, paths: [path]}: TranscriptOutputs): Promise<void> => {
  if (folder !== undefined) {
    return makeFolder(folder).catch((cause: unknown) => {
      throw new EssenceError('OUTPUT_UNWRITABLE', `The folder ${folder} for the transcripts cannot be made.`, {cause})
    })
  }
  if (path === undefined || (await stat(dirname(path)).catch(() => undefined))?.isDirectory()) return
  throw new EssenceError('OUTPUT_UNWRITABLE', `${path} cannot be written (its folder does not exist).`, {
    suggestions: ['Give another path with -o.'],
  })
}

/** The fault of one file; the next may be good. */
const ofOneFile = (error: unknown): error is EssenceError =>
  isEssenceError(error) && (error.code === 'INPUT_NOT_FOUND' || error.code.startsWith('AUDIO_'))
