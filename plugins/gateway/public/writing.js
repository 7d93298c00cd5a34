// The line to write in: Enter sends, Shift+Enter is a new line.
import {find} from './dom.js'

const write = find('write', HTMLFormElement)
const text = find('text', HTMLTextAreaElement)
const send = find('send', HTMLButtonElement)

/** @param {(message: string) => boolean} take whether the message was taken; one that was not stays where it is */
export const openWriting = take => {
  write.addEventListener('submit', event => {
    event.preventDefault()
    const message = text.value.trim()
    if (!message || !take(message)) return
    text.value = ''
    send.disabled = true
  })
  text.addEventListener('input', () => {
    send.disabled = !text.value.trim()
  })
  text.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    write.requestSubmit()
  })
}
