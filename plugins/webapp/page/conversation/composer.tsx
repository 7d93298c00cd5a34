import {type KeyboardEvent, useEffect, useId, useRef} from 'react'
import {useTranslation} from 'react-i18next'
import {SendIcon} from '../ui/icons.tsx'
import {useConversation} from './conversation-store.ts'
import {changeDraft, endEdit, useDrafts} from './drafts.ts'
import {write} from './write.ts'

/** Characters of a message that the gateway takes. */
const maxLength = 8000
/** From here on it is said how many there are. */
const nearLength = 7200

/** The line to write in. Enter sends, with Shift it is a new line. */
export const Composer = ({isReady}: {isReady: boolean}) => {
  const {t} = useTranslation('conversation')
  const noteId = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const session = useConversation(state => state.session)
  const edit = useDrafts(state => state.edits[session])
  const draft = useDrafts(state => state.drafts[session])
  const isEdit = edit !== undefined
  const text = edit ?? draft ?? ''
  const {length} = text.trim()
  const canSend = isReady && length > 0 && length <= maxLength
  useEffect(() => {
    if (!isEdit) return
    const {current} = field
    current?.focus()
    current?.setSelectionRange(current.value.length, current.value.length)
  }, [isEdit])
  const send = (): void => {
    if (!canSend) return
    if (isEdit) endEdit(session)
    else changeDraft(session, '')
    void write(text.trim(), undefined, {isEdited: isEdit || undefined})
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && isEdit) {
      // It stops nothing else.
      event.stopPropagation()
      endEdit(session)
    }
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
      {isEdit && (
        <p className="editing">
          {t('edit.hint')}
          <button type="button" className="link" onClick={() => endEdit(session)}>
            {t('edit.cancel')}
          </button>
        </p>
      )}
      <textarea
        ref={field}
        aria-label={t('write.label')}
        aria-describedby={length > nearLength ? noteId : undefined}
        aria-invalid={length > maxLength || undefined}
        rows={1}
        placeholder={t('write.placeholder')}
        enterKeyHint="send"
        autoComplete="off"
        value={text}
        onChange={event => changeDraft(session, event.target.value)}
        onKeyDown={onKeyDown}
      />
      <button type="submit" className="send" aria-label={t(isEdit ? 'edit.send' : 'write.send')} disabled={!canSend}>
        <SendIcon />
      </button>
      {length > nearLength && (
        <p id={noteId} className={length > maxLength ? 'length too-long' : 'length'} aria-live="polite">
          {t(length > maxLength ? 'write.tooLong' : 'write.length', {
            length: length.toLocaleString(),
            max: maxLength.toLocaleString(),
            over: (length - maxLength).toLocaleString(),
          })}
        </p>
      )}
    </form>
  )
}
