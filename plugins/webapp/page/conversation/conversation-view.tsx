import {useEffect} from 'react'
import {useTranslation} from 'react-i18next'
import {useStatus} from '../server/status.ts'
import {TalkBar} from '../talk/talk-bar.tsx'
import {Composer} from './composer.tsx'
import {useConversation} from './conversation-store.ts'
import {useEarlierMessages} from './earlier-messages.ts'
import {MessageList} from './message-list.tsx'

/** The conversation that is open: what was said, and how to go on. */
export const ConversationView = () => {
  const {t} = useTranslation(['conversation', 'shell'])
  const {data: status, error} = useStatus()
  const isEmpty = useConversation(({messages}) => messages.length === 0)
  const isReady = status?.ready === true && !error
  useEarlierMessages(isReady ? status.you.id : undefined)
  useEffect(() => {
    document.title = t('june')
  }, [t])
  return (
    <main className="conversation-view">
      {isEmpty ? (
        <section className="welcome">
          <h1>{t('welcome.title')}</h1>
          <p>{t('welcome.here')}</p>
        </section>
      ) : (
        <MessageList />
      )}
      <footer>
        <TalkBar
          isReady={isReady}
          problem={error ? t('away', {ns: 'shell'}) : isReady ? undefined : t('starting', {ns: 'shell'})}
        />
        <Composer isReady={isReady} />
      </footer>
    </main>
  )
}
