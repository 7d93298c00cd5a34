import {useTranslation} from 'react-i18next'
import {useLocation} from 'wouter'
import {newSession, useConversation} from '../conversation/conversation-store.ts'
import {liveTalk} from '../talk/talk.ts'
import {AddIcon} from '../ui/icons.tsx'
import {useConversations} from './conversations.ts'

/** Another conversation is open from now on. */
const open = (session: string): void => {
  liveTalk()?.end()
  useConversation.setState({session, messages: []})
}

export const ConversationList = ({onChosen}: {onChosen: () => void}) => {
  const {t} = useTranslation()
  const {data} = useConversations()
  const [, navigate] = useLocation()
  const session = useConversation(state => state.session)
  const choose = (chosen: string): void => {
    open(chosen)
    navigate('/')
    onChosen()
  }
  return (
    <>
      <button type="button" className="fresh" onClick={() => choose(newSession())}>
        <AddIcon />
        {t('nav.fresh')}
      </button>
      <h2 className="unseen">{t('nav.conversations')}</h2>
      <ul className="conversations">
        {data?.conversations.map(conversation => (
          <li key={conversation.id}>
            <button
              type="button"
              aria-current={conversation.session === session ? 'page' : undefined}
              onClick={() => choose(conversation.session)}
            >
              {conversation.title}
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
