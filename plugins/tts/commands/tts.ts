import {EngineServiceCommand, engineFlags} from '@essence/core/cli/engine-service-command'
import type {TextToSpeech} from '@essence/core/tts/port'

const variables = {model: 'TTS_MODEL', device: 'TTS_DEVICE', host: 'TTS_HOST', port: 'TTS_PORT'}

export default class Tts extends EngineServiceCommand<TextToSpeech> {
  static override summary = 'Speech synthesis as a service: gRPC for June and for everybody else.'
  static override description =
    `Serves june.tts.TextToSpeech, with the standard health service and reflection, and /health and /metrics over HTTP. Health says SERVING once the model is loaded and warm. Other services use it by TTS_URL. Ctrl-C finishes what runs and stops; a second Ctrl-C stops at once.`
  static override examples = [
    '<%= config.bin %> tts',
    {
      description: 'For other machines, with a key:',
      command: 'SERVICE_API_KEY=… <%= config.bin %> tts --host 0.0.0.0',
    },
  ]

  static override flags = engineFlags('Model that speaks', variables)

  /** Part of `essence up`, before all others, unless one elsewhere is used. */
  static supervised = {name: 'tts', unless: 'TTS_URL', provides: 'TTS_URL', port: 'TTS_PORT'}

  protected override readonly variables = variables
  protected override loadKind = async () => (await import('../src/kind.ts')).synthesis
}
