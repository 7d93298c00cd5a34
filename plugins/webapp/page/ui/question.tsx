import {AlertDialog} from '@base-ui/react/alert-dialog'
import {useState} from 'react'
import {useTranslation} from 'react-i18next'
import {asJuneError} from '../server/june-error.ts'

interface QuestionProps {
  title: string
  /** What follows from it. */
  text: string
  yes: string
  /** Done on yes. @throws what is then said, and the question stays */
  onYes: () => Promise<unknown>
  onClose: () => void
}

/** Asked before something is done that cannot be undone, open while it is shown. */
export const Question = ({title, text, yes, onYes, onClose}: QuestionProps) => {
  const {t} = useTranslation('owner')
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const act = async (): Promise<void> => {
    setBusy(true)
    try {
      await onYes()
      onClose()
    } catch (error) {
      setProblem(asJuneError(error).message)
      setBusy(false)
    }
  }
  return (
    <AlertDialog.Root open onOpenChange={isOpen => !isOpen && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="backdrop" />
        <AlertDialog.Popup className="form-dialog">
          <AlertDialog.Title className="dialog-title">{title}</AlertDialog.Title>
          <AlertDialog.Description>{text}</AlertDialog.Description>
          <p className="problem" role="alert">
            {problem}
          </p>
          <div className="dialog-buttons">
            <AlertDialog.Close className="quiet">{t('cancel')}</AlertDialog.Close>
            <button type="button" className="primary grave" disabled={isBusy} onClick={() => void act()}>
              {yes}
            </button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
