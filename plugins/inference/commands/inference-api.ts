import {EngineServiceCommand, engineFlags} from '@essence/core/cli/engine-service-command'
import type {MindEngine} from '../src/held-mind.ts'

const variables = {model: 'MODEL_NAME', device: 'MODEL_DEVICE', host: 'LLM_HOST', port: 'LLM_PORT'}

export default class InferenceApi extends EngineServiceCommand<MindEngine> {
  static override summary = 'What answers as a service: gRPC for the channels of June and for everybody else.'
  static override description =
    `Serves june.llm.LLMInference and june.mind.Mind, with the standard health service and reflection, and /health and /metrics over HTTP. Health says SERVING once the model is loaded and warm. Other services use it by LLM_URL. Ctrl-C finishes what runs and stops; a second Ctrl-C stops at once.`
  static override examples = [
    '<%= config.bin %> inference-api',
    {
      description: 'For other machines, with a key:',
      command: 'SERVICE_API_KEY=… <%= config.bin %> inference-api --host 0.0.0.0',
    },
  ]

  static override flags = engineFlags('Model that answers', variables)

  /** Part of `essence up`, before all others, unless June answers elsewhere; a server of another kind there is the model of this one. */
  static supervised = {name: 'inference', unlessOurs: 'LLM_URL', provides: 'LLM_URL', port: 'LLM_PORT'}

  protected override readonly variables = variables
  protected override loadKind = async () => (await import('../src/kind.ts')).inference
}
