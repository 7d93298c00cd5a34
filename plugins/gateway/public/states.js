// What goes on, as the page shows it.
import {find, withCode} from './dom.js'

const status = find('status', HTMLParagraphElement)
const talk = find('talk', HTMLButtonElement)
const stop = find('stop', HTMLButtonElement)

/** State → what the line below the conversation says, what the big button does, and the small one if there is one. */
const states = {
  starting: ['Loading the models…', 'Talk', ''],
  away: ['June does not answer. Is `essence up` running? Trying again…', 'Talk', ''],
  idle: ['Press to talk', 'Talk', ''],
  opening: ['Opening the microphone…', 'Cancel', 'Cancel'],
  listening: ['Listening. Press to send.', 'Send what you said', 'Cancel'],
  thinking: ['Thinking…', 'Interrupt and talk', 'Stop'],
  speaking: ['Speaking', 'Interrupt and talk', 'Stop'],
  error: ['That did not work. Press to try again.', 'Talk', ''],
}

/** Called once what comes after a change has had its turn. */
let afterwards = () => {}

/** @param {() => void} work done after each change */
export const afterEach = work => {
  afterwards = work
}

/** @param {keyof typeof states} state */
export const show = state => {
  const [line = '', action = '', ending = ''] = states[state]
  document.body.dataset['state'] = state
  status.replaceChildren()
  withCode(status, line)
  talk.setAttribute('aria-label', action)
  stop.textContent = ending
  stop.hidden = ending === ''
  queueMicrotask(afterwards)
}

/** Instead of what the state says. @param {string} line */
export const say = line => {
  status.textContent = line
}
