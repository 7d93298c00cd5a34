// Somebody who speaks for minutes. They do so faster than people do: the microphone gives each piece several times.
import type {Page} from 'playwright-core'
import {describe, expect, it} from 'vitest'
import {openRealtime, slowlySpoken} from '../../../gateway/test/realtime/open-realtime.ts'
import {browserMissing, bubble, skipNote, state, tellFigure, useBrowser} from '../browser.ts'
import {openTalkPage} from './talk-page.ts'

/** How many times as fast. */
const pace = 10
const minutes = 4

/** Script for `prepare`. */
const fastMicrophone = `globalThis.pieces = 0
globalThis.AudioWorkletNode = class extends AudioWorkletNode {
  constructor(context, name, options) {
    super(context, name, options)
    if (name !== 'capture') return
    const {port} = this
    Object.defineProperty(port, 'onmessage', {
      set: take => {
        port.addEventListener('message', ({data: {pcm, level}}) => {
          for (let n = 0; n < ${pace}; n++) take({data: {pcm: pcm.slice(0), level}})
          pieces += ${pace}
        })
        port.start()
      },
    })
  }
}`

/** Script that notes the longest time, in ms, in which the page did nothing else, from now on. */
const watchStalls = `globalThis.longestMs = 0
let last = performance.now()
setInterval(() => {
  const now = performance.now()
  longestMs = Math.max(longestMs, now - last)
  last = now
}, 10)`

/** MB that the page holds, with all sound. */
const memoryOf = async (page: Page): Promise<() => Promise<number>> => {
  const session = await page.context().newCDPSession(page)
  return async () => {
    await session.send('HeapProfiler.collectGarbage')
    const {usedSize, backingStorageSize = 0} = await session.send('Runtime.getHeapUsage')
    return (usedSize + backingStorageSize) / 1e6
  }
}

describe.skipIf(browserMissing)(`a monologue in the page${skipNote}`, () => {
  const browser = useBrowser()

  it(`of ${minutes} minutes is shown while it grows, understood and answered; the page stays quick and small`, async () => {
    const engines = slowlySpoken({answer: ({text}) => `I heard ${text.match(/word/g)?.length} words.`})
    engines.stt.recognize = async audio => {
      const audioMs = audio.length / 16
      return {text: 'word '.repeat(Math.round(audioMs / 500)).trim(), segments: [], language: 'en', audioMs}
    }
    await using gateway = await openRealtime(engines)
    const opened = await openTalkPage(browser(), gateway.address, {prepare: fastMicrophone})
    const {page, talk, speak} = opened
    const memory = await memoryOf(page)
    const before = await memory()
    await talk()
    await page.evaluate(watchStalls)
    /** Seconds of the microphone. */
    const heard = async () => Number(await page.evaluate('pieces')) * 0.04
    const words = async () => (await bubble(page, 'you').textContent())?.match(/word/g)?.length ?? 0
    const began = await heard()
    await speak(true)
    await state(page, 'hearing')
    const held: number[] = []
    for (let minute = 1; minute <= minutes; minute++) {
      await expect.poll(heard, {timeout: 60_000}).toBeGreaterThan(began + minute * 60)
      // Two words a second; the last of them are still being recognised.
      await expect.poll(words).toBeGreaterThan(minute * 110)
      held.push((await memory()) - before)
    }
    const seconds = (await heard()) - began
    await speak(false)
    await page.getByText(/^I heard \d+ words\.$/).waitFor()
    await state(page, 'listening')
    // Nothing of it is missing, or there twice.
    expect(await words()).toBeGreaterThan(1.9 * seconds)
    expect(await words()).toBeLessThan(2 * seconds + 100)
    expect(await bubble(page, 'june').textContent()).toBe(`I heard ${await words()} words.`)
    expect(await page.locator('.bubble').count()).toBe(2)
    // What is said is kept for three minutes at the most, until it is understood.
    expect(Math.max(...held)).toBeLessThan(30)
    expect(Number(held.at(-1)) - Number(held.at(-2))).toBeLessThan(4)
    await expect.poll(async () => (await memory()) - before).toBeLessThan(15)
    const longestMs = Number(await page.evaluate('longestMs'))
    const mostMb = Math.max(...held)
    tellFigure(
      `${minutes} minutes of speech: ${mostMb.toFixed(0)} MB more, busy for ${longestMs.toFixed(0)} ms at once`,
    )
    expect(longestMs).toBeLessThan(500)
    expect(opened.faults).toEqual([])
  }, 180_000)
})
