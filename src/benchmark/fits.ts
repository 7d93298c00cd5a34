import {basename} from 'node:path'
import type {Machine} from '../compute/machine.ts'
import {catalogue} from '../models/catalogue/catalogue.ts'
import {bytesOf, type ModelEntry} from '../models/catalogue/entry.ts'
import {modelMemory} from '../models/catalogue/machine.ts'
import type {BenchReport, ModelFit} from '../report/bench-report.ts'
import {paceOf} from '../tts/speed.ts'

type Measured = Pick<BenchReport, 'engines' | 'startUp'>
type Figure = Pick<ModelFit, 'figure' | 'unit' | 'realTime'>

/** People listen to about four tokens a second; twice that leaves room for the voice, which computes at the same time. */
const minTokensPerSecond = 8
/** A person waits for the first word no longer, in ms. */
const maxTtftMs = 1000
/** As of voices (src/tts/speed.ts): half of the time is left for all else. */
const maxRtf = 0.5

/** Layers of encoder and decoder, and width (openai/whisper, model card and paper, table 1; turbo has four layers in its decoder). */
const whisperShapes = [
  [/large-v3-turbo/, 32, 4, 1280],
  [/large/, 32, 32, 1280],
  [/medium/, 24, 24, 1024],
  [/small/, 12, 12, 768],
  [/base/, 6, 6, 512],
  [/tiny/, 4, 4, 384],
] as const

/** Multiplications for a second of speech: 50 frames in the encoder, about four tokens in the decoder with its vocabulary; undefined of other models. */
const whisperWork = (name: string): number | undefined => {
  const shape = /whisper|ggml-/.test(name) ? whisperShapes.find(([size]) => size.test(name)) : undefined
  if (!shape) return undefined
  const [, encoder, decoder, width] = shape
  return 50 * 12 * encoder * width ** 2 + 4 * (16 * decoder * width ** 2 + 51_865 * width)
}

/** Bytes of weights read for each token: of a mixture of experts (`30B-A3B`) only its active share. */
const bytesPerToken = (name: string, bytes: number): number => {
  const [, all, active] = /(\d+)b-a(\d+)b/i.exec(name) ?? []
  return active ? (bytes * Number(active)) / Number(all) : bytes
}

/** Of Kokoro int8 to a medium Piper voice on a CPU: RTF, and time to first audio (docs/decisions/speech-synthesis.md). */
const kokoroToPiper = {rtf: 0.97 / 0.11, firstAudio: 1500 / 105}

const partNames = {stt: 'speech recognition', llm: 'the language model', tts: 'speech synthesis'} as const
type Part = keyof typeof partNames

const isPart = (kind: string): kind is Part => kind in partNames

const recognition = ({stt}: Measured['engines'], entry: ModelEntry, ran: boolean): Figure | undefined => {
  // The shortest utterance: a question of a few words is the usual one, and costs most for its length.
  const rtf = stt?.utterances[0]?.rtf.p50
  if (!stt || rtf === undefined) return undefined
  const [from, to] = [whisperWork(stt.model), whisperWork(entry.id)]
  if (!ran && (from === undefined || to === undefined)) return undefined
  const figure = ran ? rtf : (rtf * (to ?? 0)) / (from ?? 1)
  return {figure, unit: 'RTF', realTime: figure <= maxRtf}
}

const writing = ({llm}: Measured['engines'], entry: ModelEntry, ran: boolean): Figure | undefined => {
  const bytes = llm?.files.reduce((sum, file) => sum + file.bytes, 0)
  if (!llm || !bytes) return undefined
  const slower = ran ? 1 : bytesPerToken(entry.id, bytesOf(entry)) / bytesPerToken(llm.model, bytes)
  const figure = llm.tokensPerSecond.p50 / slower
  return {
    figure,
    unit: 'tokens/s',
    realTime: figure >= minTokensPerSecond && llm.ttft.p50 * slower <= maxTtftMs,
  }
}

const speaking = ({tts}: Measured['engines'], entry: ModelEntry, ran: boolean): Figure | undefined => {
  if (!tts) return undefined
  const isMedium = tts.engine === 'piper' && /-medium\b/.test(tts.model)
  const slower = (): {rtf: number; firstAudio: number} | undefined => {
    if (ran || (isMedium && entry.engine === 'piper' && entry.id.endsWith('-medium'))) return {rtf: 1, firstAudio: 1}
    return isMedium && tts.device === 'cpu' && entry.id === 'kokoro-82m-q8' ? kokoroToPiper : undefined
  }
  const ratio = slower()
  if (!ratio) return undefined
  const rtf = tts.rtf.p50 * ratio.rtf
  const realTime = paceOf({rtf, firstAudioMs: tts.ttfa.p50 * ratio.firstAudio}) === 'real-time'
  return {figure: rtf, unit: 'RTF', realTime}
}

const figures = {stt: recognition, llm: writing, tts: speaking}

/**
 * Which models of the catalogue this machine runs in real time: those that ran, and of the others those for which there is a basis. Language
 * models write in inverse proportion to the bytes they read for a token, Whisper's cost is in proportion to its multiplications, Piper's
 * medium voices are one network. A model fits where its memory is left beside that of the other engines.
 */
export const fitsOf = ({engines, startUp}: Measured, machine: Machine): ModelFit[] =>
  catalogue.flatMap(entry => {
    const {kind, memoryBytes, files} = entry
    const engine = isPart(kind) ? engines[kind] : undefined
    // Stand-ins and engines elsewhere opened no file of a model; june-nano is none of Whisper's.
    if (!isPart(kind) || !engine || engine.files.length === 0 || engine.model === 'june-nano') return []
    const ran = engine.model === basename(files[0]?.path ?? '') && (kind !== 'tts' || engine.engine === entry.engine)
    const figure = figures[kind](engines, entry, ran)
    if (!figure) return []
    const others = startUp.reduce((sum, {part, memoryBytes: own}) => sum + (part === partNames[kind] ? 0 : own), 0)
    const fitsMemory = memoryBytes + others <= modelMemory(machine)
    return [{id: entry.id, kind, basis: ran ? 'measured' : 'estimated', ...figure, fitsMemory}]
  })
