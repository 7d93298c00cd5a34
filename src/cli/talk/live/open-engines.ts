import type {Settings} from '../../../config/schema.ts'
import {type Listening, openListening} from '../../../engines/listening.ts'
import {type Engines, openEngines} from '../../../engines/open.ts'
import {runningUp} from '../../../engines/remote/up-record.ts'

export interface TalkEngines extends Omit<Listening, 'close'> {
  engines: Engines
  close(): Promise<void>
}

export interface OpenTalkOptions {
  signal: AbortSignal
  onProgress: (message: string) => void
}

/**
 * Opens what a live conversation needs: the engines of the June that runs on this machine, where one does, else its own.
 * @throws what `openEngines` and `openListening` throw
 */
export const openTalkEngines = async (settings: Settings, options: OpenTalkOptions): Promise<TalkEngines> => {
  const {stt, tts, inference} = (await runningUp(settings.JUNE_DATA_DIR))?.urls ?? {}
  const {STT_URL = stt, TTS_URL = tts, LLM_URL = inference} = settings
  const engines = await openEngines({...settings, STT_URL, TTS_URL, LLM_URL}, {...options, check: false})
  try {
    const {vad, endOfTurn, close} = await openListening(settings, options.signal)
    return {engines, vad, endOfTurn, close: async () => void (await Promise.all([engines.close(), close()]))}
  } catch (error) {
    await engines.close()
    throw error
  }
}
