// How fast a verified download is, against curl on the same disk from the same server on loopback.
//
//   node --conditions=source bench/download.ts [MiB, default 1024] [rounds, default 3]
//
// "curl, then sha256sum" is what a careful person types. "curl | tee | sha256sum" overlaps the two. Ours includes the
// start of Node, the questions to the hub, fdatasync while it runs, sha256 and the rename. Median of the rounds, which
// take turns so that a busy moment of the machine does not fall on one of them only. Goal: at least 0.9 of the better
// curl, and less than 150 MB resident.
import {type ChildProcess, execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {noise, storeIn, wantedFile} from '../test/models/stand-ins.ts'
import {openHubPeer, sha256Of} from '../test/peers/hub.ts'

const serve = async (mebibytes: number): Promise<void> => {
  const block = noise(1 << 20)
  const bytes = Buffer.concat(Array.from({length: mebibytes}, () => block))
  const peer = await openHubPeer({repos: {'org/model': {files: {'model.bin': bytes}}}, pieceBytes: 1 << 20})
  process.stdout.write(`${JSON.stringify({endpoint: peer.endpoint, sha256: sha256Of(bytes)})}\n`)
}

const download = async (endpoint: string, folder: string, parts: string): Promise<void> => {
  const [{downloadModels}, {openHub}, {planDownload}, {keepHeapSmall}] = await Promise.all([
    import('@essence/core/models/download'),
    import('@essence/core/models/hub-request'),
    import('@essence/core/models/plan'),
    import('@essence/core/models/small-heap'),
  ])
  keepHeapSmall()
  const options = {store: storeIn(folder), hub: openHub({endpoint}), parts: Number(parts)}
  const {failed} = await downloadModels(await planDownload([wantedFile()], options), options)
  if (failed[0]) throw failed[0].error
  process.stdout.write(String(process.resourceUsage().maxRSS))
  process.exit()
}

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

const compare = async (mebibytes: number, rounds: number): Promise<void> => {
  const self = [...process.execArgv, import.meta.filename]
  const server: ChildProcess = spawn(process.execPath, [...self, 'serve', String(mebibytes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [line] = server.stdout ? await once(server.stdout, 'data') : ['{}']
    const {endpoint, sha256} = JSON.parse(String(line))
    const url = `${endpoint}/org/model/resolve/main/model.bin`
    const shell = (script: string) => (folder: string) => {
      const printed = execFileSync('bash', ['-c', script], {cwd: folder, encoding: 'utf8'})
      if (!printed.includes(sha256)) throw new Error(`${script}: wrong sha256`)
      return 0
    }
    const ours = (parts: number) => (folder: string) =>
      Number(execFileSync(process.execPath, [...self, 'download', endpoint, folder, String(parts)], {encoding: 'utf8'}))
    const ways: Record<string, (folder: string) => number> = {
      'curl, then sha256sum': shell(`curl -sL ${url} -o file && sha256sum file`),
      'curl | tee | sha256sum': shell(`curl -sL ${url} | tee file | sha256sum`),
      'essence, one connection': ours(1),
      'essence, four parts': ours(4),
    }
    const seconds: Record<string, number[]> = {}
    const resident: Record<string, number> = {}
    for (let round = 0; round < rounds; round++) {
      for (const [name, run] of Object.entries(ways)) {
        const folder = await mkdtemp(join(tmpdir(), 'essence-bench-'))
        execFileSync('sync')
        const started = performance.now()
        resident[name] = Math.max(resident[name] ?? 0, run(folder))
        seconds[name] = [...(seconds[name] ?? []), (performance.now() - started) / 1000]
        await rm(folder, {recursive: true})
      }
    }
    const best = Math.min(
      ...Object.entries(seconds).flatMap(([name, all]) => (name.startsWith('curl') ? median(all) : [])),
    )
    for (const [name, all] of Object.entries(seconds)) {
      const time = median(all)
      const memory = resident[name] ? `, ${(resident[name] / 1024).toFixed(0)} MiB resident at most` : ''
      const rate = `${(mebibytes / time).toFixed(0)} MiB/s`
      console.log(
        `${name.padEnd(24)} ${time.toFixed(2)} s  ${rate.padStart(10)}  ratio ${(best / time).toFixed(2)}${memory}`,
      )
    }
  } finally {
    server.kill()
  }
}

const [mode = '1024', second = '3', third = '', fourth = ''] = process.argv.slice(2)
if (mode === 'serve') await serve(Number(second))
else if (mode === 'download') await download(second, third, fourth)
else await compare(Number(mode), Number(second))
