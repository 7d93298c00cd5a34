// Space talks: a press is a press of the button, and letting go of a held one sends.

/** Space held longer than this is push-to-talk. */
const holdMs = 400

/**
 * @typedef {object} TalkKeys
 * @property {() => void} press
 * @property {() => boolean} isListening
 * @property {() => void} release of a key that began the recording and was held
 */

/** @param {HTMLButtonElement} button @param {TalkKeys} keys */
export const talkWithSpace = (button, {press, isListening, release}) => {
  /** When the key went down that began the recording, in ms. @type {number | undefined} */
  let downMs

  /** Wherever Space has no meaning of its own. @param {KeyboardEvent} event */
  const talks = event =>
    event.key === ' ' &&
    !button.disabled &&
    !document.querySelector('dialog[open]') &&
    !(event.ctrlKey || event.altKey || event.metaKey) &&
    (event.target === button ||
      !(event.target instanceof Element && event.target.closest('button, summary, input, select, textarea')))

  document.addEventListener('keydown', event => {
    if (!talks(event)) return
    event.preventDefault()
    if (event.repeat) return
    downMs = isListening() ? undefined : performance.now()
    press()
  })
  document.addEventListener('keyup', event => {
    if (!talks(event)) return
    event.preventDefault()
    const held = downMs !== undefined && performance.now() - downMs > holdMs
    downMs = undefined
    if (held) release()
  })
}
