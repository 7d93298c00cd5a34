// The page: one button to talk, one line to write, and the turn that follows from either.
import {Conversation} from './conversation.js'
import {find, withCode} from './dom.js'
import {talkWithSpace} from './keys.js'
import {openMemory} from './memory.js'
import {drawMeter} from './meter.js'
import {showModels} from './models.js'
import {Player} from './player.js'
import {record} from './recorder.js'
import {watchReminders} from './reminders.js'
import {forget, streamTurn, TurnError} from './turn.js'

/** Recordings shorter than this are slips of the finger. */
const minRecordingMs = 300

const scroll = find('scroll', HTMLElement)
const welcome = find('welcome', HTMLElement)
const status = find('status', HTMLParagraphElement)
const clock = find('clock', HTMLSpanElement)
const meter = find('meter', HTMLCanvasElement)
const talk = find('talk', HTMLButtonElement)
const stop = find('stop', HTMLButtonElement)
const write = find('write', HTMLFormElement)
const text = find('text', HTMLTextAreaElement)
const send = find('send', HTMLButtonElement)
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
/** @type {{recording?: import('./recorder.js').Recording, ended: AbortController, sinceMs: number} | undefined} */
let listening

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

/** @param {keyof typeof states} state */
const show = state => {
  const [line = '', action = '', ending = ''] = states[state]
  document.body.dataset['state'] = state
  status.replaceChildren()
  withCode(status, line)
  talk.setAttribute('aria-label', action)
  stop.textContent = ending
  stop.hidden = ending === ''
  // Once what comes next has had its turn.
  queueMicrotask(speakReminders)
}

/** Sound of reminders that wait until nobody speaks. @type {string[]} */
const unspoken = []

const speakReminders = async () => {
  if (current || listening) return
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

const listen = async () => {
  player.unlock()
  interrupt()
  const mine = {ended: new AbortController(), sinceMs: 0}
  listening = mine
  show('opening')
  try {
    const recording = await record()
    if (listening !== mine) return recording.cancel()
    Object.assign(mine, {recording, sinceMs: performance.now()})
    show('listening')
    drawMeter(meter, recording.analyser, mine.ended.signal, level => {
      talk.style.setProperty('--level', level.toFixed(2))
      const seconds = Math.floor((performance.now() - mine.sinceMs) / 1000)
      clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
    })
    // A hair before the server's limit: what was said so far is worth more than a refusal.
    const limit = setTimeout(finishListening, maxAudioMs - 500)
    mine.ended.signal.addEventListener('abort', () => clearTimeout(limit))
  } catch (error) {
    if (listening !== mine) return
    listening = undefined
    fail(error)
  }
}

/** @returns the recording, if there was one */
const endListening = () => {
  const ended = listening
  listening = undefined
  ended?.ended.abort()
  show('idle')
  return ended
}

const finishListening = async () => {
  const nowMs = performance.now()
  const ended = endListening()
  if (!ended?.recording) return
  if (nowMs - ended.sinceMs < minRecordingMs) {
    ended.recording.cancel()
    status.textContent = 'That was too short. Press, speak, press again.'
    return
  }
  await take({audio: ended.recording.finish()}, nowMs)
}

const toggleListening = () => void (listening ? finishListening() : listen())

const cancel = () => {
  if (listening) return endListening()?.recording?.cancel()
  if (!current) return
  interrupt()
  show('idle')
}

const newConversation = () => {
  session = crypto.randomUUID()
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

write.addEventListener('submit', event => {
  event.preventDefault()
  const message = text.value.trim()
  if (!message || talk.disabled) return
  text.value = ''
  send.disabled = true
  player.unlock()
  endListening()?.recording?.cancel()
  void take({text: message}, performance.now())
})
text.addEventListener('input', () => {
  send.disabled = !text.value.trim()
})
text.addEventListener('keydown', event => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
  event.preventDefault()
  write.requestSubmit()
})

document.addEventListener('click', event => {
  if (event.target instanceof Node && !options.contains(event.target)) options.open = false
})

talkWithSpace(talk, {
  press: toggleListening,
  isListening: () => listening !== undefined,
  release: () => {
    if (listening?.recording) void finishListening()
  },
})
document.addEventListener('keydown', event => {
  if (event.key !== 'Escape' || document.querySelector('dialog[open]')) return
  if (options.open && options.contains(document.activeElement)) options.querySelector('summary')?.focus()
  options.open = false
  cancel()
})

/** The server's status, once its engines are warm; a server that is gone is waited for. */
const whenReady = async () => {
  for (;;) {
    const status = await fetch('/api/status')
      .then(response => response.json())
      .catch(() => undefined)
    if (status?.ready) return status
    show(status ? 'starting' : 'away')
    await new Promise(resolve => setTimeout(resolve, 1000))
  }
}

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
  const status = await whenReady()
  takeOver(status)
  void showModels(status, takeOver)
  banner.open = window.innerHeight > 700
  talk.disabled = false
  show('idle')
  remindOf(session)
}

start().catch(fail)
