import {useTranslation} from 'react-i18next'
import type {Source, Times} from '../server/turn.ts'
import {usePreferences} from '../settings/preferences.ts'
import {KeptSoundView} from '../sound/kept-sound-view.tsx'
import {EditIcon} from '../ui/icons.tsx'
import {clockOf} from './clock.ts'
import {type Message, useConversation} from './conversation-store.ts'
import {editMessage} from './drafts.ts'
import {TryAgain} from './try-again.tsx'

/** What belongs to a message: when, where from, what became of it, and what can be done with it. */
export const BubbleFoot = ({message, isNewest}: {message: Message; isNewest: boolean}) => {
  const {t} = useTranslation('conversation')
  const {id, who, text, at, again, isOpen, isStopped, isEdited, silent, sources, times} = message
  const locale = usePreferences(({pageLanguage}) => pageLanguage)
  const session = useConversation(state => state.session)
  return (
    <div className="foot">
      {(who === 'you' || who === 'june') && <KeptSoundView message={message} />}
      <time dateTime={new Date(at).toISOString()}>{clockOf(locale).format(at)}</time>
      {isStopped && <span>{t('stopped')}</span>}
      {who === 'you' && again && (
        <>
          <span>{t('unanswered')}</span>
          <TryAgain id={id} again={again} />
        </>
      )}
      {isEdited && <span>{t('edit.done')}</span>}
      {isNewest && !isOpen && (
        <button
          type="button"
          className="foot-button"
          aria-label={t('edit.label')}
          onClick={() => editMessage(session, text)}
        >
          <EditIcon />
          {t('edit.edit')}
        </button>
      )}
      {who === 'june' && times && !isOpen && <Stages times={times} />}
      {sources && sources.length > 0 && <Sources sources={sources} />}
      {silent && <span className="silent">{t('silent', {why: silent})}</span>}
    </div>
  )
}

const Sources = ({sources}: {sources: readonly Source[]}) => {
  const {t} = useTranslation('conversation')
  const names = sources.map(({name, page}) => (page === undefined ? name : t('page', {name, page})))
  return <span className="sources">{t('from', {names: [...new Set(names)].join('; ')})}</span>
}

/** Names of `times`, in the order they happen. */
const stages = ['decodeMs', 'sttMs', 'ttftMs', 'leadInMs', 'ttfaMs', 'totalMs', 'heardMs', 'sentMs'] as const

/** Where the time of an answer went, for those who ask. */
const Stages = ({times}: {times: Times}) => {
  const {t} = useTranslation('conversation')
  return (
    <details className="stages">
      <summary>{t('stages.title')}</summary>
      {stages.map(stage => {
        const ms = times[stage]
        return (
          ms !== undefined && (
            <span key={stage} className="time">
              {t(`stages.${stage}`)} {duration(ms)}
            </span>
          )
        )
      })}
    </details>
  )
}

const duration = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)
