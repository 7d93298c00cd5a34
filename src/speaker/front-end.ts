import type {InferenceSession} from 'onnxruntime-node'
import {EssenceError} from '../kit/errors.ts'
import {bands, type FbankOptions} from './fbank.ts'

const threeDSpeaker: FbankOptions = {window: 'povey', scale: 1}
const weSpeaker: FbankOptions = {window: 'hamming', scale: 32_768}

/** Of whom a model is, by what it calls its input; the exports of sherpa-onnx are the same models. */
const families: Readonly<Record<string, FbankOptions>> = {
  // speakerlab/bin/export_speaker_embedding_onnx.py, and sherpa-onnx's export of the same
  feature: threeDSpeaker,
  x: threeDSpeaker,
  // wespeaker/bin/export_onnx.py
  feats: weSpeaker,
}

/**
 * The features that a speaker model was trained with.
 * @throws MODEL_INVALID with what was found
 */
export const frontEndOf = (session: Pick<InferenceSession, 'inputMetadata'>, what: string): FbankOptions => {
  const [input, ...others] = session.inputMetadata
  const family = input && families[input.name]
  if (family && others.length === 0 && input.isTensor && input.type === 'float32' && takesBands(input.shape))
    return family
  const found = session.inputMetadata.map(each =>
    each.isTensor ? `${each.name} (${each.type}, ${each.shape.join(' × ')})` : `${each.name} (no tensor)`,
  )
  throw new EssenceError(
    'MODEL_INVALID',
    `${what} takes ${found.join(', ') || 'nothing'}; expected a speaker model of 3D-Speaker or WeSpeaker (feature, x or feats: float32, batch × frames × ${bands}).`,
    {suggestions: ['docs/speaker.md names models that work.']},
  )
}

const takesBands = (shape: readonly (number | string)[]): boolean =>
  shape.length === 3 && (typeof shape[2] !== 'number' || shape[2] === bands || shape[2] < 0)
