import {useQueryClient} from '@tanstack/react-query'
import {useEffect, useState} from 'react'
import {useTranslation} from 'react-i18next'
import {useConversation} from '../conversation/conversation-store.ts'
import type {ComingModels} from '../server/status.ts'
import {durationIn, sizeIn} from '../ui/quantities.ts'
import {WithCode} from '../ui/with-code.tsx'
import {useJuneState} from './june-state.ts'

/** What a person has to know before anything else: June is away, is a demonstration, or changes. */
export const Banners = () => {
  const {t} = useTranslation()
  const june = useJuneState()
  useFreshAnswers(june.kind === 'ready')
  if (june.kind === 'starting') return null
  if (june.kind !== 'ready') {
    return (
      <p className="banner alarming" role="alert">
        <WithCode>{june.kind === 'refused' ? june.message : t(`banner.${june.kind}`)}</WithCode>
      </p>
    )
  }
  const {notices, models} = june.status
  return (
    <>
      <Demonstration notices={notices} isEnding={models !== undefined && models.state !== 'failed'} />
      {models && <Coming {...models} />}
    </>
  )
}

/** What was asked of a June that was away or still starting is asked once more when she is there. */
const useFreshAnswers = (isReady: boolean): void => {
  const client = useQueryClient()
  useEffect(() => {
    if (isReady) void client.invalidateQueries({predicate: ({state}) => state.status === 'error'})
  }, [client, isReady])
}

const Demonstration = ({notices, isEnding}: {notices: readonly string[]; isEnding: boolean}) => {
  const {t} = useTranslation()
  const hasBegun = useConversation(({messages}) => messages.length > 0)
  const [isOpen, setOpen] = useState(window.innerHeight > 700)
  useEffect(() => {
    if (hasBegun) setOpen(false)
  }, [hasBegun])
  if (notices.length === 0) return null
  // What installs models is no advice while they come.
  const told = isEnding ? notices.filter(notice => !notice.includes('essence models')) : notices
  return (
    <details className="banner" open={isOpen} onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>
        <strong>{t('banner.demonstration')}</strong> {t('banner.endToEnd')}
      </summary>
      <ul>
        {told.map(notice => (
          <li key={notice}>
            <WithCode>{notice}</WithCode>
          </li>
        ))}
      </ul>
    </details>
  )
}

const Coming = (models: ComingModels) => {
  const {t} = useTranslation()
  const words = useWordsOf(models)
  const {state, received = 0, size} = models
  return (
    <section className="banner coming" aria-label={t('coming.label')}>
      <p>{words}</p>
      {state !== 'failed' && (
        <progress
          aria-label={t('coming.label')}
          value={state === 'downloading' && size ? received / size : undefined}
        />
      )}
    </section>
  )
}

const useWordsOf = ({
  state,
  profile,
  received = 0,
  size = 0,
  secondsLeft,
  pause,
  reason = '',
}: ComingModels): string => {
  const {t, i18n} = useTranslation()
  if (state === 'failed') return t('coming.failed', {profile, reason})
  if (state === 'opening') return t('coming.opening', {profile})
  if (size === 0) return `${t('coming.begins', {profile})} ${pause ?? ''}`
  const so = {profile, percent: Math.floor((received / size) * 100), size: sizeIn(i18n.language, size)}
  if (pause !== undefined) return t('coming.paused', {...so, pause})
  if (secondsLeft === undefined) return t('coming.progress', so)
  return t('coming.left', {...so, time: durationIn(i18n.language, secondsLeft)})
}
