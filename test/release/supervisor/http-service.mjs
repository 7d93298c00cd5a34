// A service as ours are: openHttp, listen, runService; run from the sources.
import {setTimeout as pause} from 'node:timers/promises'

const port = Number(process.env.FIXTURE_PORT)
if (process.argv[2] === 'config') {
  const settings = [
    {name: 'FIXTURE_HOST', value: process.env.FIXTURE_HOST ?? '127.0.0.1'},
    {name: 'FIXTURE_PORT', value: port},
  ]
  process.stdout.write(`${JSON.stringify({ok: true, data: {settings}})}\n`)
  process.exit(0)
}

const [{Health}, {listen, openHttp}, {openLog}, {openMetrics}, {runService}] = await Promise.all([
  import('@essence/core/service/health'),
  import('@essence/core/service/http'),
  import('@essence/core/service/log'),
  import('@essence/core/service/metrics'),
  import('@essence/core/service/run-service'),
])

const log = openLog('fixture', {LOG_LEVEL: 'INFO', LOG_FORMAT: 'json'})
const health = new Health('fixture', '1.0.0')
const http = openHttp({health, metrics: openMetrics(), log, lingerMs: 1000})
const build = process.env.ESSENCE_BUILD
http.get('/', async () => build)
http.post('/slow', async request => {
  await pause(30)
  return {build, echo: request.body}
})
let stopping = false
await runService(
  {
    async start() {
      const address = await listen(http, process.env.FIXTURE_HOST ?? '127.0.0.1', port, 'FIXTURE_PORT')
      // The models of a real one: nobody may be answered before.
      await pause(50)
      http.addHook('onRequest', async (_request, reply) => stopping && reply.code(503).send('stopped'))
      return {name: 'fixture', address, lines: [], notices: []}
    },
    async drain(_deadline, quiet) {
      await quiet
      stopping = true
    },
    async close() {
      http.server.closeAllConnections()
      await http.close()
    },
  },
  {log, health, drainMs: 10_000},
)
