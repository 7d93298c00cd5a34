import {peak} from '../audio/dsp/levels.ts'
import {EssenceError} from '../kit/errors.ts'
import {restartingThread} from '../kit/process/restarting-thread.ts'
import type {SpeakerModelCalls} from './embedder-worker.ts'
import type {SpeakerEmbedder} from './port.ts'

/** Less than half a second says too little of a voice to make a vector of it. */
const leastSamples = 8000
/** What comes after half a minute adds nothing that counts, and takes as long again. */
const mostSamples = 30 * 16_000

/**
 * Opens a speaker model (ONNX: CAM++ or ERes2Net of 3D-Speaker, ResNet34 or ECAPA-TDNN of WeSpeaker) in a thread of its own; warm when
 * this resolves.
 * @throws MODEL_MISSING, MODEL_INVALID, ENGINE_UNAVAILABLE, CANCELLED
 */
export const openSpeakerEmbedder = async (modelPath: string, signal?: AbortSignal): Promise<SpeakerEmbedder> => {
  const thread = restartingThread<SpeakerModelCalls>('./embedder-worker', import.meta.url, {
    name: 'The speaker model',
    data: modelPath,
  })
  try {
    const {model, dimension} = await thread.call('load', undefined, {signal})
    return {
      model,
      dimension,
      async embed(audio, stop) {
        if (audio.length < leastSamples)
          throw new EssenceError('NO_SPEECH', `There are ${audio.length / 16} ms of speech; expected 500 at least.`)
        const heard = audio.slice(0, mostSamples)
        if (peak(heard) === 0) throw new EssenceError('NO_SPEECH', 'The sound is silence; expected a voice.')
        return thread.call('embed', heard, {signal: stop, transfer: [heard.buffer]})
      },
      close: () => thread.close(),
    }
  } catch (error) {
    await thread.close()
    throw error
  }
}
