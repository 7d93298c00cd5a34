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
const [{engineService}, {Health}, {openLog}, {openMetrics}, {runService}, {mockSpeechToText}, {recognition}] =
  await Promise.all([
    import('@essence/core/service/engine/service'),
    import('@essence/core/service/health'),
    import('@essence/core/service/log'),
    import('@essence/core/service/metrics'),
    import('@essence/core/service/run-service'),
    import('@essence/core/stt/mock'),
    import('@essence/plugin-stt/src/kind'),
  ])
const log = openLog('stt', {LOG_LEVEL: 'INFO', LOG_FORMAT: 'json'})
const health = new Health('stt', '1.0.0')
const metrics = openMetrics()
const service = engineService(recognition(metrics.registry), {
  host: env.STT_HOST ?? '127.0.0.1',
  port: Number(env.STT_PORT),
  metricsPort: 0,
  version: env.ESSENCE_BUILD,
  sampleRate: 16_000,
  maxCalls: 8,
  idleMs: 60_000,
  stallMs: 60_000,
  health,
  metrics,
  log,
  openEngine: async () => mockSpeechToText(),
})
await runService(service, {log, health, drainMs: 10_000})
