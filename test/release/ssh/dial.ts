// Logging in with an SSH configuration that is all there is: nothing of who runs the tests.
import {appendFileSync, rmSync, writeFileSync} from 'node:fs'
import {userInfo} from 'node:os'
import {join} from 'node:path'
import {Passphrases} from '@essence/core/release/ssh/auth/passphrases'
import {type ConnectOptions, connect} from '@essence/core/release/ssh/connect'
import type {Connection} from '@essence/core/release/ssh/log-in'
import {afterEach} from 'vitest'
import {sshdMissing} from '../../peers/sshd.ts'
import {temporaryFolder} from '../../temporary-folder.ts'

export const me = userInfo().username
export const skipped = sshdMissing ? ` (skipped: ${sshdMissing})` : ''

type DialOptions = Partial<ConnectOptions> & {env?: NodeJS.ProcessEnv}

/** For the tests of one file; what was opened in a test is closed after it, and who is known is forgotten. */
export const makeDialer = () => {
  const folder = temporaryFolder()
  const configFile = join(folder, 'config')
  const knownHosts = join(folder, 'known_hosts')
  const open: Connection[] = []
  const hangUp = async (): Promise<void> => {
    await Promise.all(open.splice(0).map(connection => connection.close()))
  }
  afterEach(async () => {
    await hangUp()
    rmSync(knownHosts, {force: true})
  })
  return {
    folder,
    knownHosts,
    /** Ends what is open. */
    hangUp,
    dial: async (destination: string, config: string, {env = {}, ...rest}: DialOptions = {}): Promise<Connection> => {
      const all = `${config}\nHost *\n UserKnownHostsFile ${knownHosts}\n GlobalKnownHostsFile none\n IdentityFile none\n`
      writeFileSync(configFile, all)
      const place = {configFile, env: {PATH: process.env['PATH'], ...env}, ...rest.place}
      const connection = await connect(destination, {passphrases: new Passphrases(), ...rest, place})
      open.push(connection)
      return connection
    },
    know: (port: number, publicKey = '', marker = ''): void =>
      appendFileSync(knownHosts, `${marker}[127.0.0.1]:${port} ${publicKey}\n`),
  }
}

export const whoAmI = (connection: Connection): Promise<string> =>
  new Promise((resolve, reject) => {
    connection.client.exec('id -un', (error, channel) => {
      if (error) return reject(error)
      let text = ''
      channel.on('data', (data: Buffer) => {
        text += data.toString()
      })
      channel.on('close', () => resolve(text.trim()))
    })
  })
