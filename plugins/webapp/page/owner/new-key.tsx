import {Dialog} from '@base-ui/react/dialog'
import {useRef, useState} from 'react'
import {useTranslation} from 'react-i18next'
import {Field} from '../ui/field.tsx'

/** A key that was made: shown once, to be copied. */
export const NewKey = ({value, onClose}: {value: string; onClose: () => void}) => {
  const {t} = useTranslation('owner')
  const line = useRef<HTMLInputElement>(null)
  const [told, setTold] = useState('')
  const copy = async (): Promise<void> => {
    line.current?.select()
    // Only secure pages may copy by themselves; elsewhere it is selected.
    const isCopied = await navigator.clipboard?.writeText(value).then(
      () => true,
      () => false,
    )
    setTold(t(isCopied ? 'keys.copied' : 'keys.selected'))
  }
  return (
    <Dialog.Root open onOpenChange={isOpen => !isOpen && onClose()} disablePointerDismissal>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="form-dialog">
          <Dialog.Title className="dialog-title">{t('keys.made')}</Dialog.Title>
          <Dialog.Description>{t('keys.once')}</Dialog.Description>
          <Field ref={line} label={t('keys.key')} readOnly dir="ltr" spellCheck={false} value={value} />
          <p className="hint" role="status">
            {told}
          </p>
          <div className="dialog-buttons">
            <button type="button" className="quiet" onClick={() => void copy()}>
              {t('keys.copy')}
            </button>
            <Dialog.Close className="primary">{t('keys.done')}</Dialog.Close>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
