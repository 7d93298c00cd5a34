import type {Settings} from '../../../config/schema.ts'
import {openConversation} from '../../../conversation/conversation.ts'
import {openEchoCanceller} from '../../../conversation/echo/echo-canceller.ts'
import type {TurnTaking} from '../../../conversation/port.ts'
import {checkLiveDevices} from '../../sound/live-devices.ts'
import {openLiveInput} from '../../sound/live-input.ts'
import {openLiveOutput} from '../../sound/live-output.ts'
import {sessionName} from '../session-name.ts'
import type {LiveTurns} from './live-turns.ts'
import {type LiveScreen, liveView} from './live-view.ts'
import {openTalkEngines} from './open-engines.ts'
import {playedRate, runTalk} from './run-talk.ts'

export interface TalkRequest {
  /** A file in place of the microphone. */
  input: string | undefined
  /** A file in place of the speakers. */
  output: string | undefined
  /** The conversation to go on with, or whether it is a fresh one. */
  session: string | undefined
  fresh: boolean | undefined
  turnTaking: Pick<TurnTaking, 'eagerness' | 'interrupt'>
}

export interface TalkScreen extends LiveScreen {
  loading: <T>(what: string, open: (onProgress: (message: string) => void) => Promise<T>) => Promise<T>
}

interface Signals {
  /** Cancels. */
  signal: AbortSignal
  /** Ends the talk, as hanging up does. */
  ending: AbortSignal
}

const silentMicrophone = 'The microphone gives nothing but silence: is it muted, or may this program not use it?'

/**
 * Opens the engines and devices, and holds a live conversation until it is ended, or a recording has been answered.
 * @param turns filled while they happen, also those before a failure
 * @throws what `checkLiveDevices`, `openTalkEngines` and `runTalk` throw
 */
export const holdTalk = async (
  {input: inputFile, output: outputFile, session, fresh, turnTaking}: TalkRequest,
  settings: Settings,
  screen: TalkScreen,
  {signal, ending}: Signals,
  turns: LiveTurns,
): Promise<void> => {
  await checkLiveDevices({input: inputFile, output: outputFile})
  // Nothing goes on yet that could end well.
  const opening = AbortSignal.any([signal, ending])
  const {engines, vad, endOfTurn, close} = await screen.loading(
    'speech recognition, the language model and speech synthesis',
    onProgress => openTalkEngines(settings, {signal: opening, onProgress}),
  )
  try {
    for (const notice of engines.notices) screen.warn(notice)
    const output = await openLiveOutput(playedRate, outputFile)
    try {
      const input = await openLiveInput({file: inputFile, ending, signal})
      screen.note(`${input.name}, ${output.name}; Ctrl-C leaves.`)
      screen.detail(`end of turn: ${endOfTurn.description}; speech: ${vad.description}`)
      const conversation = openConversation({
        ...{engines, vad, endOfTurn, turnTaking, speaker: 'cli', channel: 'cli'},
        session: await sessionName(settings.JUNE_DATA_DIR, {session, fresh}),
        language: settings.STT_LANGUAGE,
      })
      // A recording has no room in which June could be heard.
      const echo = input.isFile ? undefined : openEchoCanceller()
      const view = liveView(screen)
      await runTalk({conversation, input, output, echo, turns, view, onSilent: () => screen.warn(silentMicrophone)})
    } finally {
      screen.line.clear()
      await output.close()
    }
  } finally {
    await close()
  }
}
