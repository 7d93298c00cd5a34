// 200 people at the gateway at once: nothing lost, nothing doubled, memory flat: `npm run bench -- gateway-soak [MINUTES]` (default 5).
import {soak} from './gateway/soak.ts'
import {compare, median, quantile} from './harness.ts'

const growth = 1.1
const minutes = Number(process.argv[2] ?? 5)
const {asked, lost, wrong, unasked, unhandled, samples} = await soak({people: 200, ms: minutes * 60_000})
// The first minute, at most a fifth, warms up: caches fill, the heap finds its size.
const warm = samples.filter(({atMs}) => atMs >= Math.min(60_000, minutes * 12_000))
const tenth = Math.max(1, Math.floor(warm.length / 5))
const mb = (what: 'rss' | 'heapUsed', part: typeof warm): number => median(part.map(sample => sample[what])) / 1e6
console.log(`${minutes} minutes, 200 people: ${asked} questions`)
for (const each of [...lost, ...wrong, ...unhandled].slice(0, 10)) console.log(each)
compare('answers lost', lost.length, {atMost: 0, digits: 0})
compare('answers to another question or person', wrong.length, {atMost: 0, digits: 0})
compare('answers nobody asked for', unasked, {atMost: 0, digits: 0})
compare('errors nobody caught', unhandled.length, {atMost: 0, digits: 0})
for (const what of ['rss', 'heapUsed'] as const) {
  const [first, last] = [mb(what, warm.slice(0, tenth)), mb(what, warm.slice(-tenth))]
  console.log(
    `${what}: ${first.toFixed(0)} MB after the warm-up, ${last.toFixed(0)} MB at the end, each after a collection`,
  )
  compare('  growth', last / first, {atMost: growth, digits: 3})
}
const delays = samples.map(({delayP99Ms}) => delayP99Ms)
console.log(
  `event-loop delay, p99 of each stretch: median ${median(delays).toFixed(0)} ms, worst ${quantile(delays, 1).toFixed(0)} ms`,
)
