import {type KeyboardEvent, useEffect, useRef, useState} from 'react'
import {useTranslation} from 'react-i18next'
import {dateIn} from '../ui/quantities.ts'
import {type Fact, useCorrect, useErase} from './facts.ts'
import {Trouble} from './trouble.tsx'

const maxLength = 1000

interface FactItemProps {
  fact: Fact
  /** What was done. */
  tell: (said: string) => void
}

/** A fact, how June knows it and since when. */
export const FactItem = ({fact, tell}: FactItemProps) => {
  const {t, i18n} = useTranslation('mind')
  const erase = useErase()
  const [isEdited, setEdited] = useState(false)
  const correct = useRef<HTMLButtonElement>(null)
  const {text, provenance, validFrom} = fact
  const keep = (): void => {
    setEdited(false)
    setTimeout(() => correct.current?.focus())
  }
  if (isEdited) return <FactEditor fact={fact} onKeep={keep} onDone={() => setEdited(false)} tell={tell} />
  return (
    <li>
      <p>{text}</p>
      <p className="soft small">
        {t(`memories.from.${provenance}`)}, {dateIn(i18n.language, validFrom)}
      </p>
      <Trouble error={erase.error} />
      <div className="row">
        <button
          ref={correct}
          type="button"
          className="quiet"
          aria-label={t('memories.correctIt', {text})}
          onClick={() => setEdited(true)}
        >
          {t('memories.correct')}
        </button>
        <button
          type="button"
          className="quiet"
          aria-label={t('memories.eraseIt', {text})}
          disabled={erase.isPending}
          onClick={() => erase.mutate(fact, {onSuccess: () => tell(t('memories.erased'))})}
        >
          {t('memories.erase')}
        </button>
      </div>
    </li>
  )
}

/** What is right instead; it stays there where it could not be saved. */
const FactEditor = ({fact, onKeep, onDone, tell}: FactItemProps & {onKeep: () => void; onDone: () => void}) => {
  const {t} = useTranslation('mind')
  const correct = useCorrect()
  const [text, setText] = useState(fact.text)
  const [isMissing, setMissing] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => field.current?.focus(), [])
  const save = (): void => {
    const right = text.trim()
    setMissing(right === '')
    if (right === '') return
    const onSuccess = (): void => {
      onDone()
      tell(t('memories.corrected'))
    }
    correct.mutate({id: fact.id, text: right}, {onSuccess})
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onKeep()
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    save()
  }
  return (
    <li>
      <textarea
        ref={field}
        className="field"
        rows={2}
        maxLength={maxLength}
        aria-label={t('memories.right')}
        aria-invalid={isMissing}
        value={text}
        onChange={event => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {isMissing && (
        <p className="problem" role="alert">
          {t('memories.missing')}
        </p>
      )}
      <Trouble error={correct.error} />
      <div className="row">
        <button type="button" className="quiet" disabled={correct.isPending} onClick={save}>
          {t('memories.save')}
        </button>
        <button type="button" className="quiet" onClick={onKeep}>
          {t('memories.leave')}
        </button>
      </div>
    </li>
  )
}
