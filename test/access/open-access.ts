import {join} from 'node:path'
import {type AccessOptions, type AccessSettings, openAccess} from '@essence/core/access/open'
import type {Access} from '@essence/core/access/port'
import type {StoreKind} from '../store/stores.ts'
import {temporaryFolder} from '../temporary-folder.ts'

/** As nobody sets them. */
export const accessSettings = (dataDir: string): AccessSettings => ({
  JUNE_DATA_DIR: dataDir,
  POSTGRES_URL: undefined,
  POSTGRES_POOL_SIZE: 4,
  JWT_SECRET: undefined,
  JWT_ALGORITHM: 'HS256',
  JWT_ACCESS_TOKEN_EXPIRATION_HOURS: 1,
  JWT_REFRESH_TOKEN_EXPIRATION_DAYS: 30,
  JWT_EXPIRATION_HOURS: 24,
})

export const minuteMs = 60_000
export const dayMs = 24 * 60 * minuteMs

/** Gateways on one new database: their clock stands still but for `pass`, and their passwords cost next to nothing. */
export const accessPlace = async (kind: StoreKind) => {
  const dataDir = temporaryFolder()
  const {url} = await kind.prepare(join(dataDir, 'access'))
  const settings = {...accessSettings(dataDir), POSTGRES_URL: url}
  const logged: string[] = []
  const opened: Access[] = []
  let clock = Date.parse('2026-03-01T12:00:00Z')
  return {
    settings,
    logged,
    now: () => new Date(clock),
    pass(ms: number): void {
      clock += ms
    },
    open(options: Partial<AccessOptions> = {}): Access {
      const log = (message: string): void => void logged.push(message)
      const access = openAccess({settings, log, now: () => new Date(clock), passwordCost: 4, ...options})
      opened.push(access)
      return access
    },
    async close(): Promise<void> {
      await Promise.all(opened.splice(0).map(access => access.close()))
    },
  }
}

/** Where somebody comes from. */
export const from = (address: string) => ({address, device: 'test'})
export const home = from('192.0.2.1')
export const password = 'correct horse'
