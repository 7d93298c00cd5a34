import {useEffect} from 'react'
import {useTranslation} from 'react-i18next'
import {tokens} from '../server/tokens.ts'
import {type JuneState, useJuneState} from '../shell/june-state.ts'
import {TalkBar} from '../talk/talk-bar.tsx'
import {Composer} from './composer.tsx'
import {useConversation} from './conversation-store.ts'
import {useEarlierMessages} from './earlier-messages.ts'
import {MessageList} from './message-list.tsx'
import {setVoiceRate} from './write.ts'
import {useWriting} from './writing-store.ts'

/** The conversation that is open: what was said, and how to go on. */
export const ConversationView = () => {
  const {t} = useTranslation(['conversation', 'shell'])
  const june = useJuneState()
  const isEmpty = useConversation(({messages}) => messages.length === 0)
  const isReady = june.kind === 'ready'
  const sampleRate = isReady ? june.status.sampleRate : undefined
  useEarlierMessages(isReady ? june.status.you.id : undefined)
  useEffect(() => {
    document.title = t('june')
  }, [t])
  useEffect(() => {
    if (sampleRate !== undefined) setVoiceRate(sampleRate)
  }, [sampleRate])
  return (
    <main className="conversation-view">
      {isEmpty ? (
        <section className="welcome">
          <h1>{t('welcome.title')}</h1>
          <p>{t(tokens() ? 'welcome.there' : 'welcome.here')}</p>
        </section>
      ) : (
        <MessageList />
      )}
      <footer>
        <TalkBar isReady={isReady} problem={useProblem(june)} notice={useWaiting()} />
        <Composer isReady={isReady} />
      </footer>
    </main>
  )
}

/** Why nobody can talk now, in a few words; the banner has more. */
const useProblem = (june: JuneState): string | undefined => {
  const {t} = useTranslation('shell')
  if (june.kind === 'ready') return undefined
  if (june.kind === 'refused') return t('refused')
  if (june.kind !== 'starting') return t('away')
  return june.loading.length > 0 ? t('loading', {parts: june.loading.join(', ')}) : t('starting')
}

/** What a written message waits for. */
const useWaiting = (): string | undefined => {
  const {t} = useTranslation(['conversation', 'talk'])
  const {before, retryInS} = useWriting()
  if (retryInS !== undefined) return t('busy', {count: retryInS})
  if (before === undefined) return undefined
  return before === 0 ? t('next') : t('waiting', {ns: 'talk', count: before})
}
