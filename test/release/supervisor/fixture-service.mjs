// A service as a release of a test carries it: plain Node.js, with the faults that BEHAVIOUR names.
import {spawn} from 'node:child_process'
import {existsSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:http'

const [command] = process.argv.slice(2)
const env = process.env
const behaviour = env.BEHAVIOUR ?? 'good'

if (command === 'config') {
  const settings = [
    {name: 'FIXTURE_HOST', value: env.FIXTURE_HOST ?? '127.0.0.1'},
    {name: 'LOG_FILES', value: Number(env.LOG_FILES ?? 5)},
    {name: 'LOG_FILE_MB', value: Number(env.LOG_FILE_MB ?? 10)},
    {name: 'FIXTURE_DATA_DIR', value: env.FIXTURE_DATA_DIR ?? null},
    {name: 'JUNE_DATA_DIR', value: env.JUNE_DATA_DIR ?? null},
    {name: 'FIXTURE_PORT', value: env.FIXTURE_PORT ? Number(env.FIXTURE_PORT) : null},
  ]
  process.stdout.write(
    `${JSON.stringify(behaviour === 'misconfigured' ? {ok: false, data: null, error: {message: 'FIXTURE_PORT is "x".', suggestions: ['Set it.']}} : {ok: true, data: {settings}})}\n`,
  )
  process.exit(0)
}

process.stdout.write(`started ${env.ESSENCE_BUILD} ${behaviour} ${env.GREETING ?? ''}\n`)
if (env.CRASH_FILE && existsSync(env.CRASH_FILE)) process.exit(1)
if (behaviour === 'exits') {
  process.stderr.write(' ›   Error: The model file is missing.\n ›   Code: MODEL_MISSING\n')
  process.exit(3)
}
process.on('SIGTERM', () => {
  if (behaviour === 'stubborn') return
  process.exit(0)
})
if (behaviour === 'stubborn' && env.PID_FILE) {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], {stdio: 'inherit'})
  writeFileSync(env.PID_FILE, String(child.pid))
}
// As `runService`: without its supervisor it ends.
process.on('disconnect', () => behaviour !== 'stubborn' && process.exit(0))

let written = 0
const ready = behaviour !== 'never'
const build = behaviour === 'wrong' ? '20000101-000000-00000000' : env.ESSENCE_BUILD
const report = () => ({
  status: ready ? 'healthy' : 'starting',
  ready,
  build,
  checks: behaviour === 'never' ? {tts: {status: 'unhealthy', detail: 'no voice'}} : {},
})
createServer((_request, response) => response.end(JSON.stringify(report()))).listen(env.ESSENCE_HEALTH_SOCKET, () => {
  process.send?.({type: 'ready'})
  // Ready, but not for long.
  if (behaviour === 'fades') setTimeout(() => process.exit(1), 50)
})

if (env.LISTEN_PID === String(process.pid)) {
  const http = createServer((request, response) => {
    if (request.url === '/crash') process.exit(1)
    // 64 KiB of lines, each with its number.
    if (request.url === '/write') {
      for (let at = 0; at < 1024; at++) process.stdout.write(`${String(written++).padStart(63, '.')}\n`)
    }
    response.setHeader('connection', 'close').end(`${env.ESSENCE_BUILD} ${env.GREETING ?? ''}`)
  })
  http.listen({fd: 3})
  if (behaviour === 'closes') http.close()
}
