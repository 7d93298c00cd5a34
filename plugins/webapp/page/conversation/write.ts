// A written message: over the live conversation where there is one, else as a turn of its own.
import {resumeShown} from '../conversations/opened.ts'
import {asJuneError, JuneError} from '../server/june-error.ts'
import {streamTurn, type WrittenTurn} from '../server/turn.ts'
import {liveTalk} from '../talk/talk.ts'
import {showState} from '../talk/talk-store.ts'
import {addError, addMessage, changeMessage, messageOf, removeMessage, useConversation} from './conversation-store.ts'

/** The turn that goes on; aborting it stops it, in June's head too. */
let current: AbortController | undefined

export const stopWriting = (): void => current?.abort()

/** Sends a message and shows what comes back; one that goes on is stopped. */
export const write = async (text: string, decision?: WrittenTurn['decision']): Promise<void> => {
  const resumed = resumeShown()
  addMessage({who: 'you', text})
  const live = liveTalk()
  if (live && !decision) return live.write(text)
  current?.abort()
  const mine = new AbortController()
  current = mine
  const answer = addMessage({who: 'june', text: '', isOpen: true})
  showState('thinking')
  try {
    await resumed
    const {session} = useConversation.getState()
    for await (const line of streamTurn({text, session, speak: false, ...(decision ? {decision} : {})}, mine.signal)) {
      mine.signal.throwIfAborted()
      if (line.type === 'delta') changeMessage(answer, message => ({text: (message.text + line.text).trimStart()}))
      if (line.type === 'speechFailed') changeMessage(answer, {silent: line.message})
      if (line.type === 'done') {
        const {times, sources, confirmation} = line
        changeMessage(answer, ({text}) => ({isOpen: false, times, sources, confirmation, text: text || line.text}))
      }
    }
  } catch (error) {
    if (messageOf(answer)?.text === '') removeMessage(answer)
    else changeMessage(answer, {isOpen: false, isStopped: true})
    if (!mine.signal.aborted) addError(error instanceof JuneError ? error : asJuneError(error))
  } finally {
    if (current === mine) {
      current = undefined
      if (!liveTalk()) showState('idle')
    }
  }
}
