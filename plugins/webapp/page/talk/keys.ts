import {type RefObject, useEffect, useEffectEvent} from 'react'

export interface TalkKeys {
  /** Space went down where it has no other meaning. */
  onDown: () => void
  /** It came up. @param heldMs for how long it was down */
  onUp: (heldMs: number) => void
  onEscape: () => void
}

const meant = 'a, button, summary, input, select, textarea, [contenteditable], [tabindex="0"]'

/** Whether a key has no meaning of its own where it is pressed. @param button what Space presses anyway */
const isFree = ({ctrlKey, altKey, metaKey, target}: KeyboardEvent, button: HTMLElement | null): boolean =>
  !(ctrlKey || altKey || metaKey || isDialogOpen()) &&
  (target === button || !(target instanceof Element && target.closest(meant)))

const isDialogOpen = (): boolean => document.querySelector('[role=dialog]') !== null

/** Space talks, Escape stops June. */
export const useTalkKeys = (button: RefObject<HTMLElement | null>, {onDown, onUp, onEscape}: TalkKeys): void => {
  const down = useEffectEvent(onDown)
  const up = useEffectEvent(onUp)
  const stop = useEffectEvent(onEscape)
  useEffect(() => {
    let downAt: number | undefined
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !isDialogOpen()) stop()
      if (event.key !== ' ' || !isFree(event, button.current)) return
      event.preventDefault()
      if (downAt !== undefined) return
      downAt = performance.now()
      down()
    }
    const letGo = (): void => {
      if (downAt === undefined) return
      up(performance.now() - downAt)
      downAt = undefined
    }
    const onKeyUp = (event: KeyboardEvent): void => {
      if (event.key !== ' ' || downAt === undefined) return
      event.preventDefault()
      letGo()
    }
    document.addEventListener('keydown', onKeyDown)
    document.addEventListener('keyup', onKeyUp)
    // What comes up in another window is not told here.
    window.addEventListener('blur', letGo)
    return () => {
      document.removeEventListener('keydown', onKeyDown)
      document.removeEventListener('keyup', onKeyUp)
      window.removeEventListener('blur', letGo)
    }
  }, [button])
}
