import {useTranslation} from 'react-i18next'
import {Virtuoso} from 'react-virtuoso'
import {Bubble} from './bubble.tsx'
import {type Message, useConversation} from './conversation-store.ts'

/** Bubbles, as many as can be seen; the end stays in sight while it grows. */
export const MessageList = () => {
  const {t} = useTranslation('conversation')
  const messages = useConversation(state => state.messages)
  return (
    <div className="messages" role="log" aria-label={t('log')}>
      <Virtuoso
        data={messages}
        computeItemKey={(_, {id}) => id}
        itemContent={(_, message: Message) => <Bubble message={message} />}
        followOutput="auto"
        initialTopMostItemIndex={messages.length - 1}
        alignToBottom
        increaseViewportBy={400}
      />
    </div>
  )
}
