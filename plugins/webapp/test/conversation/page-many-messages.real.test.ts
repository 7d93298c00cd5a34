import type {StoredMessage} from '@essence/core/memory/port'
import type {Page} from 'playwright-core'
import {describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {scriptedMind} from '../../../../test/engines/scripted-mind.ts'
import {openGateway} from '../../../gateway/test/open-gateway.ts'
import {browserMissing, openPage, silent, skipNote, tellFigure, useBrowser, write} from '../browser.ts'

const count = 2000

const contentOf = (index: number): string => {
  if (index % 2 === 0) return `Question ${index}?`
  const words = `Answer ${index}: ${'some words of a sentence. '.repeat(1 + (index % 13))}`
  return index % 5 === 0 ? `${words}\n\n- **one** of ${index}\n- two\n\n\`\`\`\ncode ${index}\n\`\`\`` : words
}

const said = Array.from(
  {length: count},
  (_, index): StoredMessage => ({
    id: `m${index}`,
    ordinal: index + 1,
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: contentOf(index),
    createdAt: new Date(Date.now() - (count - index) * 600_000),
  }),
)

/** Script that scrolls from the end to the start at the speed of a flung finger, and returns the ms of each frame. */
const fling = `new Promise(resolve => {
  const scroller = document.querySelector('[data-virtuoso-scroller]')
  const frames = []
  let last
  const frame = now => {
    if (last !== undefined) frames.push(now - last)
    last = now
    scroller.dispatchEvent(new WheelEvent('wheel', {deltaY: -120}))
    scroller.scrollTop -= 120
    if (frames.length < 300 && scroller.scrollTop > 0) requestAnimationFrame(frame)
    else resolve(frames)
  }
  requestAnimationFrame(frame)
})`

/** What reads the ms that the thread of a page has computed for so far, whatever else the machine does. */
const busyOf = async (page: Page): Promise<() => Promise<number>> => {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', {timeDomain: 'threadTicks'})
  return async () => {
    const {metrics} = await session.send('Performance.getMetrics')
    return 1000 * (metrics.find(({name}) => name === 'TaskDuration')?.value ?? Number.NaN)
  }
}

describe.skipIf(browserMissing)(`a long conversation in the page${skipNote}`, () => {
  const browser = useBrowser()

  it(`scrolls ${count} messages smoothly, begins at their end, and goes back there`, async () => {
    const {mind} = scriptedMind()
    const messages = async (_: string, _id: string, {after = 0, limit = 100} = {}) =>
      said.filter(({ordinal}) => ordinal > after).slice(0, limit)
    await using gateway = await openGateway(
      scriptedEngines({mind: {...mind, memory: {...mind.memory, messages}}, answer: ['Yes.']}),
    )
    const {page, faults} = await openPage(browser(), gateway.address, {
      prepare: `${silent}
sessionStorage.setItem('session', 'long')`,
    })
    const newest = page.getByText(`Answer ${count - 1}:`)
    await newest.waitFor()
    await expect.poll(() => newest.evaluate(element => element.getBoundingClientRect().bottom)).toBeLessThan(720)
    expect(await page.locator('.message').count()).toBeLessThan(100)

    const busy = await busyOf(page)
    const before = await busy()
    const frames = ((await page.evaluate(fling)) as number[]).toSorted((a, b) => a - b)
    const busyMs = ((await busy()) - before) / frames.length
    const median = frames[frames.length >> 1] ?? Number.NaN
    const told = `${frames.length} frames, median ${median.toFixed(1)} ms, each ${busyMs.toFixed(1)} ms of the page's thread`
    tellFigure(`${count} messages: ${told}`)
    expect(frames.length, told).toBeGreaterThan(100)
    // 60 a second, each with time to spare. The longest say more of what else the machine does.
    expect(median, told).toBeLessThan(20)
    expect(busyMs, told).toBeLessThan(8)

    expect(await newest.count()).toBe(0)
    await page.getByRole('button', {name: 'To the end'}).click()
    await newest.waitFor()
    await page.locator('[data-virtuoso-scroller]').press('Home')
    await page.getByText('Question 0?').waitFor()
    expect(await page.locator('.day').first().textContent()).toMatch(/^\w+day, /)
    await page.getByRole('button', {name: 'To the end'}).click()
    await newest.waitFor()
    await page.mouse.move(600, 200)
    await page.mouse.wheel(0, -3000)
    await page.getByRole('button', {name: 'To the end'}).waitFor()
    await write(page, 'and now?')
    await page.getByText('Yes.', {exact: true}).first().waitFor()
    expect(faults).toEqual([])
  })
})
