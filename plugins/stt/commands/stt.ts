import {EngineServiceCommand, engineFlags} from '@essence/core/cli/engine-service-command'
import type {SpeechToText} from '@essence/core/stt/port'

const variables = {model: 'STT_MODEL', device: 'STT_DEVICE', host: 'STT_HOST', port: 'STT_PORT'}

export default class Stt extends EngineServiceCommand<SpeechToText> {
  static override summary = 'Speech recognition as a service: gRPC for June and for everybody else.'
  static override description =
    `Serves june.asr.SpeechToText, with the standard health service and reflection, and /health and /metrics over HTTP. Health says SERVING once the model is loaded and warm. Other services use it by STT_URL. Ctrl-C finishes what runs and stops; a second Ctrl-C stops at once.`
  static override examples = [
    '<%= config.bin %> stt',
    {
      description: 'For other machines, with a key:',
      command: 'SERVICE_API_KEY=… <%= config.bin %> stt --host 0.0.0.0',
    },
  ]

  static override flags = engineFlags('Model that listens', variables)

  /** Part of `essence up`, before all others, unless one elsewhere is used. */
  static supervised = {name: 'stt', unless: 'STT_URL', provides: 'STT_URL', port: 'STT_PORT'}

  protected override readonly variables = variables
  protected override loadKind = async () => (await import('../src/kind.ts')).recognition
}
