// The speech recognition service with a stand-in for its engine, as its command runs it; from the sources.
const env = process.env
if (process.argv[2] === 'config') {
  const settings = [
    {name: 'STT_HOST', value: env.STT_HOST ?? '127.0.0.1'},
    {name: 'STT_PORT', value: Number(env.STT_PORT)},
  ]
  process.stdout.write(`${JSON.stringify({ok: true, data: {settings}})}\n`)
  process.exit(0)
}
const [
  {readConfig},
  {engineService},
  {Health},
  {openLog},
  {openMetrics},
  {runService},
  {mockSpeechToText},
  {recognition},
] = await Promise.all([
  import('@essence/core/config/read'),
  import('@essence/core/service/engine/service'),
  import('@essence/core/service/health'),
  import('@essence/core/service/log'),
  import('@essence/core/service/metrics'),
  import('@essence/core/service/run-service'),
  import('@essence/core/stt/mock'),
  import('@essence/plugin-stt/src/kind'),
])
const {settings} = await readConfig({env: {ENV_SH: '/dev/null', STT_METRICS_PORT: '0', ...env}})
const log = openLog('stt', settings)
const health = new Health('stt', '1.0.0')
const metrics = openMetrics(settings)
const kind = {...recognition(metrics.registry), open: async () => mockSpeechToText()}
const service = engineService(kind, {settings, version: env.ESSENCE_BUILD, health, metrics, log})
await runService(service, {log, health, drainMs: 10_000})
