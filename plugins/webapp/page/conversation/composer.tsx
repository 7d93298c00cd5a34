import {type KeyboardEvent, useState} from 'react'
import {useTranslation} from 'react-i18next'
import {SendIcon} from '../ui/icons.tsx'
import {write} from './write.ts'

const maxLength = 8000

/** The line to write in. Enter sends, with Shift it is a new line. */
export const Composer = ({isReady}: {isReady: boolean}) => {
  const {t} = useTranslation('conversation')
  const [text, setText] = useState('')
  const send = (): void => {
    const message = text.trim()
    if (message === '' || !isReady) return
    setText('')
    void write(message)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }
  return (
    <form
      className="write"
      onSubmit={event => {
        event.preventDefault()
        send()
      }}
    >
      <textarea
        aria-label={t('write.label')}
        rows={1}
        maxLength={maxLength}
        placeholder={t('write.placeholder')}
        enterKeyHint="send"
        autoComplete="off"
        value={text}
        onChange={event => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <button type="submit" className="send" aria-label={t('write.send')} disabled={!isReady || text.trim() === ''}>
        <SendIcon />
      </button>
    </form>
  )
}
