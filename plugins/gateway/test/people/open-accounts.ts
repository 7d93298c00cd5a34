import {existsSync} from 'node:fs'
import {accessFolder, openAccess} from '@essence/core/access/open'
import type {Access, Role} from '@essence/core/access/port'
import type {Engines} from '@essence/core/engines/open'
import {accessSettings} from '../../../../test/access/open-access.ts'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {storeKinds} from '../../../../test/store/stores.ts'
import type {GatewayOptions} from '../../src/service-options.ts'
import {openGateway} from '../open-gateway.ts'

export interface AccountsOptions extends Partial<GatewayOptions> {
  dataDir: string
  engines?: Engines
  now?: () => Date
}

const [kind] = storeKinds()
if (!kind) throw new Error('There is no embedded database.')
/** To copy a database takes no seconds, to make one many. */
export const embedded = kind

/** A gateway whose people have accounts, in an embedded database of the data folder; passwords cost next to nothing. */
export const openAccounts = async ({dataDir, engines = scriptedEngines(), now, ...options}: AccountsOptions) => {
  const folder = accessFolder({JUNE_DATA_DIR: dataDir})
  if (!existsSync(folder)) await embedded.prepare(folder)
  let address = ''
  const access = openAccess({
    settings: accessSettings(dataDir),
    now,
    log: () => {},
    address: () => address,
    waitMs: 10_000,
    passwordCost: 4,
  })
  const gateway = await openGateway(engines, {
    openAccess: async () => access,
    onListening: listening => {
      address = listening
    },
    ...options,
  })
  return {...gateway, access, [Symbol.asyncDispose]: () => gateway.service.close()}
}

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: what it should be, the test says
  body: any
  text: string
}

/** Asks a gateway as somebody. */
export const client =
  (address: string, bearer?: string) =>
  async (method: string, path: string, body?: object): Promise<Answer> => {
    const isForm = body instanceof FormData
    const headers = {
      ...(bearer !== undefined && {authorization: `Bearer ${bearer}`}),
      ...(body && !isForm && {'content-type': 'application/json'}),
    }
    const sent = isForm ? body : body && JSON.stringify(body)
    const response = await fetch(`${address}${path}`, {method, headers, ...(sent && {body: sent})})
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') && text !== ''
    return {status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : undefined, text}
  }

/** Whoever has an account, with a token for it. */
export const join = async (access: Access, username: string, roles?: Role[]): Promise<string> => {
  await access.users.create({username, roles})
  return (await access.issue(username)).accessToken
}
