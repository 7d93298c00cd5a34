import {stat} from 'node:fs/promises'
import type {Health} from './health.ts'

/** ms between two looks, and after which an answer is late. */
const everyMs = 5000

/**
 * Has health say when work on files waits for nothing but a thread: Node has a few for all of it, and native code that
 * comes to no end keeps them. @returns ends the watch
 */
export const watchThreadPool = (health: Health, lateMs = everyMs): (() => void) => {
  let asked: number | undefined
  let isStuck = false
  const look = (): void => {
    if (asked !== undefined) {
      const seconds = Math.round((performance.now() - asked) / 1000)
      isStuck = true
      health.set('files', {status: 'unhealthy', detail: `work on files has waited for ${seconds} s`})
      return
    }
    asked = performance.now()
    const answered = (): void => {
      asked = undefined
      if (isStuck) health.set('files', {status: 'healthy'})
      isStuck = false
    }
    stat('/').then(answered, answered)
  }
  const timer = setInterval(look, lateMs)
  timer.unref()
  return () => clearInterval(timer)
}
