import {ask} from '../server/ask.ts'
import {JuneError, refusal} from '../server/june-error.ts'

/** Why no live conversation comes about: a refused WebSocket tells a page nothing. */
export type Refusal =
  /** It would be let in. */
  | {kind: 'none'}
  /** Nobody answers. */
  | {kind: 'away'}
  /** The session is over. */
  | {kind: 'gone'}
  | {kind: 'busy'; seconds: number}
  /** It is not to be, or not as things stand. */
  | {kind: 'never' | 'unable'; error: JuneError}

/** ms after which nobody answers. */
const timeoutMs = 3000

/** Where June does not say when it may go better, in s. */
const usualSeconds = 3

/** Asks what a WebSocket with this query would be told; where somebody has to sign in, they are asked to. */
export const whyRefused = async (query: URLSearchParams): Promise<Refusal> => {
  try {
    const response = await ask(`/v1/realtime?${query}`, {signal: AbortSignal.timeout(timeoutMs)})
    const {status} = response
    const error = await refusal(response)
    if (status === 429 || (status === 503 && /busy/i.test(error.code))) return busy(error)
    if (status === 503) return {kind: 'unable', error}
    if (error.code === 'session_not_found') return {kind: 'gone'}
    // What is a WebSocket and nothing else is not found otherwise, and says no more.
    if (status === 404 && error.code === 'REFUSED') return {kind: 'none'}
    return status >= 500 ? {kind: 'away'} : {kind: 'never', error}
  } catch (error) {
    return error instanceof JuneError && error.retryAfter > 0 ? busy(error) : {kind: 'away'}
  }
}

const busy = ({retryAfter}: JuneError): Refusal => ({kind: 'busy', seconds: Math.min(retryAfter || usualSeconds, 60)})
