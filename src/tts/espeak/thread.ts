import {EssenceError, isEssenceError, messageOf} from '../../kit/errors.ts'
import {restartingThread} from '../../kit/process/restarting-thread.ts'
import type {Thread} from '../../kit/process/thread.ts'
import type {EspeakCalls} from './calls.ts'
import type {EspeakVoiceSet} from './voices.ts'

export interface EspeakThread extends Thread<EspeakCalls> {
  readonly catalogue: EspeakVoiceSet
}

/**
 * Starts the thread of espeak-ng and waits until it is loaded.
 * @throws ENGINE_UNAVAILABLE when it cannot be loaded, CANCELLED
 */
export const startEspeakThread = async (signal?: AbortSignal): Promise<EspeakThread> => {
  const thread = restartingThread<EspeakCalls>('./worker', import.meta.url, {name: 'espeak-ng'})
  try {
    return {...thread, catalogue: await thread.call('catalogue', undefined, {signal})}
  } catch (error) {
    await thread.close()
    if (isEssenceError(error) && error.code === 'CANCELLED') throw error
    throw new EssenceError('ENGINE_UNAVAILABLE', messageOf(error), {
      cause: error,
      suggestions: [
        'Install the dependencies again, in the checkout: sh bin/setup.sh install',
        'A release without engines speaks by a service elsewhere (TTS_URL); or build it with --engines tts.',
      ],
    })
  }
}
