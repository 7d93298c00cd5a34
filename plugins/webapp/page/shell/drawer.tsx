import {Dialog} from '@base-ui/react/dialog'
import {type ReactNode, useState} from 'react'
import type {OpenedProps} from '../ui/late.tsx'

interface Props extends OpenedProps {
  /** What is in it. @param close shuts it */
  inside: (close: () => void) => ReactNode
}

/** Comes in from the side, over the page. */
export const Drawer = ({label, icon, className, isOpenAtFirst, inside}: Props) => {
  const [isOpen, setOpen] = useState(isOpenAtFirst)
  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen}>
      <Dialog.Trigger className={className} aria-label={label}>
        {icon}
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="drawer" aria-label={label}>
          {inside(() => setOpen(false))}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
