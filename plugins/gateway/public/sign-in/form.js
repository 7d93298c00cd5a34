// Where June wants to know who is there: a form instead of the page, and a way out again.
import {find} from '../dom.js'
import {keepTokens, refusalOf, tokens} from './tokens.js'

const form = find('sign-in', HTMLFormElement)
const username = find('username', HTMLInputElement)
const password = find('password', HTMLInputElement)
const enter = find('enter', HTMLButtonElement)
const problem = find('sign-in-problem', HTMLParagraphElement)
const leave = find('sign-out', HTMLButtonElement)

const headers = {'content-type': 'application/json'}

/** Resolves once a person has signed in. */
export const askToSignIn = async () => {
  for (const dialog of document.querySelectorAll('dialog')) dialog.close()
  document.body.toggleAttribute('data-signed-out', true)
  form.hidden = false
  ;(username.value ? password : username).focus()
  await new Promise(resolve => form.addEventListener('signed-in', resolve, {once: true}))
  form.hidden = true
  document.body.toggleAttribute('data-signed-out', false)
  showPerson()
  find('text', HTMLTextAreaElement).focus()
}

/** Shows who is signed in, and how to end that. */
export const showPerson = () => {
  const name = tokens()?.name
  leave.hidden = name === undefined
  leave.textContent = `Sign out ${name ?? ''}`
  if (name !== undefined) find('where', HTMLElement).textContent = 'on her own machine. Nothing you say goes further'
}

form.addEventListener('submit', async event => {
  event.preventDefault()
  enter.disabled = true
  problem.textContent = ''
  const failure = await signIn().catch(() => 'June does not answer. Try again.')
  enter.disabled = false
  if (failure === undefined) return
  problem.textContent = failure
  password.select()
})

/** @returns what is wrong with it, for the person */
const signIn = async () => {
  const response = await fetch('/auth/login', {
    method: 'POST',
    headers,
    body: JSON.stringify({username: username.value.trim(), password: password.value}),
  })
  if (!response.ok) return refusalOf(response)
  password.value = ''
  if (keepTokens(await response.json())) {
    // What another person said, or waits to be sent, is not this one's.
    sessionStorage.removeItem('session')
    location.reload()
    return undefined
  }
  form.dispatchEvent(new Event('signed-in'))
  return undefined
}

leave.addEventListener('click', async () => {
  const body = JSON.stringify({refresh_token: tokens()?.refresh})
  // Nothing is left to whoever comes next, also where June does not answer.
  sessionStorage.clear()
  await fetch('/auth/logout', {method: 'POST', headers, body}).catch(() => {})
  location.reload()
})
