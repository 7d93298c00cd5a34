import {useCallback, useEffect, useRef, useState} from 'react'

/** Who scrolls down to less than this above the end, in CSS pixels, is taken to be at it. */
const nearPx = 80
/** For so long after something grew, the list may move itself, in ms; only a hand tells a reader from it then. */
const settleMs = 500
/** What scrolls by hand. */
const gestures = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const

/** Keeps the end of what scrolls in sight while it grows, and while the page shrinks for a keyboard. */
export const useFollowEnd = () => {
  const [scroller, setScroller] = useState<HTMLElement | null>(null)
  const [isAway, setAway] = useState(false)
  const follows = useRef(true)
  const toEnd = useCallback((): void => {
    follows.current = true
    setAway(false)
    if (scroller) scroller.scrollTop = scroller.scrollHeight
  }, [scroller])
  useEffect(() => (scroller ? following(scroller, follows, setAway) : undefined), [scroller])
  return {
    /** Called with what scrolls. */
    scrollerRef: useCallback((element: HTMLElement | Window | null) => {
      setScroller(element instanceof HTMLElement ? element : null)
    }, []),
    /** The reader has scrolled back. */
    isAway,
    /** Goes to the end, and stays there until the reader scrolls back. */
    toEnd,
  }
}

/** @returns what ends it */
const following = (
  scroller: HTMLElement,
  follows: {current: boolean},
  setAway: (isAway: boolean) => void,
): (() => void) => {
  let lastTop = scroller.scrollTop
  let grewAt = performance.now()
  let gestureAt = Number.NEGATIVE_INFINITY
  const keepEnd = (): void => {
    if (follows.current) scroller.scrollTop = scroller.scrollHeight
  }
  const onGesture = (event: Event): void => {
    if (!(event instanceof WheelEvent && event.deltaY > 0)) gestureAt = performance.now()
  }
  const onScroll = (): void => {
    const {scrollHeight, scrollTop, clientHeight} = scroller
    const below = scrollHeight - scrollTop - clientHeight
    const now = performance.now()
    const isReader = now - gestureAt < settleMs || now - grewAt > settleMs
    if (below < 2 || (below < nearPx && scrollTop > lastTop)) follows.current = true
    else if (scrollTop < lastTop && isReader) {
      follows.current = false
      // One turn of the wheel scrolls for many frames.
      gestureAt = now
    } else if (follows.current) requestAnimationFrame(keepEnd)
    lastTop = scrollTop
    setAway(!follows.current)
  }
  const observer = new ResizeObserver(() => {
    grewAt = performance.now()
    keepEnd()
  })
  observer.observe(scroller)
  const list = scroller.querySelector('[data-testid="virtuoso-item-list"]')
  // Its padding stands for what is not in the page.
  if (list) observer.observe(list, {box: 'border-box'})
  scroller.addEventListener('scroll', onScroll, {passive: true})
  for (const gesture of gestures) scroller.addEventListener(gesture, onGesture, {passive: true})
  return () => {
    observer.disconnect()
    scroller.removeEventListener('scroll', onScroll)
    for (const gesture of gestures) scroller.removeEventListener(gesture, onGesture)
  }
}
