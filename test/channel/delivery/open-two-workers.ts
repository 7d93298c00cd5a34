import type {Jobs} from '@essence/core/channel/delivery/job'
import {onTestFinished} from 'vitest'
import type {JobsKind} from './job-kinds.ts'

/** Two workers of one place, whose time is moved by `pass`, and whose clock by `set`. */
export const openTwo = async (kind: JobsKind) => {
  const start = await kind.prepare()
  let at = Date.now()
  let running = 0
  const worker = async (name: string): Promise<Jobs<string, string>> => {
    const jobs = await start({worker: name, now: () => at, running: () => running})
    onTestFinished(() => jobs.close())
    return jobs
  }
  const [one, two] = [await worker('one'), await worker('two')]
  const receive = async (...messages: string[]): Promise<void> => {
    for (const message of messages) {
      await one.receive({id: message.replaceAll(/\W/g, '-'), lane: message.split(':')[0] ?? '', message})
    }
  }
  const set = (ms: number): void => {
    at += ms
  }
  const pass = (ms: number): void => {
    at += ms
    running += ms
  }
  return {one, two, receive, pass, set, worker}
}
