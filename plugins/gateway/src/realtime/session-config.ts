import type {TurnTaking} from '@essence/core/conversation/port'
import {defined} from '@essence/core/kit/defined'
import type {ChatOptions} from '@essence/core/llm/port'
import {refusal} from '../openai/errors.ts'
import {june, type ServedModel} from '../openai/models.ts'
import * as given from '../openai/parameters.ts'
import type {SessionInput, SessionOutput, TurnDetection, WantedResponse, WantedSession} from './session-shape.ts'

/** What is told the model and how it answers: of a session, or of one response. */
export type AnswerConfig = Whole<
  Pick<
    WantedResponse,
    'instructions' | 'output_modalities' | 'tools' | 'tool_choice' | 'max_output_tokens' | 'parallel_tool_calls'
  >
> &
  Pick<WantedResponse, 'reasoning'>

/** Nothing of it is left open. */
type Whole<T> = {[K in keyof T]-?: Exclude<T[K], undefined>}

/** A session as it is in force. */
export interface SessionConfig extends AnswerConfig {
  type: 'realtime' | 'transcription'
  model: string
  audio: {
    input: Whole<Omit<SessionInput, 'turn_detection'>> & {turn_detection: TurnDetection | null}
    output: Whole<SessionOutput>
  }
  tracing: unknown
  truncation: unknown
}

export interface ConfigDefaults {
  type: SessionConfig['type']
  /** As the client named it. */
  model: string
  /** Id of the voice that speaks unless another is asked for. */
  voice: string
  transcriber: string
  speaks: boolean
}

export const defaultConfig = ({type, model, voice, transcriber, speaks}: ConfigDefaults): SessionConfig => ({
  ...{type, model, instructions: '', output_modalities: [speaks ? 'audio' : 'text'], tools: [], tool_choice: 'auto'},
  ...{max_output_tokens: 'inf', parallel_tool_calls: true, tracing: null, truncation: 'auto'},
  audio: {
    input: {
      format: {type: 'audio/pcm', rate: 24_000},
      transcription: {model: transcriber},
      noise_reduction: null,
      turn_detection: {type: 'semantic_vad', eagerness: 'auto', create_response: true, interrupt_response: true},
    },
    output: {format: {type: 'audio/pcm', rate: 24_000}, voice, speed: 1},
  },
})

/** The session with what a client wants of it; what it does not name stays. @throws USAGE (the type cannot change) */
export const updatedConfig = (config: SessionConfig, wanted: WantedSession): SessionConfig => {
  if (wanted.type !== config.type) {
    const message = `This session is of the type ${config.type} and stays so. Open another for ${wanted.type}.`
    throw refusal(message, {param: 'session.type', fault: 'invalid_value'})
  }
  const {audio, ...rest} = wanted as Extract<WantedSession, {type: 'realtime'}>
  const {include: _none, prompt: _unkept, model: _same, ...answer} = rest
  return {
    ...config,
    ...defined(answer),
    audio: {
      input: {...config.audio.input, ...defined(audio?.input ?? {})} as SessionConfig['audio']['input'],
      output: {...config.audio.output, ...defined(audio?.output ?? {})},
    },
  }
}

/** What only the bare model does is not passed over in silence. @throws USAGE, which names the parameter */
export const assertServed = (
  wanted: Partial<WantedResponse>,
  {kind}: ServedModel,
  at: 'session' | 'response',
): void => {
  if (kind !== 'june') return
  const refused =
    (wanted.instructions ?? '').trim() !== ''
      ? (['instructions', 'has instructions of her own and takes none'] as const)
      : wanted.tools?.length
        ? (['tools', 'has tools of her own and takes none of the client'] as const)
        : wanted.input
          ? (['input', 'keeps the conversation herself and takes no other'] as const)
          : wanted.conversation === 'none'
            ? (['conversation', 'answers within the conversation only'] as const)
            : undefined
  if (!refused) return
  const [param, why] = refused
  throw refusal(`The model ${june} ${why}. Ask the language model by its own name for that (GET /v1/models).`, {
    param: `${at}.${param}`,
    fault: 'unsupported_parameter',
  })
}

/** Who speaks when, by the terms of the conversation. */
export const turnTakingOf = ({type, audio}: SessionConfig): Partial<TurnTaking> => {
  const {turn_detection: detection} = audio.input
  const words = audio.input.transcription !== null
  if (!detection) return {endedBy: 'commit', respond: false, interrupt: false, words, idleMs: undefined}
  const common = {
    words,
    respond: type === 'realtime' && detection.create_response,
    interrupt: detection.interrupt_response,
    idleMs: undefined,
  }
  if (detection.type === 'semantic_vad') {
    return {...common, endedBy: 'detector', eagerness: detection.eagerness, threshold: 0.5, prefixMs: 300}
  }
  return {
    ...common,
    endedBy: 'silence',
    silenceMs: detection.silence_duration_ms,
    threshold: detection.threshold,
    prefixMs: detection.prefix_padding_ms,
    idleMs: detection.idle_timeout_ms ?? undefined,
  }
}

/** What the bare model is asked with. */
export const chatOptionsOf = (config: AnswerConfig): ChatOptions => {
  const {tools, tool_choice: choice, max_output_tokens: max, reasoning, parallel_tool_calls} = config
  return {
    ...given.lengthOf(max === 'inf' ? undefined : max, reasoning?.effort),
    tools: tools.length > 0 ? tools.map(given.toolOf) : undefined,
    toolChoice: tools.length > 0 ? (typeof choice === 'object' ? {name: choice.name} : choice) : undefined,
    parallelToolCalls: parallel_tool_calls,
  }
}

export const isSpoken = ({output_modalities: modalities}: Pick<AnswerConfig, 'output_modalities'>): boolean =>
  modalities.includes('audio')

/** A session as a client is shown it. @param expiresAt seconds since 1970 */
export const shownSession = (id: string, config: SessionConfig, expiresAt: number): object => {
  const object = `realtime.${config.type === 'realtime' ? '' : 'transcription_'}session`
  const common = {object, id, expires_at: expiresAt, include: null}
  if (config.type === 'transcription') return {...common, type: config.type, audio: {input: config.audio.input}}
  return {...common, prompt: null, ...config}
}
