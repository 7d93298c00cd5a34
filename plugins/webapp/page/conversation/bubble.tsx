import {useTranslation} from 'react-i18next'
import {KeptSoundView} from '../sound/kept-sound-view.tsx'
import type {Message} from './conversation-store.ts'

/** One message: who, what, and what belongs to it. */
export const Bubble = ({message}: {message: Message}) => {
  const {t} = useTranslation('conversation')
  const {who, text, heard, isOpen, isStopped, silent, suggestions = []} = message
  return (
    <div className={`message ${who}`} aria-busy={isOpen}>
      <span className="unseen">{t(who === 'you' ? 'you' : 'june')}: </span>
      <div className="bubble" role={who === 'error' ? 'alert' : undefined}>
        {heard === undefined ? (
          text || <Dots label={t(who === 'you' ? 'listening' : 'thinking')} />
        ) : (
          <>
            {text.slice(0, heard)}
            <del className="not-heard" title={t('unheard')}>
              {text.slice(heard)}
            </del>
          </>
        )}
        {suggestions.map(step => (
          <p key={step} className="step">
            {step}
          </p>
        ))}
      </div>
      <div className="foot">
        {(who === 'you' || who === 'june') && <KeptSoundView message={message} />}
        {silent && <span className="silent">{t('silent', {why: silent})}</span>}
        {isStopped && <span>{t('stopped')}</span>}
      </div>
    </div>
  )
}

const Dots = ({label}: {label: string}) => (
  <span className="dots" role="img" aria-label={label}>
    <i />
    <i />
    <i />
  </span>
)
