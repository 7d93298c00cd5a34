import {Dialog} from '@base-ui/react/dialog'
import type {SubmitEvent} from 'react'
import {useTranslation} from 'react-i18next'
import type {ConversationInfo} from './conversation-info.ts'

interface Props {
  /** Absent: closed. */
  conversation: ConversationInfo | undefined
  onRename: (conversation: ConversationInfo, title: string) => void
  onClose: () => void
}

const maxTitleLength = 120

export const RenameDialog = ({conversation, onRename, onClose}: Props) => {
  const {t} = useTranslation('list')
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault()
    const title = `${new FormData(event.currentTarget).get('title') ?? ''}`.trim()
    if (!conversation || title === '') return
    if (title !== conversation.title) onRename(conversation, title)
    onClose()
  }
  return (
    <Dialog.Root open={conversation !== undefined} onOpenChange={isOpen => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" forceRender />
        <Dialog.Popup className="ask-box">
          <Dialog.Title>{t('rename')}</Dialog.Title>
          <form onSubmit={submit}>
            <label>
              {t('title')}
              <input
                name="title"
                required
                maxLength={maxTitleLength}
                autoComplete="off"
                defaultValue={conversation?.title}
                onFocus={event => event.target.select()}
              />
            </label>
            <p className="buttons">
              <Dialog.Close className="quiet">{t('cancel')}</Dialog.Close>
              <button type="submit" className="primary">
                {t('save')}
              </button>
            </p>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
