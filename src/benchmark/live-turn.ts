import {encodeToBytes} from '../audio/encode/encode.ts'
import type {Settings} from '../config/schema.ts'
import {type Engines, enginesInUse, openEngines} from '../engines/open.ts'
import {isEssenceError} from '../kit/errors.ts'
import type {TurnTimes} from '../voice/events.ts'
import {runTurn} from '../voice/turn.ts'

/** What the recogniser of the demonstration understands, too. */
const simpleQuestion = 'what time is it'
/** For a language model: what June answers without one would not try it. */
const openQuestion = 'Why is the sky blue during the day?'

export interface LiveTurn {
  /** What was spoken into the turn. */
  asked: string
  heard: string
  answered: string
  /** Length of the spoken answer, in ms. */
  audioMs: number
  times: TurnTimes
  /** What listened, answered and spoke. */
  engines: {role: string; engine: string; model: string; device: string; demonstration: boolean}[]
  /** What is only a demonstration, and what mends that. */
  notices: string[]
}

export interface LiveTurnOptions {
  signal: AbortSignal
  onProgress: (message: string) => void
  /** Called as soon as it is known. */
  onHeard: (text: string) => void
  /** The engines are open; a turn begins. */
  onOpen: (engines: Pick<Engines, 'lines' | 'notices'>) => void
}

/**
 * Runs one whole turn through the engines that the settings name: a question that June speaks herself is heard, answered and the answer
 * spoken. Nobody hears it, and nothing of it is remembered.
 * @throws what opening engines and a turn throw
 */
export const runLiveTurn = async (settings: Settings, options: LiveTurnOptions): Promise<LiveTurn> => {
  const {signal, onProgress, onHeard, onOpen} = options
  const engines = await openEngines(settings, {check: false, signal, onProgress})
  try {
    onOpen(engines)
    const inUse = enginesInUse(engines)
    const asked = engines.stt.info.demo === undefined && engines.model ? openQuestion : simpleQuestion
    const recording = await encodeToBytes(engines.tts.synthesize(asked, {language: 'en', signal}), 'ogg', {signal})
    const session = 'init'
    const result: LiveTurn = {
      ...{asked, heard: '', answered: '', audioMs: 0, times: {totalMs: 0}, notices: engines.notices},
      engines: inUse.map(({role, info: {engine, model, device, demo}}) => ({
        ...{role, engine, model, device, demonstration: demo !== undefined},
      })),
    }
    const follow = async (input: {audio: {bytes: Uint8Array}} | {text: string}): Promise<void> => {
      const turn = {speaker: session, session, channel: 'cli', input, language: 'en', speak: true}
      for await (const event of runTurn(turn, engines, {signal})) {
        if (event.type === 'transcript') {
          result.heard = event.transcript.text.trim()
          onHeard(result.heard)
        } else if (event.type === 'done')
          Object.assign(result, {answered: event.text.trim(), audioMs: event.audioMs, times: event.times})
      }
    }
    try {
      // A recogniser for people need not understand a synthetic voice.
      await follow({audio: {bytes: recording}}).catch(error => {
        if (isEssenceError(error) && error.code === 'NO_SPEECH') return follow({text: asked})
        throw error
      })
    } finally {
      await engines.assistant.forget(session)
    }
    return result
  } finally {
    await engines.close()
  }
}
