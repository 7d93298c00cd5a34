import {tokens} from '../server/tokens.ts'
import {leaveNothing} from './leave-nothing.ts'

/** Ends the sign-in, also where June does not answer. */
export const signOut = async (): Promise<void> => {
  const body = JSON.stringify({refresh_token: tokens()?.refresh})
  await leaveNothing()
  const headers = {'content-type': 'application/json'}
  await fetch('/auth/logout', {method: 'POST', headers, body}).catch(() => {})
  location.reload()
}
