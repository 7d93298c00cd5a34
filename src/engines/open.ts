import type {EngineInfo, EngineInUse} from '../compute/engine-info.ts'
import type {Settings} from '../config/schema.ts'
import {throwIfCancelled} from '../kit/errors.ts'
import type {Embedder} from '../llm/embedding-port.ts'
import type {LanguageModel} from '../llm/port.ts'
import type {TurnEngines} from '../voice/turn-context.ts'
import {installCommand} from './install-command.ts'
import {type LiveCheck, liveCheck} from './live-check.ts'
import type {Kept} from './mind/kept.ts'
import type {EngineOptions} from './options.ts'
import {openRecognizer} from './recognizer.ts'
import {isOurs, remoteMind} from './remote/assistant.ts'
import {openSynthesizer} from './synthesizer.ts'
import {tellAnswered} from './transcripts.ts'

export interface Engines extends TurnEngines {
  /** The bare model of the assistant, for who has a history of their own; absent where a stand-in answers. */
  model?: LanguageModel | undefined
  /** Absent where none is installed. */
  embedder?: Embedder | undefined
  /** For people: one line per engine (what runs, on which device, why there), and one for the live check. */
  lines: string[]
  /** What is only a demonstration or missing, each with the command that mends it; empty when all is real. */
  notices: string[]
  /** The check made at the end of the start, unless it was not asked for. */
  check?: LiveCheck | undefined
  close(): Promise<void>
}

export interface OpenOptions extends Omit<EngineOptions, 'waitMs'> {
  /** Run the live check once all are open. Default true. */
  check?: boolean | undefined
  /** What outlives these engines, where others are opened after them. */
  kept?: Kept | undefined
  /** Called for each engine when it begins to be opened, and with the ms it took once it is open. */
  onLoad?: ((what: EngineRole, ms: number | undefined) => void) | undefined
}

export type EngineRole = 'speech recognition' | 'the language model' | 'speech synthesis'

/** ms of loading that are worth a word of their own. */
const noticeableMs = 1000

/**
 * Opens the engines the settings name, warm: in this process, models loaded and one turn of each run; speech at STT_URL and TTS_URL where
 * they are set. Aborting ends the start; what was opened is closed.
 * @throws MODEL_MISSING, MODEL_INVALID, ENGINE_UNAVAILABLE, ENGINE_FAILED, REMOTE_UNREACHABLE, CANCELLED
 */
export const openEngines = async (settings: Settings, options: OpenOptions = {}): Promise<Engines> => {
  const {onProgress = () => {}, onLoad = () => {}, signal, onTranscript, check = true} = options
  const opened: {info: EngineInfo; close(): Promise<void>}[] = []
  const close = async (): Promise<void> => {
    // All of them, even where one cannot: what is left open keeps its memory. The last opened first, and once only.
    const ends = await Promise.allSettled(
      opened
        .splice(0)
        .toReversed()
        .map(engine => engine.close()),
    )
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  }
  const load = async <T extends {info: EngineInfo; close(): Promise<void>}>(
    what: EngineRole,
    url: string | undefined,
    open: () => Promise<T>,
  ): Promise<T> => {
    const began = performance.now()
    onLoad(what, undefined)
    // A service that has to be waited for says so itself.
    if (url === undefined) onProgress(`loading ${what}`)
    const engine = await open()
    opened.push(engine)
    const ms = Math.round(performance.now() - began)
    if (url === undefined && ms >= noticeableMs) onProgress(`${what} is loaded, in ${(ms / 1000).toFixed(1)} s`)
    onLoad(what, ms)
    return engine
  }
  /** Ends the others once one cannot be opened. */
  const failed = new AbortController()
  const stop = AbortSignal.any([failed.signal, ...(signal ? [signal] : [])])
  try {
    throwIfCancelled(signal)
    // Side by side: each waits for a disk, a service or a card of its own half of the time.
    const loads = [
      load('speech recognition', settings.STT_URL, () =>
        openRecognizer(settings, {signal: stop, onProgress, onTranscript}),
      ),
      load('the language model', isOurs(settings.LLM_URL) ? settings.LLM_URL : undefined, () =>
        openAnswers(settings, {signal: stop, onProgress, kept: options.kept}),
      ),
      load('speech synthesis', settings.TTS_URL, () => openSynthesizer(settings, {signal: stop, onProgress})),
    ] as const
    const [stt, mind, tts] = await Promise.all(loads).catch(async error => {
      failed.abort()
      await Promise.allSettled(loads)
      throw error
    })
    const assistant = tellAnswered(mind.assistant, onTranscript)
    throwIfCancelled(signal)
    const engines = {stt, assistant, tts, model: mind.llm, embedder: mind.embedder}
    const lines = [
      describeEngine('speech recognition', stt.info),
      describeEngine('answers', assistant.info),
      describeEngine('speech synthesis', tts.info) + naturalVoice(settings, tts.info),
    ]
    const notices = noticesOf([stt.info, assistant.info, tts.info])
    if (!check) return {...engines, lines, notices, close}
    onProgress('checking: speak, listen, answer')
    const checked = await liveCheck(engines, signal)
    return {...engines, lines: [...lines, describeCheck(checked)], notices, check: checked, close}
  } catch (error) {
    // Why it did not open is what counts, not what went wrong while tidying up after it.
    await close().catch(() => {})
    throw error
  }
}

/** The engines of turns, by what they do. */
export const enginesInUse = ({stt, assistant, tts}: TurnEngines): EngineInUse[] => [
  {role: 'stt', info: stt.info},
  {role: 'llm', info: assistant.info},
  {role: 'tts', info: tts.info},
]

/** For people: `speech recognition: whisper.cpp, ggml-base.bin, on cpu (no GPU driver found)` */
export const describeEngine = (role: string, {engine, model, device, deviceReason, note}: EngineInfo): string =>
  `${role}: ${engine}${model && model !== engine ? `, ${model}` : ''}, on ${device}${deviceReason ? ` (${deviceReason})` : ''}` +
  (note ? `; ${note}` : '')

/** How to get a voice that is no robot's, where espeak-ng speaks only because none is installed. */
const naturalVoice = ({TTS_ENGINE, TTS_URL}: Settings, {engine}: EngineInfo): string =>
  engine === 'espeak-ng' && TTS_ENGINE === 'auto' && TTS_URL === undefined
    ? '; for a natural voice: essence models download kokoro'
    : ''

/** `live check: spoken in 120 ms, heard in 450 ms, answered in 3 ms` */
const describeCheck = ({synthesizeMs, recognizeMs, answerMs, heard}: LiveCheck): string =>
  `live check: spoken in ${synthesizeMs} ms, ${heard ? `heard in ${recognizeMs} ms` : 'not understood'}, answered in ${answerMs} ms`

/** What is only a demonstration or a mock, and the commands that mend it; nothing where all is real. */
export const noticesOf = (infos: EngineInfo[]): string[] => {
  const unreal = infos.filter(({demo}) => demo !== undefined)
  return [...unreal.flatMap(({demo}) => demo ?? []), ...new Set(unreal.map(mendingOf))]
}

/** What puts a real engine in the place of a demonstration, or of a mock, beside which models may lie installed. */
export const mendingOf = ({engine}: EngineInfo): string =>
  engine === 'mock' ? 'Real engines in place of mocks: essence test-mode off' : `Install real models: ${installCommand}`

/** What answers, and the models behind it: June at LLM_URL, else here. */
const openAnswers = async (settings: Settings, {kept, ...options}: EngineOptions & {kept: Kept | undefined}) => {
  const {assistant, llm, embedder} =
    (await remoteMind(settings, options)) ?? (await answersHere(settings, kept, options))
  return {assistant, llm, embedder, info: assistant.info, close: () => assistant.close()}
}

const answersHere = async (settings: Settings, kept: Kept | undefined, {signal, onProgress}: EngineOptions) => {
  // All that a mind stands on takes a second to load: only where it is used.
  const {openAnswers} = await import('./assistant.ts')
  return openAnswers(settings, {kept, signal, log: onProgress})
}
