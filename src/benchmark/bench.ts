import {chatAssistant} from '../assistant/chat-assistant.ts'
import type {EngineInfo} from '../compute/engine-info.ts'
import {cpuLoad, gpuBytesHeld, inspectMachine} from '../compute/machine.ts'
import type {Settings} from '../config/schema.ts'
import {engineReport} from '../engines/engine-report.ts'
import {openLanguageModel} from '../engines/mind/language-model.ts'
import {standInAssistant} from '../engines/mind/open-mind.ts'
import {openRecognizer} from '../engines/recognizer.ts'
import {openSynthesizer} from '../engines/synthesizer.ts'
import {EssenceError, messageOf} from '../kit/errors.ts'
import {keepFits} from '../models/bench-file.ts'
import type {BenchReport} from '../report/bench-report.ts'
import {machineInfo} from '../report/machine-info.ts'
import {fitsOf} from './fits.ts'
import {measureRecognition, measureSynthesis, voiceNote} from './measure-speech.ts'
import {measureConcurrency, measureTurns} from './measure-turns.ts'
import {assistantWriter, measureWriting, modelWriter} from './measure-writing.ts'
import {questions} from './phrases.ts'
import type {RepeatOptions} from './repeat.ts'
import {quietLoad, reportLine} from './report-line.ts'

export interface BenchOptions {
  /** Version of Essence. */
  version: string
  /** The command line that makes it again. */
  command?: string | undefined
  /** Default: 20, or what fits into 40 s. */
  turns?: number | undefined
  /** Turns at once, one measurement each. */
  levels: readonly number[]
  /** Half of all runs. */
  quick?: boolean | undefined
  /** Voice id or language. Default: TTS_VOICE_ID. */
  voice?: string | undefined
  signal: AbortSignal
  /** Called with what is measured now, for people. */
  onProgress(text: string): void
}

export interface Benchmark {
  /** Complete, or labelled as partial. */
  report: BenchReport
  /** What the figures do not stand for, for people: demonstrations, a busy machine. */
  cautions: string[]
  /** What ended it before its end. */
  error?: unknown
}

/** Tokens of an answer in a turn: about two sentences, whatever the model would like to say. */
const answerTokens = 64

/**
 * Measures what a turn costs on this machine: the engines the settings name, opened one after the other in this process and measured each
 * alone; then whole turns, one at a time and several at once. What fails or is aborted leaves what was measured until then.
 * @throws what opening the engines throws; CANCELLED, where nothing was measured yet
 */
export const runBenchmark = async (settings: Settings, options: BenchOptions): Promise<Benchmark> => {
  const {version: essence, command, levels, quick = false, voice, signal, onProgress} = options
  const [startedAt, began] = [new Date().toISOString(), performance.now()]
  const inspected = await inspectMachine()
  const machine = await machineInfo(Promise.resolve(inspected))
  const otherLoad = await cpuLoad(signal)
  const half = quick ? 2 : 1
  const few = (runs: number, withinMs: number): RepeatOptions => ({
    runs: Math.ceil(runs / half),
    withinMs: withinMs / half,
    signal,
  })
  const found: Pick<BenchReport, 'startUp' | 'engines' | 'turn' | 'concurrency'> = {
    ...{startUp: [], engines: {}, concurrency: []},
  }
  const demos: string[] = []
  const opened: {close(): Promise<void>}[] = []
  let gpuBytes: number | undefined
  const lookAtGpu = async (): Promise<void> => {
    if (machine.gpu) gpuBytes = Math.max(gpuBytes ?? 0, (await gpuBytesHeld()) ?? 0) || undefined
  }
  const load = async <T extends {info: EngineInfo; close(): Promise<void>}>(
    part: string,
    open: () => Promise<T>,
  ): Promise<T> => {
    onProgress(`opening ${part}`)
    const [before, opening] = [process.memoryUsage.rss(), performance.now()]
    const engine = await open()
    opened.push(engine)
    const ms = Math.round(performance.now() - opening)
    found.startUp.push({part, ms, memoryBytes: Math.max(0, process.memoryUsage.rss() - before)})
    if (engine.info.demo) demos.push(engine.info.demo)
    await lookAtGpu()
    return engine
  }
  const measure = async (): Promise<void> => {
    const tts = await load('speech synthesis', () => openSynthesizer(settings, {signal}))
    onProgress('speech synthesis alone')
    const spoken = await measureSynthesis(tts, voice, few(10, 10_000))
    const named = voice ?? settings.TTS_VOICE_ID
    found.engines.tts = {...(await engineReport(tts.info)), voice: named, ...spoken}

    const stt = await load('speech recognition', () => openRecognizer(settings, {signal}))
    onProgress('speech recognition alone')
    const utterances = await measureRecognition(stt, tts, voice, few(5, 5000))
    found.engines.stt = {...(await engineReport(stt.info)), utterances}

    const {assistant, writer} = await openMind()
    onProgress('the language model alone')
    found.engines.llm = {...(await engineReport(assistant.info)), ...(await measureWriting(writer, few(5, 20_000)))}

    onProgress('whole turns')
    const notes: Uint8Array[] = []
    for (const question of questions) notes.push(await voiceNote(tts, question, {voice, signal}))
    const inputs = {engines: {stt, assistant, tts}, notes, voice, signal}
    const asked = options.turns === undefined ? few(20, 40_000) : {runs: options.turns, withinMs: Infinity, signal}
    found.turn = await measureTurns(inputs, asked)
    if (!found.turn) throw new EssenceError('ENGINE_FAILED', 'No turn came to its end: nothing of a turn was measured.')
    await lookAtGpu()
    for (const level of levels) {
      onProgress(`${level} turn${level === 1 ? '' : 's'} at once`)
      const measured = await measureConcurrency(inputs, level, quick ? level : Math.max(4, level))
      if (!measured) throw new EssenceError('ENGINE_FAILED', `Of ${level} turns at once none came to its end.`)
      found.concurrency.push(measured)
      await lookAtGpu()
    }
  }
  const openMind = async () => {
    let writer: ReturnType<typeof modelWriter> | undefined
    const assistant = await load('the language model', async () => {
      const llm = await openLanguageModel(settings, signal)
      if (!llm) return standInAssistant(settings)
      writer = modelWriter(llm, settings.SYSTEM_PROMPT)
      return chatAssistant(llm, {
        sampling: {temperature: 0, seed: 1, maxTokens: answerTokens},
        systemPrompt: settings.SYSTEM_PROMPT,
      })
    })
    return {assistant, writer: writer ?? assistantWriter(assistant)}
  }
  let failure: {error: unknown} | undefined
  try {
    await measure()
  } catch (error) {
    // Of nothing there is no report.
    if (Object.keys(found.engines).length === 0) throw error
    failure = {error}
  } finally {
    onProgress('closing the engines')
    await Promise.allSettled(opened.toReversed().map(engine => engine.close()))
  }
  const partial = failure && (signal.aborted ? 'It was interrupted before its end.' : messageOf(failure.error))
  const fits = fitsOf(found, inspected)
  // Half of the figures, or those of a busy machine, would choose smaller models than it can run. A folder that cannot be written costs the
  // choice its figures, not the report.
  if (partial === undefined && otherLoad <= quietLoad) await keepFits(settings, inspected, fits).catch(() => {})
  const report = {
    ...({version: 1, kind: 'bench', essence, startedAt, command, partial, machine, otherLoad} as const),
    durationMs: Math.round(performance.now() - began),
    ...found,
    // Kilobytes, on every system.
    memory: {peakBytes: process.resourceUsage().maxRSS * 1024, gpuBytes},
    fits,
  }
  const cautions =
    otherLoad > quietLoad
      ? [
          ...demos,
          `Other programs took ${Math.round(100 * otherLoad)} % of the processors: June is faster than these figures.`,
        ]
      : demos
  return {report: {...report, line: reportLine(report)}, cautions, ...failure}
}
