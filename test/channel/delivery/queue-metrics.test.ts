// What Prometheus is told of messages that wait.
import {watchQueue} from '@essence/core/channel/delivery/queue-metrics'
import {openMetrics} from '@essence/core/service/metrics'
import {expect, it, onTestFinished, vi} from 'vitest'

const figuresOf = async (metrics: ReturnType<typeof openMetrics>): Promise<string[]> =>
  (await metrics.registry.metrics()).split('\n').filter(line => line.startsWith('june_messages'))

it('tells how many wait, are worked on and were given up, as they are when it is asked', async () => {
  const metrics = openMetrics({ENABLE_METRICS: false})
  let waiting = 3
  watchQueue(metrics, 'telegram', () => ({count: async () => ({waiting: waiting--, working: 1, dead: 2})}))
  expect(await figuresOf(metrics)).toEqual([
    'june_messages{channel="telegram",state="waiting"} 3',
    'june_messages{channel="telegram",state="working"} 1',
    'june_messages{channel="telegram",state="dead"} 2',
  ])
  expect((await figuresOf(metrics))[0]).toBe('june_messages{channel="telegram",state="waiting"} 2')
})

it('tells nothing where they cannot be counted, rather than what was', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const metrics = openMetrics({ENABLE_METRICS: false})
  const counts = [
    async () => ({waiting: 3, working: 1, dead: 2}),
    () => Promise.reject(new Error('away')),
    () => new Promise<never>(() => {}),
  ]
  watchQueue(metrics, 'telegram', () => {
    const count = counts.shift()
    return count && {count}
  })
  expect(await figuresOf(metrics)).toHaveLength(3)
  expect(await figuresOf(metrics)).toEqual([])
  const hanging = figuresOf(metrics)
  await vi.advanceTimersByTimeAsync(2000)
  expect(await hanging).toEqual([])
  expect(await figuresOf(metrics)).toEqual([])
})
