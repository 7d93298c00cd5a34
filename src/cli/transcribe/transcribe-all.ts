import {stat} from 'node:fs/promises'
import {dirname} from 'node:path'
import {probedDuration} from '../../audio/decode/probed-duration.ts'
import type {EngineInfo} from '../../compute/engine-info.ts'
import type {Settings} from '../../config/schema.ts'
import {openRecognizer} from '../../engines/recognizer.ts'
import {connectTimeoutMs} from '../../engines/remote.ts'
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {makeFolder} from '../../kit/files/make-folder.ts'
import type {SpeechToText, StreamOptions, Transcript} from '../../stt/port.ts'
import {type Transcription, transcribeSound} from '../../stt/transcript/transcribe-sound.ts'
import {type TranscriptFormat, transcriptWriter} from '../../stt/transcript/transcript-writer.ts'
import {type AudioSourceOptions, mustBeThere, type OpenAudioSource, openAudioSource} from '../sound/audio-input.ts'
import {mustRecord} from '../sound/microphone.ts'
import type {StatusLine} from '../status-line.ts'
import {writeOutput} from '../write-output.ts'
import {interimView, transcriptionProgress} from './progress.ts'
import {type TranscriptOutputs, transcriptOutputs} from './transcript-outputs.ts'

export interface TranscribeRequest {
  /** Paths, or `-`; `microphone` instead of any. */
  from: string[] | 'microphone'
  /** Hz of raw PCM; absent for containers. */
  rawRate?: number | undefined
  /** Recognise while the sound arrives. */
  live: boolean
  format?: TranscriptFormat | undefined
  /** A file, or a folder for several. */
  output?: string | undefined
  /** The results are shown by themselves (`--json`): nothing is printed but the report. */
  envelope: boolean
  /** Word times, translation, hot words and the like. */
  options: Omit<StreamOptions, 'signal' | 'interim'>
}

/** Where what happens is shown. */
export interface TranscribeScreen {
  line: StatusLine
  /** A result, for standard output. */
  print(text: string): Promise<void> | void
  note(text: string): void
  warn(text: string): void
  /** Says what is loaded while it is. */
  loading<T>(what: string, open: (onProgress: (message: string) => void) => Promise<T>): Promise<T>
}

export interface TranscribeResult extends Transcript {
  file: string
  /** ms it took. */
  sttMs: number
  engine: EngineInfo
  /** The file the transcript was written to. */
  output?: string | undefined
}

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

interface Job {
  stt: SpeechToText
  request: TranscribeRequest
  screen: TranscribeScreen
  format: TranscriptFormat
  path: string | undefined
  file: string
  /** Whether others share the output. */
  several: boolean
  signal: AbortSignal
}

const transcribeOne = async (
  job: Job,
  choice: AudioSourceOptions,
): Promise<TranscribeResult & {stopped: Error | undefined}> => {
  const {stt, request, screen, format, path, file, several, signal} = job
  const started = performance.now()
  const sound = await openAudioSource(choice)
  if (several && path === undefined && format === 'text') await screen.print(`==> ${file} <==\n`)
  const live = request.live || choice.from === 'microphone'
  if (live) screen.note(`Listening${sound.recorder ? ` through ${sound.recorder}` : ''}; Ctrl-C ends.`)
  const subtitled = format === 'srt' || format === 'vtt'
  const writer = transcriptWriter(format, request.options.words ?? false, several ? file : undefined)
  const texts = transcribeSound(stt, sound.pieces, writer, {
    ...request.options,
    // Subtitles are cut where words begin, if the recogniser knows.
    words: request.options.words || (subtitled && stt.abilities.words),
    interim: live,
    packUtterances: !live,
    signal,
    ...(live ? interimView(screen.line) : await progressOf(sound, choice, screen)),
  })
  const {transcript, stopped} = await (path === undefined ? printed(texts, screen) : written(texts, path))
  screen.line.clear()
  const sttMs = Math.round(performance.now() - started)
  noteOf(transcript, sttMs, stt.info, path, screen)
  return {file, ...transcript, sttMs, engine: stt.info, output: path, stopped}
}

const progressOf = async (
  {name}: OpenAudioSource,
  {from, rawRate}: AudioSourceOptions,
  {line, note}: TranscribeScreen,
) => {
  const known = from !== 'microphone' && from.file !== '-' && rawRate === undefined
  const lengthMs = known ? await probedDuration(from.file) : undefined
  return transcriptionProgress({name, line, note: text => note(text), lengthMs})
}

const noteOf = (
  {text, audioMs}: Transcript,
  sttMs: number,
  info: EngineInfo,
  path: string | undefined,
  screen: TranscribeScreen,
): void => {
  if (path !== undefined) screen.note(`Written: ${path}`)
  const length = `${(audioMs / 1000).toFixed(1)} s of audio`
  if (text === '') screen.note(`No speech was heard in ${length}.`)
  else screen.note(`${length} in ${sttMs} ms by ${info.engine} on ${info.device}`)
}

const printed = async (
  texts: AsyncGenerator<string, Transcription>,
  {line, print}: TranscribeScreen,
): Promise<Transcription> => {
  for (;;) {
    const {done, value} = await texts.next()
    if (done) return value
    line.clear()
    await print(value)
  }
}

const written = async (texts: AsyncGenerator<string, Transcription>, path: string): Promise<Transcription> => {
  let result: Transcription | undefined
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    for (;;) {
      const {done, value} = await texts.next()
      if (done) {
        result = value
        return
      }
      yield Buffer.from(value)
    }
  }
  await writeOutput(path, bytes())
  if (!result) throw new EssenceError('BUG', 'A transcript was written without its end.')
  return result
}

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
