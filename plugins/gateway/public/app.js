// The page: one button to talk, one line to write, and the turn that follows from either.
import {Conversation} from './conversation.js'
import {find} from './dom.js'
import {talkWithSpace} from './keys.js'
import {openListening} from './listening.js'
import {openMemory} from './memory.js'
import {showModels} from './models.js'
import {whenReady} from './ready.js'
import {watchReminders} from './reminders.js'
import {showPerson} from './sign-in/form.js'
import {Player} from './sound/player.js'
import {afterEach, say, show} from './states.js'
import {forget, streamTurn, TurnError} from './turn.js'
import {openWriting} from './writing.js'

const scroll = find('scroll', HTMLElement)
const welcome = find('welcome', HTMLElement)
const talk = find('talk', HTMLButtonElement)
const stop = find('stop', HTMLButtonElement)
const speak = find('speak', HTMLInputElement)
const voice = find('voice', HTMLSelectElement)
const options = find('options', HTMLDetailsElement)
const banner = find('banner', HTMLDetailsElement)

const conversation = new Conversation(find('conversation', HTMLOListElement), scroll)
const player = new Player()

/** The conversation of this tab; a reload keeps it, a new tab starts its own. */
let session = sessionStorage.getItem('session') ?? ''
let maxAudioMs = 60_000
/** What goes on now, turn or replay; aborting it stops it. @type {AbortController | undefined} */
let current

const listening = openListening({
  maxAudioMs: () => maxAudioMs,
  fail: error => fail(error),
  take: (audio, sinceMs) => void take({audio}, sinceMs),
})

/** Sound of reminders that wait until nobody speaks. @type {string[]} */
const unspoken = []

const speakReminders = async () => {
  if (current || listening.isOn()) return
  const audio = unspoken.shift()
  if (audio === undefined) return
  const mine = new AbortController()
  current = mine
  show('speaking')
  player.play(audio, () => {})
  await player.finished()
  if (current !== mine) return
  current = undefined
  show('idle')
}

afterEach(() => void speakReminders())

const remindOf = watchReminders(({text, audio}) => {
  welcome.hidden = true
  conversation.remind(text)
  if (audio === undefined || !speak.checked) return
  unspoken.push(audio)
  void speakReminders()
})

/** @param {unknown} error */
const fail = error => {
  const known = error instanceof TurnError
  conversation.fail(known ? error.message : `The page made a mistake: ${error}`, known ? error.suggestions : [])
  welcome.hidden = true
  show('error')
}

const interrupt = () => {
  current?.abort()
  current = undefined
  player.stop()
}

/**
 * Sends sound or text and shows and plays what comes back.
 * @param {{audio: Promise<Blob>} | import('./turn.js').Written} input
 * @param {number} sinceMs when the person ended speaking or pressed Send
 */
const take = async (input, sinceMs) => {
  interrupt()
  const mine = new AbortController()
  current = mine
  welcome.hidden = true
  banner.open = false
  show('thinking')
  const spoken = 'audio' in input
  const question = conversation.ask(spoken ? undefined : input.text)
  let answer = spoken ? undefined : conversation.answer()
  /** @type {AudioBuffer[]} */
  const clips = []
  /** @type {Record<string, number>} */
  const times = {}
  try {
    const how = {session, speak: speak.checked, ...(voice.value ? {voice: voice.value} : {})}
    const sent = 'audio' in input ? {audio: await input.audio} : input
    for await (const event of streamTurn(sent, how, mine.signal)) {
      // Lines that came together with the one before are read even after an interruption.
      mine.signal.throwIfAborted()
      if (event.type === 'waiting') say(`${event.before} before you…`)
      if (event.type === 'transcript') question.heard(event.text)
      if (event.type === 'done') Object.assign(times, event.times)
      if (event.type === 'done' && event.action) obey(event.action)
      if (event.type === 'delta' || event.type === 'transcript') answer ??= conversation.answer()
      if (event.type === 'delta') answer?.append(event.text)
      if (event.type === 'done' && event.sources) answer?.leansOn(event.sources)
      if (event.type === 'done' && event.confirmation) {
        const {id: confirmation} = event.confirmation
        answer?.asks(event.confirmation, (label, accepted) => {
          player.unlock()
          talk.focus()
          void take({text: label, decision: {confirmation, accepted}}, performance.now())
        })
      }
      if (event.type === 'leadIn') player.play(event.audio, () => show('speaking'))
      if (event.type === 'speechFailed') answer?.silent(event.message)
      if (event.type === 'speech') {
        player.play(event.audio, (clip, delayMs) => {
          if (clips.push(clip) > 1) return
          times[spoken ? 'heardMs' : 'sentMs'] = performance.now() - sinceMs + delayMs
          show('speaking')
        })
      }
    }
    await player.scheduled()
    if (!mine.signal.aborted) answer?.done(times, clips.length ? () => replay(clips) : undefined)
    await player.finished()
    if (current === mine) show('idle')
  } catch (error) {
    question.unheard()
    answer?.stopped()
    if (mine.signal.aborted) return
    player.stop()
    fail(error)
  } finally {
    if (current === mine) current = undefined
  }
}

/** Does what June asks the page for. @param {import('./turn.js').DoorAction} action */
const obey = action => {
  if (action.kind === 'stop') player.stop()
  else player.setVolume(action)
}

/** @param {AudioBuffer[]} clips */
const replay = async clips => {
  interrupt()
  const mine = new AbortController()
  current = mine
  show('speaking')
  player.replay(clips)
  await player.finished()
  if (current !== mine) return
  current = undefined
  show('idle')
}

const toggleListening = () => {
  if (listening.isOn()) return listening.finish()
  player.unlock()
  interrupt()
  void listening.begin()
}

const cancel = () => {
  if (listening.isOn()) return listening.cancel()
  if (!current) return
  interrupt()
  show('idle')
}

const newConversation = () => {
  // `crypto.randomUUID` is for secure pages only.
  session = [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('')
  sessionStorage.setItem('session', session)
}

find('know', HTMLButtonElement).addEventListener('click', () => {
  options.open = false
  openMemory()
})

talk.addEventListener('click', toggleListening)
stop.addEventListener('click', cancel)
find('fresh', HTMLButtonElement).addEventListener('click', () => {
  cancel()
  void forget(session)
  newConversation()
  remindOf(session)
  conversation.clear()
  welcome.hidden = false
  options.open = false
  show('idle')
  // The button that had the focus is gone.
  talk.focus()
})

openWriting(message => {
  if (talk.disabled) return false
  player.unlock()
  listening.cancel()
  void take({text: message}, performance.now())
  return true
})

document.addEventListener('click', event => {
  if (event.target instanceof Node && !options.contains(event.target)) options.open = false
})

talkWithSpace(talk, {
  press: toggleListening,
  isListening: listening.isOn,
  release: () => {
    if (listening.isRecording()) listening.finish()
  },
})
document.addEventListener('keydown', event => {
  if (event.key !== 'Escape' || document.querySelector('dialog[open]')) return
  if (options.open && options.contains(document.activeElement)) options.querySelector('summary')?.focus()
  options.open = false
  cancel()
})

/** Takes over what can be chosen, also of a June that runs on something else than before. @param {any} status */
const takeOver = ({voices, sampleRate, maxAudioMs: limit}) => {
  maxAudioMs = limit
  player.sampleRate = sampleRate
  const chosen = voice.value
  for (const option of [...voice.options].slice(1)) option.remove()
  for (const {id, name, language} of voices) voice.add(new Option(`${name} (${language})`, id))
  voice.value = chosen
  // A voice that went with its engine.
  if (voice.selectedIndex < 0) voice.value = ''
}

const start = async () => {
  if (!session) newConversation()
  showPerson()
  const status = await whenReady()
  takeOver(status)
  void showModels(status, takeOver)
  banner.open = window.innerHeight > 700
  talk.disabled = false
  show('idle')
  remindOf(session)
}

start().catch(fail)
