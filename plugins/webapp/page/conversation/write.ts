// A written message: over the live conversation where there is one, else as a turn of its own.

import {resumeShown} from '../conversations/opened.ts'
import {asJuneError} from '../server/june-error.ts'
import {now} from '../server/now.ts'
import {personName} from '../server/person-name.ts'
import type {DoorAction, Times, TurnLine, WrittenTurn} from '../server/turn.ts'
import {prefer, preferences} from '../settings/preferences.ts'
import {clipsPlaced, clipsPlayed, pcmOfClips, playClip, stopClips, unlockClips} from '../sound/clips.ts'
import {keepSound} from '../sound/kept-sound.ts'
import {stopSound} from '../sound/sound-player.ts'
import {liveTalk} from '../talk/talk.ts'
import {showState, type TalkState} from '../talk/talk-store.ts'
import {addError, addMessage, changeMessage, messageOf, removeMessage, useConversation} from './conversation-store.ts'
import {forgetUnanswered, keepUnanswered} from './unanswered.ts'
import {streamWhenRoom} from './until-room.ts'
import {endWait, useWriting} from './writing-store.ts'

/** The turn that goes on; aborting it stops it, in June's head too. */
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
  stopSound()
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
  const at = messageOf(question)?.at ?? now()
  // What a button says is no loss.
  if (!decision) keepUnanswered({session, text, at})
  const answer = addMessage({who: 'june', text: '', isOpen: true})
  const clips: AudioBuffer[] = []
  const take = showing(answer, clips, performance.now())
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
    keepClips(answer, session, clips)
    await clipsPlayed()
  } catch (error) {
    if (messageOf(answer)?.text === '') removeMessage(answer)
    else changeMessage(answer, {isOpen: false, isStopped: true})
    keepClips(answer, session, clips)
    if (!mine.signal.aborted) {
      stopClips()
      addError(asJuneError(error), {question, text, decision})
    }
  } finally {
    end(mine)
  }
}

/** What an answer sounded like can be heard again. */
const keepClips = (answer: string, session: string, clips: AudioBuffer[]): void => {
  const text = messageOf(answer)?.text
  const all = clips.splice(0)
  const [first] = all
  if (text && first)
    void keepSound({person: personName(), session, who: 'june', text}, pcmOfClips(all), first.sampleRate)
}

/** @returns what takes each line of an answer as it comes, and adds its sound to `clips` */
const showing = (answer: string, clips: AudioBuffer[], sinceMs: number): ((line: TurnLine) => void) => {
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
