// How fast a verified download is, against curl on the same disk from the same server on loopback.
//
//   npm run build && npm run bench -- download [MiB, default 1024] [rounds, default 3]
//
// "curl, then sha256sum" is what a careful person types. "curl | tee | sha256sum" overlaps the two. Ours is the built
// command: it includes the start of Node, the questions to the hub, fdatasync while it runs, sha256 and the rename.
// Median of the rounds, which take turns so that a busy moment of the machine does not fall on one of them only.
// Goals: at least 0.9 of the better curl, and less than 150 MB resident.
import {type ChildProcess, execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {noiseBytes} from '../test/kit/noise-bytes.ts'
import {openHubPeer, sha256Of} from '../test/peers/hub.ts'
import {benchFolder, compare, median} from './harness.ts'

const serve = async (mebibytes: number): Promise<void> => {
  const block = noiseBytes(1 << 20)
  const bytes = Buffer.concat(Array.from({length: mebibytes}, () => block))
  const peer = await openHubPeer({repos: {'org/model': {files: {'model.bin': bytes}}}, pieceBytes: 1 << 20})
  process.stdout.write(`${JSON.stringify({endpoint: peer.endpoint, sha256: sha256Of(bytes)})}\n`)
}

/** Runs the built command; returns the most memory (KiB) it had resident. */
const install = async (endpoint: string, folder: string): Promise<number> => {
  const args = [
    join(import.meta.dirname, '../bin/run.js'),
    'models',
    'download',
    '--allow',
    'org/model@main',
    '--quiet',
  ]
  const env = {...process.env, HF_ENDPOINT: endpoint, HF_TOKEN: '', MODEL_CACHE_DIR: folder, JUNE_DATA_DIR: folder}
  const child = spawn(process.execPath, args, {env, stdio: ['ignore', 'ignore', 'inherit']})
  let most = 0
  // The kernel keeps the peak; the last look before the end is near enough to it.
  const look = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
    most = Math.max(most, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0))
  }, 50)
  const [code] = await once(child, 'exit')
  clearInterval(look)
  if (code !== 0) throw new Error(`essence models download ended with ${code}`)
  return most
}

const megabytes = (kibibytes: number): number => (kibibytes * 1024) / 1e6

const measure = async (mebibytes: number, rounds: number): Promise<void> => {
  const self = [...process.execArgv, import.meta.filename]
  const server: ChildProcess = spawn(process.execPath, [...self, 'serve', String(mebibytes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [line] = server.stdout ? await once(server.stdout, 'data') : ['{}']
    const {endpoint, sha256} = JSON.parse(String(line))
    const url = `${endpoint}/org/model/resolve/main/model.bin`
    const shell = (script: string) => async (folder: string) => {
      const printed = execFileSync('bash', ['-c', script], {cwd: folder, encoding: 'utf8'})
      if (!printed.includes(sha256)) throw new Error(`${script}: wrong sha256`)
      return 0
    }
    const ways: Record<string, (folder: string) => Promise<number>> = {
      'curl, then sha256sum': shell(`curl -sL ${url} -o file && sha256sum file`),
      'curl | tee | sha256sum': shell(`curl -sL ${url} | tee file | sha256sum`),
      'essence models download': folder => install(endpoint, folder),
    }
    const seconds: Record<string, number[]> = {}
    const resident: Record<string, number> = {}
    for (let round = 0; round < rounds; round++) {
      for (const [name, run] of Object.entries(ways)) {
        const folder = benchFolder()
        execFileSync('sync')
        const started = performance.now()
        resident[name] = Math.max(resident[name] ?? 0, await run(folder))
        seconds[name] = [...(seconds[name] ?? []), (performance.now() - started) / 1000]
        await rm(folder, {recursive: true})
      }
    }
    const best = Math.min(
      ...Object.entries(seconds).flatMap(([name, all]) => (name.startsWith('curl') ? median(all) : [])),
    )
    for (const [name, all] of Object.entries(seconds)) {
      const time = median(all)
      const memory = resident[name] ? `, ${megabytes(resident[name]).toFixed(0)} MB resident at most` : ''
      const rate = `${(mebibytes / time).toFixed(0)} MiB/s`
      console.log(
        `${name.padEnd(24)} ${time.toFixed(2)} s  ${rate.padStart(10)}  ratio ${(best / time).toFixed(2)}${memory}`,
      )
    }
    const ours = median(seconds['essence models download'] ?? [])
    const most = megabytes(resident['essence models download'] ?? Number.NaN)
    compare('the better curl / essence models download', best / ours, {atLeast: 0.9})
    compare('resident memory', most, {atMost: 150, unit: 'MB', digits: 0})
  } finally {
    server.kill()
  }
}

const [mode = '1024', second = '3'] = process.argv.slice(2)
await (mode === 'serve' ? serve(Number(second)) : measure(Number(mode), Number(second)))
