import {useDeferredValue, useRef, useState} from 'react'
import {useTranslation} from 'react-i18next'
import {useLocation} from 'wouter'
import {useConversation} from '../conversation/conversation-store.ts'
import {asJuneError} from '../server/june-error.ts'
import {eraseSoundOf} from '../sound/kept-sound.ts'
import {AddIcon} from '../ui/icons.tsx'
import {late, useLate} from '../ui/late.tsx'
import {byDay} from './by-day.ts'
import {eraseConversation, renameConversation} from './change-conversation.ts'
import type {ConversationInfo} from './conversation-info.ts'
import {ConversationItem} from './conversation-item.tsx'
import type {Wish} from './conversation-menu.tsx'
import {useConversations, useRefreshAfterTurns, useRefreshConversations} from './conversations.ts'
import {useErasedElsewhere} from './erased-elsewhere.ts'
import {openConversation, openFresh} from './open-conversation.ts'
import {useOpened} from './opened.ts'
import {saveConversation} from './save-conversation.ts'
import {ShowMore} from './show-more.tsx'

const renaming = late(() => import('./rename-dialog.tsx').then(part => part.RenameDialog))
const erasing = late(() => import('./erase-dialog.tsx').then(part => part.EraseDialog))

/** What was said before, by day: found, opened, named, saved, erased. */
export const ConversationList = ({onChosen}: {onChosen: () => void}) => {
  const {t, i18n} = useTranslation(['list', 'shell'])
  const [typed, setTyped] = useState('')
  const query = useDeferredValue(typed.trim())
  const {
    data: found,
    error,
    isPending,
    hasNextPage,
    isFetchingNextPage,
    isPlaceholderData,
    fetchNextPage,
  } = useConversations(query)
  const data = found ?? []
  const [asked, setAsked] = useState<{wish: 'rename' | 'erase'; conversation: ConversationInfo}>()
  const [failure, setFailure] = useState('')
  const search = useRef<HTMLInputElement>(null)
  const [, navigate] = useLocation()
  const session = useConversation(state => state.session)
  const openedId = useOpened(opened => opened.id)
  const refresh = useRefreshConversations()
  const [RenameDialog, EraseDialog] = [useLate(renaming), useLate(erasing)]
  useRefreshAfterTurns()
  useErasedElsewhere(query === '' && !isPlaceholderData ? found : undefined, !hasNextPage)

  const shown = openedId ?? data.find(info => info.session === session)?.id
  const show = (open: () => void): void => {
    open()
    navigate('/')
    onChosen()
  }
  const attempt = (work: Promise<unknown>): void => {
    setFailure('')
    work.catch(error => setFailure(t('failed', {why: asJuneError(error).message}))).finally(refresh)
  }
  const wish = (wished: Wish, conversation: ConversationInfo): void => {
    if (wished === 'rename' || wished === 'erase') {
      const {fetch} = wished === 'rename' ? renaming : erasing
      void fetch()
      setAsked({wish: wished, conversation})
    } else attempt(saveConversation(conversation, wished))
  }
  const erase = async (conversation: ConversationInfo): Promise<void> => {
    await eraseConversation(conversation.id)
    if (conversation.id === shown) openFresh()
    await eraseSoundOf(conversation.session)
  }
  const close = (): void => setAsked(undefined)
  const why = error && asJuneError(error)
  // That June does not answer at all is said beside the button to talk.
  const isTold = why?.code === 'UNREACHABLE' || why?.code === 'STORE_UNAVAILABLE'
  return (
    <>
      <button type="button" className="fresh" onClick={() => show(openFresh)}>
        <AddIcon />
        {t('nav.fresh', {ns: 'shell'})}
      </button>
      <search>
        <input
          ref={search}
          className="search"
          type="search"
          aria-label={t('search')}
          placeholder={t('search')}
          maxLength={200}
          value={typed}
          onChange={event => setTyped(event.target.value)}
        />
      </search>
      <p className="problem" role="alert">
        {failure || (why && !isTold && t('failed', {why: why.message}))}
      </p>
      <section className="conversations" aria-label={t('conversations')}>
        <p className="nothing" role="status">
          {why?.code === 'STORE_UNAVAILABLE' && why.message}
          {!isPending && !error && data.length === 0 && t(query === '' ? 'none' : 'notFound')}
        </p>
        {byDay(data, i18n.language).map(({name, conversations}) => (
          <section key={name}>
            <h2>{name}</h2>
            <ul>
              {conversations.map(conversation => (
                <ConversationItem
                  key={conversation.id}
                  conversation={conversation}
                  isShown={conversation.id === shown}
                  onOpen={() =>
                    conversation.id === shown ? show(() => {}) : show(() => openConversation(conversation))
                  }
                  onWish={wished => wish(wished, conversation)}
                />
              ))}
            </ul>
          </section>
        ))}
        {hasNextPage && <ShowMore isBusy={isFetchingNextPage} onMore={() => void fetchNextPage()} />}
      </section>
      {RenameDialog && (
        <RenameDialog
          conversation={asked?.wish === 'rename' ? asked.conversation : undefined}
          onRename={(conversation, title) => attempt(renameConversation(conversation.id, title))}
          onClose={close}
        />
      )}
      {EraseDialog && (
        <EraseDialog
          conversation={asked?.wish === 'erase' ? asked.conversation : undefined}
          onErase={conversation => attempt(erase(conversation))}
          onClose={close}
          focusAfter={search}
        />
      )}
    </>
  )
}
