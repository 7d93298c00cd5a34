import {companders} from '../../audio/g711.ts'
import {fromPcm16} from '../../audio/pcm.ts'
import {defined} from '../../kit/defined.ts'
import {type Loudspeaker, openLoudspeaker} from './loudspeaker.ts'
import {personRate} from './mixer.ts'
import type {Happening, Response, UserTurn} from './record.ts'
import type {SessionOptions} from './scenario.ts'
import {telephoneRate} from './telephone.ts'
import type {ClientEvent, ServerEvent} from './wire.ts'

/** What is known of a conversation by what the gateway sent. */
export interface Session {
  /** To go on with after the connection was lost. */
  id: string | undefined
  readonly turns: UserTurn[]
  readonly responses: Response[]
  readonly happenings: Happening[]
  /** What the gateway refused. */
  readonly errors: string[]
  readonly loudspeaker: Loudspeaker
  note(who: Happening['who'], what: string): void
  receive(event: ServerEvent): void
}

export interface SessionHost {
  options: SessionOptions
  now: () => number
  send: (event: ClientEvent) => void
}

/** The `session.update` that a conversation begins with. */
export const sessionUpdate = (
  {turnDetection, eagerness, silence, threshold, format, instructions, tools}: SessionOptions,
  language: string,
): ClientEvent => {
  const audioFormat = format === 'pcm' ? {type: 'audio/pcm', rate: personRate} : {type: `audio/${format}`}
  const detection =
    turnDetection === 'none'
      ? null
      : {type: turnDetection, ...defined({eagerness, silence_duration_ms: silence, threshold})}
  return {
    type: 'session.update',
    session: {
      type: 'realtime',
      output_modalities: ['audio'],
      ...defined({instructions}),
      audio: {
        input: {
          format: audioFormat,
          turn_detection: detection,
          transcription: {model: 'whisper-1', ...(language === 'auto' ? {} : {language})},
        },
        output: {format: audioFormat},
      },
      tools: tools.map(({name, description, parameters}) => ({type: 'function', name, description, parameters})),
    },
  }
}

/** Keeps account of a conversation, plays what June says, and answers her calls of functions. */
export const openSession = ({options, now, send}: SessionHost): Session => {
  const {format, tools} = options
  const loudspeaker = openLoudspeaker()
  const [turns, responses, happenings]: [UserTurn[], Response[], Happening[]] = [[], [], []]
  const note = (who: Happening['who'], what: string): void => {
    happenings.push({atMs: Math.round(now()), who, what})
  }
  const turnOf = (item: string): UserTurn => {
    const known = turns.find(turn => turn.item === item)
    if (known) return known
    const turn = {item, startedMs: undefined, stoppedMs: undefined, committedMs: undefined, heard: undefined}
    turns.push(turn)
    return turn
  }
  const responseOf = (id: string): Response => {
    const known = responses.find(each => each.id === id)
    if (known) return known
    const response: Response = {
      ...{id, createdMs: now(), text: '', calls: []},
      ...{doneMs: undefined, status: undefined, interruptedMs: undefined},
    }
    responses.push(response)
    return response
  }
  /** As a client does: what is not heard yet is dropped, and the server told how much was. */
  const silence = (): void => {
    const cut = loudspeaker.clear(now())
    if (!cut) return
    const response = responseOf(cut.response)
    response.interruptedMs ??= now()
    note('june', `is cut off after ${cut.heardMs} ms of her answer`)
    send({type: 'conversation.item.truncate', item_id: cut.item, content_index: 0, audio_end_ms: cut.heardMs})
  }
  const unanswered: {callId: string; name: string}[] = []
  /** Once the response that called is over: a server answers one at a time. */
  const answerCalls = (): void => {
    const calls = unanswered.splice(0)
    for (const {callId, name} of calls) {
      const tool = tools.find(each => each.name === name)
      const output = JSON.stringify(tool ? (tool.returns ?? null) : {error: `There is no function ${name}.`})
      send({type: 'conversation.item.create', item: {type: 'function_call_output', call_id: callId, output}})
    }
    if (calls.length > 0) send({type: 'response.create'})
  }
  const session: Session = {
    ...{id: undefined, turns, responses, happenings, errors: [], loudspeaker, note},
    receive(event) {
      switch (event.type) {
        case 'session.created':
          session.id = event.session.id
          break
        case 'input_audio_buffer.speech_started':
          turnOf(event.item_id).startedMs = now()
          note('gateway', 'speech started')
          silence()
          break
        case 'input_audio_buffer.speech_stopped':
          turnOf(event.item_id).stoppedMs = now()
          note('gateway', 'speech stopped')
          break
        case 'input_audio_buffer.committed':
          turnOf(event.item_id).committedMs = now()
          note('gateway', 'the turn is over')
          break
        case 'conversation.item.input_audio_transcription.completed':
          turnOf(event.item_id).heard = event.transcript
          note('gateway', `heard "${event.transcript}"`)
          break
        case 'response.created':
          responseOf(event.response.id)
          note('june', 'begins an answer')
          break
        case 'response.output_audio.delta': {
          const bytes = Buffer.from(event.delta, 'base64')
          const pcm = format === 'pcm' ? fromPcm16(bytes) : companders[format].decode(bytes)
          const sampleRate = format === 'pcm' ? personRate : telephoneRate
          const isFirst = !loudspeaker.played.some(({response}) => response === event.response_id)
          loudspeaker.push({response: event.response_id, item: event.item_id, pcm, sampleRate}, now())
          if (isFirst) note('june', 'speaks')
          break
        }
        case 'response.output_audio_transcript.delta':
        case 'response.output_text.delta':
          responseOf(event.response_id).text += event.delta
          break
        case 'response.function_call_arguments.done':
          responseOf(event.response_id).calls.push({name: event.name, arguments: event.arguments})
          note('june', `calls ${event.name}(${event.arguments})`)
          unanswered.push({callId: event.call_id, name: event.name})
          break
        case 'response.done': {
          const {id, status, status_details: details} = event.response
          const response = responseOf(id)
          Object.assign(response, {doneMs: now(), status})
          const isCut = status === 'cancelled' || (status === 'incomplete' && details?.reason === 'turn_detected')
          if (isCut && details?.reason !== 'client_cancelled') response.interruptedMs ??= now()
          const why = [details?.reason, details?.error?.message].filter(Boolean).join(': ')
          note('june', `ends it, ${status}${why === '' ? '' : ` (${why})`}: "${response.text}"`)
          answerCalls()
          break
        }
        case 'error':
          note('gateway', `error: ${event.error.message}`)
          session.errors.push(event.error.message)
          break
      }
    },
  }
  return session
}
