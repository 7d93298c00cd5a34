// The live conversation of the page: microphone, connection, June's voice.
import {addError, useConversation} from '../conversation/conversation-store.ts'
import {resumeShown} from '../conversations/opened.ts'
import {asJuneError} from '../server/june-error.ts'
import {prefer, preferences, usePreferences} from '../settings/preferences.ts'
import {pcmOf} from '../sound/base64.ts'
import {followSpeaker} from '../sound/follow-speaker.ts'
import {keepRunning} from '../sound/keep-running.ts'
import {openMicrophone, type Piece} from '../sound/microphone.ts'
import {stopSound} from '../sound/sound-player.ts'
import {openContext, openSpeaker, type Speaker} from '../sound/speaker.ts'
import {carriedBy} from './carried.ts'
import {followMicrophone} from './follow-microphone.ts'
import {openLiveSession} from './live-session.ts'
import {noFacts, note, useTalk} from './talk-store.ts'

export interface LiveTalk {
  /** June is silent at once. */
  interrupt(): void
  write(text: string): void
  /** The button of push-to-talk is held: what is said is sent, and June is silent. */
  hold(): void
  /** It is let go: what was said is answered. */
  release(): void
  /** How loud whoever speaks is now, 0..1. */
  level(): number
  end(): void
}

let current: LiveTalk | undefined

export const liveTalk = (): LiveTalk | undefined => current

let endCurrent = (): void => {}

/** Ends the live conversation, also one that is only being opened. */
export const endTalk = (): void => endCurrent()

/** Begins to talk; from a gesture. */
export const startTalk = async (): Promise<void> => {
  if (useTalk.getState().connection !== 'none') return
  stopSound()
  note({connection: 'opening', isPushToTalk: preferences().talking === 'push-to-talk'})
  const context = openContext()
  const closing: (() => unknown)[] = [() => context.close()]
  let isOver = false
  const end = (): void => {
    if (isOver) return
    isOver = true
    current = undefined
    endCurrent = () => {}
    for (const close of closing.splice(0).reverse()) close()
    note(noFacts)
  }
  endCurrent = end
  const fail = (error: unknown): void => {
    if (isOver) return
    end()
    addError(asJuneError(error))
  }
  closing.push(
    useConversation.subscribe(({session}, before) => {
      if (session !== before.session) end()
    }),
  )
  try {
    const speaker = await openSpeaker(context, isSounding => note({isSounding}))
    closing.push(() => speaker.close(), followVolume(speaker))
    if (isOver) return speaker.close()
    // Asked for before the connection: a session that waits for a person to allow it is none.
    let hear = (_: Piece): void => {}
    let onGone = (): void => {}
    const microphone = await openMicrophone(context, {
      deviceId: preferences().microphone,
      onPiece: piece => hear(piece),
      onGone: () => onGone(),
    })
    closing.push(() => microphone.close())
    if (isOver) return microphone.close()
    const follower = followMicrophone({microphone, onFail: fail})
    onGone = follower.look
    closing.push(() => follower.end(), keepRunning(context))
    void followSpeaker(context)
    await resumeShown()
    if (isOver) return
    const session = openLiveSession({
      conversation: useConversation.getState().session,
      play(base64, isFirst) {
        if (isFirst) speaker.begin()
        speaker.play(pcmOf(base64))
      },
      flush: () => speaker.flush(),
      onCarried: metadata => obey(carriedBy(metadata).action, () => session.interrupt()),
      onGone: resumeShown,
      onEnd: fail,
    })
    closing.push(() => session.close())
    let heardLevel = 0
    hear = ({pcm, level}) => {
      heardLevel = session.hear(pcm) ? level : 0
    }
    current = {
      interrupt: session.interrupt,
      write: session.write,
      hold: session.hold,
      release: session.release,
      level: () => (useTalk.getState().isSounding ? speaker.level : heardLevel),
      end,
    }
  } catch (error) {
    fail(error)
  }
}

const followVolume = (speaker: Speaker): (() => void) => {
  speaker.setVolume(preferences().volume)
  return usePreferences.subscribe(({volume}) => speaker.setVolume(volume))
}

/** One step of the volume, and the least it goes down to by steps: what is asked to be softer is still heard. */
const step = 0.2

/** Does what June asks the page for. */
const obey = (action: ReturnType<typeof carriedBy>['action'], stop: () => void): void => {
  if (action?.kind === 'stop') stop()
  if (action?.kind !== 'volume') return
  const volume = action.level ?? Math.max(step, preferences().volume + (action.step ?? 0) * step)
  prefer({volume: Math.min(1, Math.max(0, volume))})
}
