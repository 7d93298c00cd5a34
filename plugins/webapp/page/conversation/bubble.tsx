import {memo} from 'react'
import {useTranslation} from 'react-i18next'
import {WithCode} from '../ui/with-code.tsx'
import {BubbleFoot} from './bubble-foot.tsx'
import {ConfirmationCard} from './confirmation-card.tsx'
import type {Message} from './conversation-store.ts'
import {RichText} from './rich-text.tsx'
import {TryAgain} from './try-again.tsx'

interface BubbleProps {
  message: Message
  /** The newest of what the person said: it can be asked anew. */
  isNewest: boolean
  /** Something was said since: what it asked is not open any more. */
  isPast: boolean
}

/** One message: who, what, and what belongs to it. */
export const Bubble = memo(({message, isNewest, isPast}: BubbleProps) => {
  const {t} = useTranslation('conversation')
  const {who, text, isOpen, confirmation, suggestions = [], again} = message
  return (
    <div className={`message ${who}`} aria-busy={isOpen || undefined}>
      <span className="unseen">{t(who === 'you' || who === 'reminder' ? who : 'june')}: </span>
      <div className="bubble" dir="auto" role={who === 'error' ? 'alert' : undefined}>
        {text === '' ? <Dots label={t(who === 'you' ? 'listening' : 'thinking')} /> : <Said message={message} />}
        {suggestions.map(step => (
          <p key={step} className="step">
            <WithCode>{step}</WithCode>
          </p>
        ))}
        {who === 'error' && again && <TryAgain id={message.id} again={again} />}
      </div>
      {confirmation && !isPast && (
        <ConfirmationCard confirmation={confirmation} isAsked={text.includes(confirmation.question)} />
      )}
      <BubbleFoot message={message} isNewest={isNewest} />
    </div>
  )
})

/** The words: June's may be marked up, and of those that were spoken some may not have been heard. */
const Said = ({message: {who, text, heard}}: {message: Message}) => {
  const {t} = useTranslation('conversation')
  if (heard !== undefined)
    return (
      <>
        {text.slice(0, heard)}
        <del className="not-heard" title={t('unheard')}>
          {text.slice(heard)}
        </del>
      </>
    )
  if (who === 'june') return <RichText text={text} />
  return who === 'error' ? <WithCode>{text}</WithCode> : text
}

const Dots = ({label}: {label: string}) => (
  <span className="dots" role="img" aria-label={label}>
    <i />
    <i />
    <i />
  </span>
)
