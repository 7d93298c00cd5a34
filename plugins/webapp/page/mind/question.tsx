import {AlertDialog} from '@base-ui/react/alert-dialog'
import {useTranslation} from 'react-i18next'

export interface QuestionProps {
  /** What the button says that begins it; also what it does. */
  action: string
  /** Of the button, where several say the same. */
  label?: string | undefined
  question: string
  onYes: () => void
}

/** A button that asks before it does what cannot be undone. */
export const Question = ({action, label, question, onYes}: QuestionProps) => {
  const {t} = useTranslation('mind')
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger className="quiet" aria-label={label}>
        {action}
      </AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="backdrop" />
        <AlertDialog.Popup className="question">
          <AlertDialog.Title>{action}</AlertDialog.Title>
          <AlertDialog.Description>{question}</AlertDialog.Description>
          <div className="row">
            <AlertDialog.Close className="quiet">{t('keep')}</AlertDialog.Close>
            <AlertDialog.Close className="primary alarming" onClick={onYes}>
              {action}
            </AlertDialog.Close>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
