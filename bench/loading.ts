// How long the event loop is held up while the engines of the settings load, beside an idle one; goal: p99 under 20 ms.
import {monitorEventLoopDelay} from 'node:perf_hooks'
import {setTimeout as pause} from 'node:timers/promises'
import {readConfig} from '@essence/core/config/read'
import {openEngines} from '@essence/core/engines/open'
import {benchFolder, compare} from './harness.ts'

const goalMs = 20

const watched = async <T>(work: () => Promise<T>) => {
  const delays = monitorEventLoopDelay({resolution: 1})
  delays.enable()
  const result = await work()
  delays.disable()
  return {result, delays}
}

const ms = (nanoseconds: number): string => `${(nanoseconds / 1e6).toFixed(1)} ms`

const {settings} = await readConfig({flags: {JUNE_DATA_DIR: process.env['JUNE_DATA_DIR'] ?? benchFolder()}})
const idle = await watched(() => pause(2000))
const {result: engines, delays} = await watched(() => openEngines(settings, {check: false}))
for (const line of engines.lines) console.log(line)
await engines.close()
console.log(`idle: p99 ${ms(idle.delays.percentile(99))}, longest ${ms(idle.delays.max)}`)
console.log(`loading: longest ${ms(delays.max)}`)
compare('event-loop delay while loading, p99', delays.percentile(99) / 1e6, {atMost: goalMs, unit: 'ms', digits: 1})
