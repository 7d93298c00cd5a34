// The worker thread of a speaker model. Relative imports only.
import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {basename} from 'node:path'
import type {InferenceSession} from 'onnxruntime-node'
import {EssenceError, messageOf, systemCodeOf} from '../kit/errors.ts'
import {loadOnce} from '../kit/load-once.ts'
import {serveThread, threadData} from '../kit/process/thread.ts'
import {loadOrt, type Ort} from '../onnx/session.ts'
import {bands, type FbankOptions, fbank, framesOf} from './fbank.ts'
import {frontEndOf} from './front-end.ts'
import {unit} from './vectors.ts'

export type SpeakerModelCalls = {
  load: {input: undefined; output: {model: string; dimension: number}}
  /** Speech of at least one frame → a unit vector. */
  embed: {input: Float32Array; output: Float32Array}
}

interface Opened {
  ort: Ort
  session: InferenceSession
  frontEnd: FbankOptions
  model: string
}

const modelPath = threadData<string>()

const open = async (): Promise<Opened> => {
  const bytes = await readFile(modelPath).catch(cause => {
    const why = systemCodeOf(cause) === 'ENOENT' ? 'There is no speaker model' : 'The speaker model cannot be read'
    throw new EssenceError('MODEL_MISSING', `${why} at ${modelPath}.`, {
      cause,
      suggestions: [
        'Put the ONNX file there, or set SPEAKER_MODEL to where it lies: docs/speaker.md says which will do.',
        'Or unset SPEAKER_MODEL: then nobody is known by their voice.',
      ],
    })
  })
  const ort = await loadOrt()
  // One thread: a sentence takes it some ten ms, and beside it recognition and speech compute already.
  const options = {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 4,
  } as const
  const session = await ort.InferenceSession.create(bytes, options).catch(cause => {
    throw new EssenceError('MODEL_INVALID', `${modelPath} is no ONNX model: ${messageOf(cause)}`, {cause})
  })
  const digest = createHash('sha256').update(bytes).digest('hex')
  return {
    ort,
    session,
    frontEnd: frontEndOf(session, modelPath),
    model: `${basename(modelPath)} (sha256 ${digest.slice(0, 12)})`,
  }
}

const opened = loadOnce(open)

const embed = async (audio: Float32Array): Promise<Float32Array> => {
  const {ort, session, frontEnd} = await opened()
  const features = new ort.Tensor('float32', fbank(audio, frontEnd), [1, framesOf(audio.length), bands])
  const result = await session.run({[session.inputNames[0] ?? '']: features})
  const embedding = result[session.outputNames[0] ?? '']?.data
  const vector = embedding instanceof Float32Array ? unit(embedding) : undefined
  if (!vector) throw new EssenceError('ENGINE_FAILED', 'The speaker model gave no vector.')
  return vector
}

serveThread<SpeakerModelCalls>({
  async load() {
    const {model} = await opened()
    // Warm, and proof that it takes features of this shape. A hum, as silence may have no direction.
    const hum = Float32Array.from({length: 16_000}, (_, i) => 0.1 * Math.sin(i / 10))
    const {length: dimension} = await embed(hum).catch(error => {
      throw new EssenceError('MODEL_INVALID', `${modelPath} does not run: ${messageOf(error)}`, {cause: error})
    })
    return {model, dimension}
  },
  embed,
})
