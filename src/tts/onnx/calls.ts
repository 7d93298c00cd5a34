import type {Device} from '../../compute/device.ts'
import type {ExpectedInput} from '../../onnx/signature.ts'

/** A tensor on its way into the thread. */
export type VoiceTensor =
  | {type: 'int64'; data: BigInt64Array; dims: number[]}
  | {type: 'float32'; data: Float32Array; dims: number[]}

export type VoiceTensors = Record<string, VoiceTensor>

export interface VoiceThreadData {
  modelPath: string
  /** What errors call the model. */
  what: string
  device: Device
  threads: number
  inputs: readonly ExpectedInput[]
}

export interface LoadedVoice {
  device: 'cuda' | 'cpu'
  deviceReason: string
  /** Names of the inputs the model takes. */
  inputs: string[]
}

export type VoiceCalls = {
  load: {input: undefined; output: LoadedVoice}
  /** One run of the model: its first output, flat. */
  run: {input: VoiceTensors; output: Float32Array}
}
