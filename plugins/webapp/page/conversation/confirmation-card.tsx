import {useEffect, useState} from 'react'
import {now} from '../server/now.ts'
import type {Confirmation} from '../server/turn.ts'
import {write} from './write.ts'

/** Timers take no longer times, in ms. */
const maxTimerMs = 2 ** 31 - 1

/** What June asks before she does something. It is gone once it is answered, or can be no more. */
export const ConfirmationCard = ({confirmation, isAsked}: {confirmation: Confirmation; isAsked: boolean}) => {
  const {id, question, expiresAt, yes, no} = confirmation
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), Math.min(Date.parse(expiresAt) - now(), maxTimerMs))
    return () => clearTimeout(timer)
  }, [expiresAt])
  if (isOver) return null
  const decide = (label: string, accepted: boolean): void => void write(label, {confirmation: id, accepted})
  return (
    <fieldset className="confirmation" aria-label={question}>
      {!isAsked && <p>{question}</p>}
      <button type="button" className="primary" onClick={() => decide(yes, true)}>
        {yes}
      </button>
      <button type="button" className="quiet" onClick={() => decide(no, false)}>
        {no}
      </button>
    </fieldset>
  )
}
