import {existsSync, readdirSync} from 'node:fs'
import {access} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import type {InferenceSession} from 'onnxruntime-node'
import {askedFor, type Device, deviceText} from '../compute/device.ts'
import {EssenceError, messageOf} from '../kit/errors.ts'
import {loadOrt, type Ort} from './session.ts'

export interface PlacedSession {
  ort: Ort
  session: InferenceSession
  device: 'cuda' | 'cpu'
  /** Why there, for people. */
  deviceReason: string
}

/**
 * Loads an ONNX file onto the device asked for; `auto` takes CUDA where ONNX Runtime can use it, else the CPU.
 * @param threads CPU threads of one run
 * @throws MODEL_MISSING, MODEL_INVALID, ENGINE_UNAVAILABLE (no ONNX Runtime, or that device is not here)
 */
export const placeSession = async (modelPath: string, asked: Device, threads: number): Promise<PlacedSession> => {
  await access(modelPath).catch(cause => {
    throw new EssenceError('MODEL_MISSING', `There is no model file at ${modelPath}.`, {cause})
  })
  const ort = await loadOrt()
  const options = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // What fails is thrown; said on stderr as well it would be said twice.
    logSeverityLevel: 4,
  } as const
  const {backend, index: deviceId = 0} = asked
  let noGpu = askedFor(asked)
  if (backend !== 'cpu') {
    try {
      if (backend !== 'auto' && backend !== 'cuda')
        throw new Error(`ONNX Runtime has no ${backend} here, only cuda and cpu`)
      if (!hasCudaProvider()) throw new Error('CUDA libraries of ONNX Runtime are not installed')
      const cuda = {name: 'cuda', deviceId} as const
      const session = await ort.InferenceSession.create(modelPath, {...options, executionProviders: [cuda, 'cpu']})
      return {ort, session, device: 'cuda', deviceReason: `ONNX Runtime computes on card ${deviceId} through CUDA`}
    } catch (cause) {
      noGpu = `no CUDA: ${messageOf(cause)}`
      if (backend !== 'auto') {
        throw new EssenceError(
          'ENGINE_UNAVAILABLE',
          `The voice cannot compute on "${deviceText(asked)}": ${messageOf(cause)}.`,
          {
            cause,
            suggestions: ['Use auto or cpu.'],
          },
        )
      }
    }
  }
  const session = await ort.InferenceSession.create(modelPath, options).catch(cause => {
    throw new EssenceError('MODEL_INVALID', `${modelPath} is no model ONNX Runtime can load: ${messageOf(cause)}`, {
      cause,
      suggestions: ['It may be cut off, of another kind, or newer than ONNX Runtime here: get the file once more.'],
    })
  })
  return {ort, session, device: 'cpu', deviceReason: noGpu}
}

/** Told by its file: a try without it writes to stderr. */
const hasCudaProvider = (): boolean => {
  const root = join(dirname(fileURLToPath(import.meta.resolve('onnxruntime-node'))), '../bin')
  const name = process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so'
  return readdirSync(root).some(api => existsSync(join(root, api, process.platform, process.arch, name)))
}
