import {mismatch} from '@essence/core/proof/expect'
import type {ServiceAtWork} from '@essence/core/proof/service-checks'

/** Asks the gateway. @param path from its root */
export const ask = (
  {name, address}: ServiceAtWork,
  path: string,
  signal: AbortSignal,
  init: RequestInit = {},
): Promise<Response> => {
  if (address === undefined) throw mismatch(`the address of ${name}`, 'one', address)
  return fetch(`${address}${path}`, {...init, signal})
}

/** A request with a body of JSON. */
export const jsonBody = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: {'content-type': 'application/json'},
  body: JSON.stringify(body),
})
