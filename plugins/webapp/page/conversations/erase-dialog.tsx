import {AlertDialog} from '@base-ui/react/alert-dialog'
import {type RefObject, useRef} from 'react'
import {useTranslation} from 'react-i18next'
import type {ConversationInfo} from './conversation-info.ts'

interface Props {
  /** Absent: closed. */
  conversation: ConversationInfo | undefined
  onErase: (conversation: ConversationInfo) => void
  onClose: () => void
  /** What has the focus once the row is gone. */
  focusAfter: RefObject<HTMLElement | null>
}

/** Asks before a conversation is gone. */
export const EraseDialog = ({conversation, onErase, onClose, focusAfter}: Props) => {
  const {t} = useTranslation('list')
  const isErased = useRef(false)
  return (
    <AlertDialog.Root
      open={conversation !== undefined}
      onOpenChange={isOpen => {
        if (!isOpen) onClose()
      }}
    >
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="backdrop" forceRender />
        <AlertDialog.Popup className="ask-box" finalFocus={() => (isErased.current ? focusAfter.current : true)}>
          <AlertDialog.Title>{t('eraseAsk', {title: conversation?.title || t('untitled')})}</AlertDialog.Title>
          <AlertDialog.Description>{t('eraseWhat')}</AlertDialog.Description>
          <p className="buttons">
            <AlertDialog.Close className="quiet" onClick={() => (isErased.current = false)}>
              {t('keep')}
            </AlertDialog.Close>
            <AlertDialog.Close
              className="primary alarm"
              onClick={() => {
                isErased.current = true
                if (conversation) onErase(conversation)
              }}
            >
              {t('erase')}
            </AlertDialog.Close>
          </p>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
