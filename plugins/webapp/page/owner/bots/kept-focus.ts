import {useLayoutEffect, useRef} from 'react'

/** Keeps the place of whoever uses the keyboard: once the button they pressed is gone, they are at the heading of its list. */
export const useKeptFocus = () => {
  const heading = useRef<HTMLHeadingElement>(null)
  const pressed = useRef<HTMLElement>(null)
  useLayoutEffect(() => {
    if (!pressed.current || pressed.current.isConnected) return
    pressed.current = null
    // A dialog that is open has the focus, and gives it back itself.
    if (document.activeElement === document.body) heading.current?.focus()
  })
  return {
    heading,
    press: (button: HTMLElement): void => {
      pressed.current = button
    },
    /** Where the focus goes after a dialog. */
    back: (): HTMLElement | null => (pressed.current?.isConnected ? pressed.current : heading.current),
  }
}
