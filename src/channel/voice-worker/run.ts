import {type RunChannelOptions, runChannel} from '../host/run-channel.ts'
import type {WorkerChannel} from './channel.ts'
import {VoiceWorker} from './voice-worker.ts'

/** With the settings of the core and of all plugins. */
export interface RunVoiceWorkerOptions extends RunChannelOptions {
  channels: readonly WorkerChannel[]
}

/** Runs a voice worker in this process until it is told to stop. @throws what `VoiceWorker.start` throws */
export const runVoiceWorker = async ({channels, ...options}: RunVoiceWorkerOptions): Promise<void> => {
  const {settings} = options
  await runChannel('voice-worker', options, parts => {
    return new VoiceWorker({
      ...{settings, channels, dataDir: settings.JUNE_DATA_DIR, id: settings.WORKER_ID},
      host: settings.VOICE_WORKER_HOST,
      port: settings.VOICE_WORKER_PORT,
      ...parts,
    })
  })
}
