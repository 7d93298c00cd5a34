// One live conversation with June: what is said and heard, over one session after the other.
import type {RealtimeClientEvent} from 'openai/resources/realtime/realtime'
import type {JuneError} from '../server/june-error.ts'
import {usePreferences} from '../settings/preferences.ts'
import {recordTurns} from '../sound/turn-recorder.ts'
import {words} from '../words/words.ts'
import {openAsking} from './asking.ts'
import {openRealtime} from './realtime.ts'
import {firstUpdates, followPreferences, type Usual, usualOf} from './session-update.ts'
import {note, say, useTalk} from './talk-store.ts'
import {openTold} from './told.ts'
import {openTurnEvents, quietId} from './turn-events.ts'

/** Shorter, in ms, is a slip of the finger. */
const minHeldMs = 300
/** ms that are heard after the button is let go: fingers are faster than the last word. */
const tailMs = 160

export interface LiveSessionOptions {
  conversation: string
  /** 16-bit PCM in base64. @param isFirst an answer begins */
  play: (base64: string, isFirst: boolean) => void
  flush: () => void
  /** What an answer carries beside its words. */
  onCarried: (metadata: unknown) => void
  /** A session is over that another goes on with; before that one begins. */
  onGone: () => Promise<void>
  onEnd: (why: JuneError) => void
}

export interface LiveSession {
  /** @returns whether it is sent */
  hear(pcm: ArrayBuffer): boolean
  interrupt(): void
  write(text: string): void
  hold(): void
  release(): void
  close(): void
}

export const openLiveSession = ({play, flush, onCarried, ...options}: LiveSessionOptions): LiveSession => {
  let usual: Usual = {voice: undefined, transcriber: undefined}
  let heldAt = 0
  let tail: ReturnType<typeof setTimeout> | undefined

  const send = (event: RealtimeClientEvent): void => realtime.send(event)
  const told = openTold()
  const recorder = recordTurns(options.conversation)
  const asking = openAsking(send, () => realtime.isOpen)
  const turn = openTurnEvents({
    ...{play, flush},
    onUnderstood(text) {
      asking.understood(text)
      realtime.settle()
    },
    onBegun() {
      if (asking.begun()) interrupt()
    },
    onHeard: asking.heard,
    onAnswered: asking.answered,
    onRefused(id) {
      const wasAwaited = useTalk.getState().isAwaited
      asking.refused(id)
      realtime.settle()
      if (wasAwaited) say(words.t(id === 'commit' ? 'notice.tooShort' : 'notice.nothingHeard', {ns: 'talk'}))
    },
  })

  const realtime = openRealtime({
    ...options,
    onEvent(event) {
      recorder.take(event)
      if (turn.take(event)) return
      told.take(event)
      if (event.type === 'response.done') onCarried(event.response.metadata)
    },
    onSession({session, isFirst, resend}) {
      usual = usualOf(session)
      for (const update of firstUpdates(usual)) sendUpdate(update)
      if (!isFirst) begunAnew(resend)
    },
    onState(state) {
      useTalk.setState({seconds: state.kind === 'busy' ? state.seconds : 0})
      note({connection: state.kind})
      if (state.kind === 'open') asking.opened()
    },
    onSoundLost: () => say(words.t('notice.soundLost', {ns: 'talk'})),
  })

  /** June was started anew: what she does not know of is sent again. */
  const begunAnew = (resend: () => void): void => {
    const {isHearing, isHeld} = useTalk.getState()
    const isBroken = told.breakOff()
    flush()
    resend()
    const isAskedAgain = asking.again()
    note({isAnswering: false, hasSounded: false, isHearing: false, before: undefined})
    if (isBroken && !isAskedAgain) say(words.t('notice.brokenOff', {ns: 'talk'}))
    else if (isAskedAgain || isHearing || isHeld) say(words.t('notice.restarted', {ns: 'talk'}))
  }
  const sendUpdate = (update: ReturnType<typeof firstUpdates>[number]): void =>
    send({type: 'session.update', session: {type: 'realtime', ...update}})
  const ends = [
    followPreferences(() => usual, sendUpdate),
    usePreferences.subscribe(({talking}, before) => {
      if (talking === before.talking) return
      // What was begun the other way ends nowhere.
      send({type: 'input_audio_buffer.clear', event_id: quietId})
      note({isPushToTalk: talking === 'push-to-talk', isHeld: false, isHearing: false})
    }),
  ]

  const interrupt = (): void => {
    turn.silence()
    asking.drop()
    if (useTalk.getState().isAnswering) send({type: 'response.cancel', event_id: quietId})
  }
  const letGo = (): void => {
    clearTimeout(tail)
    tail = undefined
  }

  return {
    hear(pcm) {
      const {isMuted, isHeld, isHearing, isPushToTalk} = useTalk.getState()
      realtime.look(isPushToTalk || isHearing)
      if (isPushToTalk && !isHeld && tail === undefined) return false
      const isHeard = isPushToTalk || !isMuted
      const sent = isHeard ? pcm : new ArrayBuffer(pcm.byteLength)
      recorder.hear(sent)
      realtime.hear(sent)
      return isHeard
    },
    interrupt,
    write(text) {
      interrupt()
      asking.write(text)
    },
    hold() {
      if (useTalk.getState().isHeld) return
      letGo()
      interrupt()
      // What was said before and is not understood yet is a turn all the same.
      if (!asking.isCommitted) {
        send({type: 'input_audio_buffer.clear', event_id: quietId})
        realtime.settle()
      }
      heldAt = performance.now()
      note({isHeld: true})
    },
    release() {
      if (!useTalk.getState().isHeld) return
      note({isHeld: false})
      if (performance.now() - heldAt < minHeldMs) {
        send({type: 'input_audio_buffer.clear', event_id: quietId})
        return say(words.t('notice.tooShort', {ns: 'talk'}))
      }
      note({isAwaited: true})
      tail = setTimeout(() => {
        letGo()
        asking.commit()
      }, tailMs)
    },
    close() {
      letGo()
      for (const end of ends) end()
      realtime.close()
    },
  }
}
