import {newSession, useConversation} from '../conversation/conversation-store.ts'
import {stopSound} from '../sound/sound-player.ts'
import {liveTalk} from '../talk/talk.ts'
import type {ConversationInfo} from './conversation-info.ts'
import {useOpened} from './opened.ts'

/** Shows a conversation of the list, to go on with it. */
export const openConversation = ({id, session}: ConversationInfo): void => {
  liveTalk()?.end()
  stopSound()
  // One that was held elsewhere has a name that the page cannot use.
  useConversation.setState({session: /^[\w-]{1,64}$/.test(session) ? session : id, messages: []})
  useOpened.setState({id, isResumed: false})
}

export const openFresh = (): void => {
  liveTalk()?.end()
  stopSound()
  useConversation.setState({session: newSession(), messages: []})
}
