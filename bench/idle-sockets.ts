// Memory of a gateway in mock mode with idle WebSockets; goal: 2,000 of them under 400 MB.
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import WebSocket from 'ws'
import {freePort} from '../test/kit/free-port.ts'
import {benchFolder, compare} from './harness.ts'

const count = Number(process.argv[2] ?? 2000)
const folder = benchFolder()
const port = await freePort()
const root = join(import.meta.dirname, '..')

const gateway = spawn(
  process.execPath,
  ['--conditions=essence-source', join(root, 'bin/dev.ts'), 'gateway', '--port', String(port)],
  {
    cwd: folder,
    env: {PATH: process.env['PATH'], HOME: folder, JUNE_DATA_DIR: folder, JUNE_TEST_MODE: 'mock', ENV_SH: '/dev/null'},
    stdio: 'ignore',
  },
)
process.once('exit', () => gateway.kill('SIGKILL'))

const isReady = (): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/health`).then(
    ({ok}) => ok,
    () => false,
  )
while (!(await isReady())) {
  if (gateway.exitCode !== null) throw new Error(`The gateway ended with status ${gateway.exitCode}.`)
  await setTimeout(200)
}

/** Memory of the gateway, in MB. */
const residentMb = (): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))?.[1]) / 1024

const before = residentMb()
const sockets: WebSocket[] = []
for (let n = 0; n < count; n++) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/person_${n}`, {perMessageDeflate: false})
  await once(socket, 'open')
  sockets.push(socket)
}
await setTimeout(5000)
const after = residentMb()
const [last] = sockets.slice(-1)
last?.send(JSON.stringify({text: 'Are you there?'}))
const [answer] = last ? await once(last, 'message') : []
console.log(`answered: ${String(answer).slice(0, 60)}…`)
console.log(`${before.toFixed(0)} MB before, ${(((after - before) * 1024) / count).toFixed(1)} kB for each socket`)
compare(`${count} idle WebSockets`, after, {atMost: 400, unit: 'MB', digits: 0})
process.exit()
