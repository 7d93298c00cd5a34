// What June knows: a list that can be corrected and erased.

import {element, find, textButton} from './dom.js'
import {ask as askJune} from './sign-in/ask.js'
import {refusalOf} from './sign-in/tokens.js'

const dialog = find('memory', HTMLDialogElement)
const list = find('facts', HTMLUListElement)
const state = find('memory-state', HTMLParagraphElement)
const all = find('forget-all', HTMLElement)

/** @typedef {{id: string, text: string, provenance: 'said' | 'document' | 'concluded', validFrom: string}} Fact */

/** How June came to know it. */
const origins = {said: 'You said so', document: 'From a document', concluded: 'June concluded it'}

/**
 * @param {string} path below the memory's
 * @param {RequestInit} [init]
 * @throws Error with what to tell the person
 */
const ask = async (path = '', init = {}) => {
  const response = await askJune(`/api/memory${path}`, init).catch(() => {
    throw new Error('June does not answer.')
  })
  if (response.status === 204) return undefined
  if (!response.ok) throw new Error(await refusalOf(response))
  return response.json()
}

/** Does something, and says why where it fails. @param {() => Promise<void>} work */
const attempt = async work => {
  try {
    state.textContent = ''
    await work()
  } catch (error) {
    state.textContent = error instanceof Error ? error.message : String(error)
  }
}

const showList = async () => {
  state.textContent = 'Looking…'
  list.replaceChildren()
  all.hidden = true
  /** @type {Fact[]} */
  const facts = (await ask()).facts
  state.textContent = facts.length === 0 ? 'Nothing yet. Tell June something, and she may remember it.' : ''
  list.replaceChildren(...facts.map(itemOf))
  showForgetAll(facts.length > 0)
}

/** @param {Fact} fact */
const itemOf = fact => {
  const item = element('li')
  const since = new Date(fact.validFrom).toLocaleDateString(undefined, {dateStyle: 'medium'})
  const row = element('div', 'row')
  row.append(
    named(
      textButton('Correct', () => edit(item, fact)),
      `Correct: ${fact.text}`,
    ),
    named(
      textButton('Erase', () =>
        attempt(async () => {
          await ask(`/${encodeURIComponent(fact.id)}`, {method: 'DELETE'})
          await showList()
          state.textContent = 'Erased.'
          state.focus()
        }),
      ),
      `Erase: ${fact.text}`,
    ),
  )
  item.replaceChildren(
    element('p', '', fact.text),
    element('p', 'origin', `${origins[fact.provenance]}, ${since}`),
    row,
  )
  return item
}

/** @param {HTMLElement} item @param {Fact} fact */
const edit = (item, fact) => {
  const field = document.createElement('textarea')
  field.value = fact.text
  field.rows = 2
  field.maxLength = 1000
  field.setAttribute('aria-label', 'What is right')
  const save = () =>
    attempt(async () => {
      const text = field.value.trim()
      if (text === '') throw new Error('Write what is right, or erase it.')
      const headers = {'content-type': 'application/json'}
      await ask(`/${encodeURIComponent(fact.id)}`, {method: 'PATCH', headers, body: JSON.stringify({text})})
      await showList()
      state.textContent = 'Corrected.'
      state.focus()
    })
  field.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    void save()
  })
  const row = element('div', 'row')
  const keep = () => {
    const back = itemOf(fact)
    item.replaceWith(back)
    back.querySelector('button')?.focus()
  }
  row.append(textButton('Save', save), textButton('Keep as it is', keep))
  item.replaceChildren(field, row)
  field.focus()
}

/** Asks before everything is erased. @param {boolean} some there is something to erase */
const showForgetAll = some => {
  all.hidden = !some
  const begin = textButton('Forget everything', () => {
    const question = 'Forget everything June knows of you, and all conversations? It cannot be undone.'
    const keep = textButton('Keep it', () => {
      showForgetAll(true)
      all.querySelector('button')?.focus()
    })
    const erase = textButton('Forget everything', () =>
      attempt(async () => {
        await ask('', {method: 'DELETE'})
        await showList()
        state.textContent = 'June has forgotten everything.'
        state.focus()
      }),
    )
    erase.className = 'alarm'
    const row = element('div', 'row')
    row.append(erase, keep)
    all.replaceChildren(element('p', '', question), row)
    keep.focus()
  })
  all.replaceChildren(begin)
}

/** @param {HTMLElement} button @param {string} label */
const named = (button, label) => {
  button.setAttribute('aria-label', label)
  return button
}

export const openMemory = () => {
  dialog.showModal()
  void attempt(showList)
}

find('memory-close', HTMLButtonElement).addEventListener('click', () => dialog.close())
