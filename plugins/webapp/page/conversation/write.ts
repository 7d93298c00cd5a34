// A written message: over the live conversation where there is one, else as a turn of its own.

import {resumeShown} from '../conversations/opened.ts'
import {asJuneError} from '../server/june-error.ts'
import type {DoorAction, Times, TurnLine, WrittenTurn} from '../server/turn.ts'
import {prefer, preferences} from '../settings/preferences.ts'
import {clipsPlaced, clipsPlayed, playClip, replayClips, stopClips, unlockClips} from '../sound/clips.ts'
import {liveTalk} from '../talk/talk.ts'
import {showState, type TalkState} from '../talk/talk-store.ts'
import {addError, addMessage, changeMessage, messageOf, removeMessage, useConversation} from './conversation-store.ts'
import {keepReplay, useReplays} from './replays.ts'
import {forgetUnanswered, keepUnanswered} from './unanswered.ts'
import {streamWhenRoom} from './until-room.ts'
import {endWait, useWriting} from './writing-store.ts'

/** The turn or replay that goes on; aborting it stops it, in June's head too. */
let current: AbortController | undefined
/** Hz, of June's voice. */
let sampleRate: number | undefined

export const setVoiceRate = (hz: number): void => {
  sampleRate = hz
}

/** Stops the answer to what was written, and its sound. */
export const stopWriting = (): void => {
  current?.abort()
  stopClips()
}

useConversation.subscribe(({session}, before) => {
  if (session !== before.session) stopWriting()
})

const begin = (): AbortController => {
  stopWriting()
  current = new AbortController()
  return current
}

const end = (mine: AbortController): void => {
  if (current !== mine) return
  current = undefined
  endWait()
  show('idle')
}

/** The live conversation has states of its own. */
const show = (state: TalkState): void => {
  if (!liveTalk()) showState(state)
}

interface WriteOptions {
  /** The message that stands in the conversation already, and is sent again. */
  question?: string | undefined
  /** It says anew what the one before said. */
  isEdited?: boolean | undefined
}

/** Sends a message and shows and plays what comes back; what goes on is stopped. Call it from a gesture. */
export const write = async (
  text: string,
  decision?: WrittenTurn['decision'],
  how: WriteOptions = {},
): Promise<void> => {
  const mine = begin()
  const resumed = resumeShown()
  const question = how.question ?? addMessage({who: 'you', text, isEdited: how.isEdited})
  const live = liveTalk()
  if (live && !decision) return live.write(text)
  const {session} = useConversation.getState()
  const {reply, voice, language, speed} = preferences()
  const speak = reply !== 'text'
  if (speak) unlockClips(sampleRate)
  show('thinking')
  const at = messageOf(question)?.at ?? Date.now()
  // What a button says is no loss.
  if (!decision) keepUnanswered({session, text, at})
  const answer = addMessage({who: 'june', text: '', isOpen: true})
  const take = showing(answer, performance.now())
  const options = {speed, ...(voice ? {voice} : {}), ...(language ? {language} : {}), ...(decision ? {decision} : {})}
  try {
    await resumed
    mine.signal.throwIfAborted()
    for await (const line of streamWhenRoom({text, session, speak, ...options}, mine.signal)) {
      // Lines that came together with the one before are read even after an interruption.
      mine.signal.throwIfAborted()
      take(line)
    }
    forgetUnanswered(at)
    await clipsPlaced()
    await clipsPlayed()
  } catch (error) {
    if (messageOf(answer)?.text === '') removeMessage(answer)
    else changeMessage(answer, {isOpen: false, isStopped: true})
    if (!mine.signal.aborted) {
      stopClips()
      addError(asJuneError(error), {question, text, decision})
    }
  } finally {
    end(mine)
  }
}

/** @returns what takes each line of an answer as it comes */
const showing = (answer: string, sinceMs: number): ((line: TurnLine) => void) => {
  const clips: AudioBuffer[] = []
  let times: Times = {}
  const addTimes = (more: Times): void => {
    times = {...times, ...more}
    changeMessage(answer, {times})
  }
  return line => {
    switch (line.type) {
      case 'waiting':
        return useWriting.setState({before: line.before})
      case 'delta':
        endWait()
        return changeMessage(answer, ({text}) => ({text: (text + line.text).trimStart()}))
      case 'leadIn':
        return playClip(line.audio, () => show('speaking'))
      case 'speech':
        return playClip(line.audio, (clip, delayMs) => {
          clips.push(clip)
          keepReplay(answer, clips)
          if (clips.length > 1) return
          show('speaking')
          addTimes({sentMs: performance.now() - sinceMs + delayMs})
        })
      case 'speechFailed':
        return changeMessage(answer, {silent: line.message})
      case 'done': {
        const {sources, confirmation} = line
        const text = messageOf(answer)?.text || line.text || confirmation?.question || ''
        if (line.action) obey(line.action)
        if (text === '') return removeMessage(answer)
        changeMessage(answer, {isOpen: false, sources, confirmation, text})
        addTimes(line.times)
        if (line.times['ttfaMs'] === undefined) useWriting.setState({answered: text})
      }
    }
  }
}

/** One step of the volume, and the least it goes down to by steps: what is asked to be softer is still heard. */
const step = 0.2

/** Does what June asks the page for. */
const obey = (action: DoorAction): void => {
  if (action.kind === 'stop') stopClips()
  else {
    const volume = action.level ?? Math.max(step, preferences().volume + (action.step ?? 0) * step)
    prefer({volume: Math.min(1, Math.max(0, volume))})
  }
}

/** Plays an answer again. */
export const replay = async (id: string): Promise<void> => {
  const mine = begin()
  show('speaking')
  replayClips(useReplays.getState().clips.get(id) ?? [])
  await clipsPlayed()
  end(mine)
}
