// What June runs on, as far as people need to know: what is only a demonstration, and real models on their way.

import {element, find, withCode} from './dom.js'
import {ask} from './sign-in/ask.js'

/**
 * Of `GET /api/status`.
 * @typedef {{state: 'downloading' | 'opening' | 'failed', profile: string, received?: number, size?: number, secondsLeft?: number, pause?: string, reason?: string}} ComingModels
 */

const banner = find('banner', HTMLDetailsElement)
const list = find('notices', HTMLUListElement)
const coming = find('coming', HTMLElement)
const words = find('coming-words', HTMLParagraphElement)
const progress = find('coming-progress', HTMLProgressElement)

/** ms between two looks at a download. */
const lookMs = 1000

/** @param {number} bytes */
const readable = bytes => (bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`)

/** @param {number} seconds */
const timeLeft = seconds =>
  seconds < 60 ? `${Math.ceil(seconds)} seconds` : seconds < 90 ? 'a minute' : `${Math.round(seconds / 60)} minutes`

/** @param {ComingModels} models */
const wordsOf = ({state, profile, received = 0, size = 0, secondsLeft, pause, reason}) => {
  if (state === 'failed') return `The models (${profile}) did not come: ${reason} June stays a demonstration.`
  if (state === 'opening') return `The models (${profile}) are here. June changes to them…`
  if (size === 0) return `Real models are coming (${profile}). ${pause ?? ''}`
  const rest = pause ?? (secondsLeft === undefined ? '' : `about ${timeLeft(secondsLeft)} left`)
  return `Real models are coming (${profile}): ${Math.floor((received / size) * 100)} % of ${readable(size)}${rest && `, ${rest}`}`
}

/** @param {ComingModels | undefined} models */
const showComing = models => {
  coming.hidden = models === undefined
  if (!models) return
  words.textContent = wordsOf(models)
  progress.hidden = models.state === 'failed'
  if (models.state === 'downloading' && models.size) progress.value = (models.received ?? 0) / models.size
  else progress.removeAttribute('value')
}

/** @param {string[]} notices @param {ComingModels | undefined} models */
const showNotices = (notices, models) => {
  // What installs models is no advice while they come.
  const told =
    models && models.state !== 'failed' ? notices.filter(notice => !notice.includes('essence models')) : notices
  list.replaceChildren(...told.map(notice => withCode(element('li'), notice)))
  banner.hidden = notices.length === 0
}

/**
 * Shows what a status says, and looks again as long as models are on their way.
 * @param {any} status of a June that is ready
 * @param {(status: any) => void} onChange June runs on something else now
 */
export const showModels = async (status, onChange) => {
  let {notices, models} = status
  showNotices(notices, models)
  showComing(models)
  while (models) {
    await new Promise(resolve => setTimeout(resolve, lookMs))
    const next = await ask('/api/status')
      .then(response => response.json())
      .catch(() => undefined)
    // June is away, or starts anew: what was shown is as good as anything.
    if (!next?.ready) continue
    ;({notices, models} = next)
    showNotices(notices, models)
    showComing(models)
    if (!models) onChange(next)
  }
}
