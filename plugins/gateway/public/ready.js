// Waits for June.
import {ask} from './sign-in/ask.js'
import {show} from './states.js'
import {refusal} from './turn.js'

const againMs = 1000

/** The server's status, once its engines are warm; a server that is gone is waited for. @throws TurnError where it does not let us in */
export const whenReady = async () => {
  for (;;) {
    const response = await ask('/api/status').catch(() => undefined)
    if (response?.status === 403) throw await refusal(response)
    const status = await response?.json().catch(() => undefined)
    if (status?.ready) return status
    show(status?.ready === false ? 'starting' : 'away')
    await new Promise(resolve => setTimeout(resolve, againMs))
  }
}
