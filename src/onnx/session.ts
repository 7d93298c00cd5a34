import {EssenceError, messageOf} from '../kit/errors.ts'

// Only in worker threads: `run()` of onnxruntime-node computes on the thread that calls it.

/** onnxruntime-node, loaded when it is first needed. */
export type Ort = typeof import('onnxruntime-node')

/** @throws ENGINE_UNAVAILABLE where the package or its native part is missing */
export const loadOrt = async (): Promise<Ort> => {
  try {
    return await import('onnxruntime-node')
  } catch (cause) {
    throw new EssenceError('ENGINE_UNAVAILABLE', `ONNX Runtime does not run here: ${messageOf(cause)}`, {
      cause,
      suggestions: ['Install the dependencies again, in the checkout: sh bin/setup.sh install'],
    })
  }
}
