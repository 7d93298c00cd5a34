import {Dialog} from '@base-ui/react/dialog'
import type {FormEventHandler, ReactNode} from 'react'
import {useTranslation} from 'react-i18next'

interface FormDialogProps {
  title: string
  submit: string
  isBusy: boolean
  /** What went wrong; what was filled in stays. */
  problem: string | undefined
  onSubmit: FormEventHandler
  onClose: () => void
  /** Where the focus goes afterwards. Default: where it was. */
  finalFocus?: () => HTMLElement | null
  children: ReactNode
}

/** A form over the page, open while it is shown. */
export const FormDialog = ({
  title,
  submit,
  isBusy,
  problem,
  onSubmit,
  onClose,
  finalFocus,
  children,
}: FormDialogProps) => {
  const {t} = useTranslation('owner')
  return (
    <Dialog.Root open onOpenChange={isOpen => !isOpen && onClose()} disablePointerDismissal>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="form-dialog" finalFocus={finalFocus}>
          <Dialog.Title className="dialog-title">{title}</Dialog.Title>
          <form className="form" noValidate onSubmit={onSubmit}>
            {children}
            <p className="problem" role="alert">
              {problem}
            </p>
            <div className="dialog-buttons">
              <Dialog.Close className="quiet">{t('cancel')}</Dialog.Close>
              <button type="submit" className="primary" disabled={isBusy}>
                {submit}
              </button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
