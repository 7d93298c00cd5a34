// The bubbles: what you said on the right, what June answers on the left.
import {element, textButton, withCode} from './dom.js'
import {followingEnd} from './follow-end.js'

/** Names of `done.times` as people read them, in order. */
const stages = {
  decodeMs: 'decode',
  sttMs: 'recognition',
  ttftMs: 'first token',
  leadInMs: 'lead-in',
  ttfaMs: 'first audio',
  totalMs: 'total',
  heardMs: 'stop speaking → sound',
  sentMs: 'send → sound',
}

/** Answers that can be played again; the sound of older ones is let go, a minute of it has some 5 MB. */
const replayable = 20

export class Conversation {
  #list
  #followEnd

  /**
   * @param {HTMLElement} list
   * @param {HTMLElement} scroll what scrolls around the list
   */
  constructor(list, scroll) {
    this.#list = list
    this.#followEnd = followingEnd(list, scroll)
  }

  clear() {
    this.#list.replaceChildren()
  }

  /** Your side of a turn; without text yet while June still listens. @param {string} [text] */
  ask(text) {
    const said = element('p', 'bubble')
    const item = element('li', 'you')
    item.append(hidden('You: '), said)
    if (text === undefined) said.append(dots('Recognising what you said'))
    else said.textContent = text
    this.#add(item)
    return {
      /** @param {string} heard */
      heard: heard => {
        said.textContent = heard
      },
      /** Nothing was recognised: an empty bubble says nothing. */
      unheard: () => {
        if (said.querySelector('.dots')) item.remove()
      },
    }
  }

  /** June's side: grows while it is written. */
  answer() {
    const words = element('p', 'bubble')
    const foot = element('div', 'foot')
    const item = element('li', 'june')
    item.setAttribute('aria-busy', 'true')
    item.append(hidden('June: '), words, foot)
    words.append(dots('June thinks'))
    this.#add(item)
    let text = ''
    return {
      /** @param {string} delta */
      append: delta => {
        text += delta
        words.textContent = text.trimStart()
      },
      /** What the answer leans on. @param {import('./turn.js').Source[]} sources */
      leansOn: sources => {
        const names = new Set(sources.map(({name, page}) => (page === undefined ? name : `${name}, p. ${page}`)))
        foot.append(element('span', 'sources', `From: ${[...names].join('; ')}`))
      },
      /** Asks before something is done. @param {import('./turn.js').Confirmation} confirmation @param {(label: string, accepted: boolean) => void} decide */
      asks: ({question, yes, no}, decide) => {
        if (!text) words.textContent = text = question
        const group = element('div', 'decide')
        group.setAttribute('role', 'group')
        group.setAttribute('aria-label', question)
        for (const [label, accepted] of /** @type {const} */ ([
          [yes, true],
          [no, false],
        ])) {
          const button = textButton(label, () => {
            group.remove()
            decide(label, accepted)
          })
          if (accepted) button.className = 'main'
          group.append(button)
        }
        words.after(group)
      },
      /** The answer goes on, but is not heard. @param {string} why */
      silent: why => foot.append(element('span', 'silent', `Not spoken: ${why}`)),
      /** @param {Record<string, number>} times ms @param {(() => void) | undefined} replay */
      done: (times, replay) => {
        item.removeAttribute('aria-busy')
        if (!text) item.remove()
        if (replay) {
          foot.append(replayButton(replay))
          const buttons = this.#list.querySelectorAll('.replay')
          if (buttons.length > replayable) buttons[0]?.remove()
        }
        foot.append(...timesOf(times))
      },
      stopped: () => {
        item.removeAttribute('aria-busy')
        if (text) foot.append(element('span', '', 'stopped'))
        else item.remove()
      },
    }
  }

  /** Something the person asked to be reminded of. @param {string} text */
  remind(text) {
    const item = element('li', 'june reminder')
    item.append(hidden('June reminds you: '), element('p', 'bubble', text))
    this.#add(item)
  }

  /** @param {string} message @param {string[]} suggestions */
  fail(message, suggestions) {
    const item = element('li', 'error')
    const bubble = element('div', 'bubble')
    bubble.setAttribute('role', 'alert')
    bubble.append(element('p', '', message), ...suggestions.map(step => withCode(element('p', 'step'), step)))
    item.append(bubble)
    this.#add(item)
  }

  /** @param {HTMLElement} item */
  #add(item) {
    this.#list.append(item)
    this.#followEnd()
  }
}

/** @param {string} text */
const hidden = text => element('span', 'unseen', text)

/** @param {string} meaning */
const dots = meaning => {
  const made = element('span', 'dots')
  made.append(hidden(meaning), element('i'), element('i'), element('i'))
  return made
}

/** @param {() => void} replay */
const replayButton = replay => {
  const button = element('button', 'replay')
  button.setAttribute('type', 'button')
  button.setAttribute('aria-label', 'Play the answer again')
  const icon = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use')
  use.setAttribute('href', '#play')
  icon.append(use)
  button.append(icon, 'Play')
  button.addEventListener('click', replay)
  return button
}

/** @param {Record<string, number>} times ms */
const timesOf = times =>
  Object.entries(stages).flatMap(([key, name]) => {
    const ms = times[key]
    return ms === undefined ? [] : [element('span', 'time', `${name} ${duration(ms)}`)]
  })

/** @param {number} ms */
const duration = ms => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)
