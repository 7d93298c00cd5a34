// Keeps the end of the conversation in sight while it grows, and while the page shrinks for a keyboard.

/** Closer to the end than this, in CSS pixels, the reader is taken to be at it. */
const nearPx = 80

/**
 * @param {HTMLElement} content what grows
 * @param {HTMLElement} scroll what scrolls around it
 * @returns {() => void} goes to the end, and stays there until the reader scrolls back
 */
export const followingEnd = (content, scroll) => {
  let follows = true
  let lastTop = 0
  const toEnd = () => {
    scroll.scrollTop = scroll.scrollHeight
  }
  scroll.addEventListener('scroll', () => {
    const {scrollHeight, scrollTop, clientHeight} = scroll
    const near = scrollHeight - scrollTop - clientHeight < nearPx
    // Only a reader scrolls back: that the end is far away may also be because the content has just grown.
    if (near || scrollTop < lastTop) follows = near
    lastTop = scrollTop
  })
  const observer = new ResizeObserver(() => {
    if (follows) toEnd()
  })
  observer.observe(content)
  observer.observe(scroll)
  return () => {
    follows = true
    toEnd()
  }
}
