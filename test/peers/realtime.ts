// A Realtime server that does as a script says: it finds speech by its level, ends a turn by silence, and answers with a tone.
import type {Clock} from '@essence/core/proof/conversation/clock'
import {type ClientEvent, type Connect, readEvent} from '@essence/core/proof/conversation/wire'

export interface RealtimeScript {
  /** ms of silence that end a turn. Default 600. */
  endAfterMs?: number
  /** ms from the end of a turn to her first sound. Default 200. */
  thinkMs?: number
  /** ms that an answer takes. Default 3000. */
  answerMs?: number
  /** What is heard of turn n, from 0 on. */
  heard?: (turn: number) => string
  /** What answer n is. */
  says?: (turn: number) => string
  /** Calls a function in answer n instead of speaking. */
  calls?: (turn: number) => {name: string; arguments: string} | undefined
  /** ms of speech over her answer at which she goes quiet. Default 100. */
  holdAfterMs?: number
  /** ms of speech over her answer at which it is ended; what is shorter is no turn. Default 600. */
  stopAfterMs?: number
  /** Why it refuses every session.update. */
  refuses?: string
  /** ms of silence after a sound that was no turn until she goes on. Default 300. */
  resumeAfterMs?: number
}

const rate = 24_000
const frame = 480

const rmsOf = (bytes: Buffer): number => {
  let sum = 0
  for (let at = 0; at + 1 < bytes.length; at += 2) sum += (bytes.readInt16LE(at) / 32_768) ** 2
  return Math.sqrt(sum / Math.max(1, bytes.length / 2))
}

const tone = Buffer.from(
  Int16Array.from({length: frame}, (_, i) => 6000 * Math.sin((2 * Math.PI * 400 * i) / rate)).buffer,
).toString('base64')

interface Answer {
  id: string
  left: number
  held: boolean
  begun: number
}

interface Life {
  id: string
  events: ClientEvent[]
  emit: ((event: object) => void) | undefined
  send: (event: ClientEvent) => void
}

/** One conversation; it goes on where its connection is lost and comes back. */
const openLife = (id: string, script: RealtimeScript, clock: Clock): Life => {
  const {
    endAfterMs = 600,
    thinkMs = 200,
    answerMs = 3000,
    holdAfterMs = 100,
    stopAfterMs = 600,
    resumeAfterMs = 300,
  } = script
  const {heard = () => 'hello', says = () => 'Good day to you.', calls = () => undefined} = script
  let [turn, spokenMs, quietMs, item, told]: [number, number, number, number, boolean] = [0, 0, 0, 0, false]
  let answer: Answer | undefined
  const events: ClientEvent[] = []
  const life: Life = {id, events, emit: undefined, send: () => {}}
  const emit = (event: object): void => life.emit?.(event)

  const finish = (status: string, reason?: string): void => {
    const response = {id: answer?.id, status, ...(reason ? {status_details: {reason}} : {})}
    answer = undefined
    emit({type: 'response.done', response})
  }
  const speak = async (text: string): Promise<void> => {
    const mine: Answer = {id: `response-${turn++}`, left: answerMs, held: false, begun: clock.now()}
    answer = mine
    emit({type: 'response.created', response: {id: mine.id, status: 'in_progress'}})
    await clock.sleep(thinkMs)
    emit({type: 'response.output_audio_transcript.delta', response_id: mine.id, delta: text})
    while (answer === mine && mine.left > 0) {
      if (!mine.held && life.emit) {
        emit({type: 'response.output_audio.delta', response_id: mine.id, item_id: `answer-${mine.id}`, delta: tone})
        mine.left -= 20
      }
      await clock.sleep(20)
    }
    if (answer === mine) finish('completed')
  }
  const respond = (): void => {
    const call = calls(turn)
    if (!call) return void speak(says(turn))
    const response = `response-${turn++}`
    emit({type: 'response.created', response: {id: response}})
    emit({type: 'response.function_call_arguments.done', response_id: response, call_id: 'call', item_id: 'c', ...call})
    emit({type: 'response.done', response: {id: response, status: 'completed'}})
  }
  const commit = (): void => {
    const name = `item-${item}`
    emit({type: 'input_audio_buffer.committed', item_id: name})
    emit({type: 'conversation.item.input_audio_transcription.completed', item_id: name, transcript: heard(item++)})
    ;[spokenMs, quietMs, told] = [0, 0, false]
  }
  const hear = (bytes: Buffer): void => {
    const ms = (bytes.length / 2 / rate) * 1000
    if (rmsOf(bytes) > 0.01) [spokenMs, quietMs] = [spokenMs + ms, 0]
    else quietMs += ms
    if (answer) {
      if (spokenMs >= holdAfterMs) answer.held = true
      if (spokenMs >= stopAfterMs) {
        finish('cancelled', 'turn_detected')
      } else if (answer.held && quietMs >= resumeAfterMs) {
        ;[spokenMs, answer.held] = [0, false]
      }
    }
    if (!answer && spokenMs > 0 && !told) {
      told = true
      emit({type: 'input_audio_buffer.speech_started', item_id: `item-${item}`, audio_start_ms: 0})
    }
    if (!answer && spokenMs > 0 && quietMs >= endAfterMs) {
      emit({type: 'input_audio_buffer.speech_stopped', item_id: `item-${item}`, audio_end_ms: 0})
      commit()
      respond()
    }
  }
  life.send = event => {
    if (event.type !== 'input_audio_buffer.append') events.push(event)
    if (event.type === 'input_audio_buffer.append') hear(Buffer.from(String(event['audio']), 'base64'))
    else if (event.type === 'session.update' && script.refuses !== undefined)
      emit({type: 'error', error: {message: script.refuses}})
    else if (event.type === 'input_audio_buffer.commit') commit()
    else if (event.type === 'response.create') respond()
  }
  return life
}

/** In process, over whatever clock. `events`: what clients sent but for their sound. */
export const scriptedRealtime = (script: RealtimeScript, clock: Clock): {connect: Connect; events: ClientEvent[]} => {
  const lives = new Map<string, Life>()
  const events: ClientEvent[] = []
  const connect: Connect = async ({onEvent}, {session}) => {
    const id = session ?? `session-${lives.size}`
    const life = lives.get(id) ?? openLife(id, script, clock)
    lives.set(id, life)
    const emit = (event: object): void => {
      const read = readEvent(JSON.stringify(event))
      if (read) onEvent(read)
    }
    life.emit = emit
    emit({type: 'session.created', session: {id}})
    return {
      send: event => {
        if (event.type !== 'input_audio_buffer.append') events.push(event)
        life.send(event)
      },
      close: () => {
        if (life.emit === emit) life.emit = undefined
      },
    }
  }
  return {connect, events}
}
