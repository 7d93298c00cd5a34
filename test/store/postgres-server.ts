import {type ChildProcess, spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {chownSync, cpSync, existsSync, readdirSync, rmSync} from 'node:fs'
import {userInfo} from 'node:os'
import {join} from 'node:path'
import {Secret} from '@essence/core/kit/secret'
import {Client} from 'pg'
import {freePort} from '../kit/free-port.ts'
import {temporaryFolder} from '../temporary-folder.ts'

/** Where `.ci/run` puts a PostgreSQL with pgvector: the Python package `pgserver`, for Debian has none. */
const home = process.env['JUNE_POSTGRES'] || join(userInfo().homedir, '.cache/june-postgres')

const findInstalled = (): string | undefined => {
  const lib = join(home, 'lib')
  if (!existsSync(lib)) return undefined
  return readdirSync(lib)
    .map(python => join(lib, python, 'site-packages'))
    .find(packages => existsSync(join(packages, 'pgserver/pginstall/bin/postgres')))
}

const installed = findInstalled()

/** Empty, or what the title of a test that is skipped ends with. */
export const noPostgres = installed ? '' : ` (skipped: no PostgreSQL with pgvector in ${home})`

export interface PostgresServer {
  /** Its files. */
  folder: string
  /** A new, empty database of it. */
  database(): Promise<Secret>
  /** Ends it at once, as a crash does; its databases stay. */
  crash(): Promise<void>
  /** Starts it again, at the same address. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** A PostgreSQL of our own on a free port of loopback, which does not run as root. @param options.pgvector as installed; default true */
export const startPostgres = async ({pgvector = true}: {pgvector?: boolean} = {}): Promise<PostgresServer> => {
  if (!installed) throw new Error(`There is no PostgreSQL with pgvector in ${home}.`)
  const folder = temporaryFolder()
  const isRoot = process.getuid?.() === 0
  // nobody, of every Debian: it may not look into a home of root, so the programs come along.
  const user = isRoot ? {uid: 65_534, gid: 65_534, cwd: folder} : {cwd: folder}
  const bin = join(folder, 'pgserver/pginstall/bin')
  for (const part of ['pgserver', 'pgserver.libs']) cpSync(join(installed, part), join(folder, part), {recursive: true})
  if (!pgvector) rmSync(join(folder, 'pgserver/pginstall/share/postgresql/extension/vector.control'))
  if (isRoot) chownSync(folder, 65_534, 65_534)
  const data = join(folder, 'data')
  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'june', '--auth=trust', '-E', 'UTF8', '--no-sync'],
    user,
  )
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`)
  const port = await freePort()
  const run = async (): Promise<ChildProcess> => {
    const server = spawn(
      join(bin, 'postgres'),
      ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder, '-c', 'fsync=off'],
      {...user, stdio: ['ignore', 'ignore', 'pipe']},
    )
    await ready(server)
    return server
  }
  let server = await run()
  const end = async (signal: 'SIGINT' | 'SIGQUIT'): Promise<void> => {
    server.kill(signal)
    await once(server, 'exit')
  }
  const urlOf = (name: string): string => `postgresql://june@127.0.0.1:${port}/${name}`
  let databases = 0
  return {
    folder: data,
    async database() {
      const name = `june_${++databases}`
      const client = new Client({connectionString: urlOf('postgres')})
      await client.connect()
      await client.query(`create database ${name}`)
      await client.end()
      return new Secret(urlOf(name))
    },
    crash: () => end('SIGQUIT'),
    async start() {
      server = await run()
    },
    async stop() {
      await end('SIGINT')
      rmSync(folder, {recursive: true, force: true})
    },
  }
}

const ready = (server: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = ''
    server.stderr?.on('data', piece => {
      said += piece
      if (said.includes('ready to accept connections')) resolve()
    })
    server.once('exit', () => reject(new Error(`PostgreSQL did not start: ${said}`)))
  })
