import {probedDuration} from '../../audio/decode/probed-duration.ts'
import type {EngineInfo} from '../../compute/engine-info.ts'
import {EssenceError} from '../../kit/errors.ts'
import type {SpeechToText, StreamOptions, Transcript} from '../../stt/port.ts'
import {type Transcription, transcribeSound} from '../../stt/transcript/transcribe-sound.ts'
import {type TranscriptFormat, transcriptWriter} from '../../stt/transcript/transcript-writer.ts'
import {type AudioSourceOptions, type OpenAudioSource, openAudioSource} from '../sound/audio-input.ts'
import type {StatusLine} from '../status-line.ts'
import {writeOutput} from '../write-output.ts'
import {interimView, transcriptionProgress} from './progress.ts'

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

/**
 * Transcribes one sound.
 * @returns with `stopped` what ended it early, once the transcript so far is written
 */
export const transcribeOne = async (
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
