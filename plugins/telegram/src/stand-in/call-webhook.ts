import {once} from 'node:events'
import {request} from 'node:https'
import {setTimeout as pause} from 'node:timers/promises'
import type {Update} from 'grammy/types'
import type {StandInState} from './state.ts'

/** ms between two attempts. */
const againMs = 100

/**
 * Brings updates to the webhook, while there is one, in order: one that is not answered with 2xx comes again.
 * https://core.telegram.org/bots/api#setwebhook
 */
export const callWebhook = (state: StandInState, authority?: Buffer) => {
  const ended = new AbortController()
  const work = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      const [update] = state.updates
      if (update && state.webhookUrl && (await bring(update)))
        state.updates = state.updates.filter(one => one !== update)
      else await pause(againMs, undefined, {signal: ended.signal}).catch(() => {})
    }
  }
  const bring = async (update: Update): Promise<boolean> => {
    const {secret, certificate} = state.webhook
    const call = request(state.webhookUrl, {
      method: 'POST',
      ca: certificate ?? authority,
      headers: {
        'content-type': 'application/json',
        ...(secret ? {'x-telegram-bot-api-secret-token': secret} : {}),
      },
      signal: ended.signal,
    })
    call.end(JSON.stringify(update))
    try {
      const [response] = await once(call, 'response')
      response.resume()
      delete state.webhook.error
      const isTaken = response.statusCode >= 200 && response.statusCode < 300
      if (!isTaken) state.webhook.error = `Wrong response from the webhook: ${response.statusCode}`
      return isTaken
    } catch (error) {
      state.webhook.error = String(error)
      return false
    }
  }
  const working = work()
  return {
    async close(): Promise<void> {
      ended.abort()
      await working
    },
  }
}
