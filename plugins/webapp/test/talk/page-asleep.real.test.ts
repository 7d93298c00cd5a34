// A page whose machine sleeps: nothing in it runs, and its connections are gone when it wakes up.
import type {Browser, Page} from 'playwright-core'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {startCutProxy} from '../../../../test/peers/cut-proxy.ts'
import {browserMissing, closePages, openBrowser, skipNote, state, write} from '../browser.ts'
import {me, openRemembering} from '../conversation/open-remembering.ts'
import {openTalkPage, passedStates} from './talk-page.ts'

const hourMs = 3_600_000

/** June's clock and that of the page's machine go alike. */
const oneTime = `const {get} = Headers.prototype
Headers.prototype.get = function (name) { return name === 'date' ? new Date().toUTCString() : get.call(this, name) }`

/** Lets nothing in the page run until it wakes up, an hour later. */
const sleep = async (page: Page): Promise<{wakeUp: () => Promise<void>}> => {
  const session = await page.context().newCDPSession(page)
  await session.send('Page.setWebLifecycleState', {state: 'frozen'})
  return {
    async wakeUp() {
      await page.clock.fastForward(hourMs)
      await session.send('Page.setWebLifecycleState', {state: 'active'})
    },
  }
}

describe.skipIf(browserMissing)(`the page of a machine that slept for an hour${skipNote}`, () => {
  let browser: Browser
  let june: Awaited<ReturnType<typeof openRemembering>>
  let beforeAnswer: Promise<void> | undefined
  beforeAll(async () => {
    browser = await openBrowser()
    june = await openRemembering(async () => beforeAnswer)
  }, 200_000)
  beforeEach(() => june.memory.eraseAll(me))
  afterEach(() => closePages(browser))
  afterAll(async () => {
    await browser?.close()
    await june?.[Symbol.asyncDispose]()
  })

  const texts = (page: Page) => page.locator('.message .bubble').allTextContents()

  it.each([
    ['while it slept', 0],
    ['before it slept, and the network comes back later than it', 5000],
  ])('goes on talking where it was; the connection was lost %s', async (_when, lateMs) => {
    const {page, say, talk, ...opened} = await openTalkPage(browser, june.address, {prepare: oneTime, hasClock: true})
    await talk()
    await say()
    await page.getByText('You said 0 things before.').waitFor()
    await state(page, 'listening')
    const passed = await passedStates(page)
    if (lateMs > 0) {
      await june.close()
      await state(page, 'reconnecting')
    }
    const night = await sleep(page)
    if (lateMs === 0) {
      await june.close()
      await june.reopen(hourMs)
    }
    await night.wakeUp()
    if (lateMs > 0) {
      await page.waitForTimeout(lateMs)
      await june.reopen(hourMs)
    }
    await expect.poll(passed).toEqual(['listening', 'reconnecting', 'listening'])
    await say()
    // She has in mind what was said an hour ago.
    await page.getByText('You said 1 things before.').waitFor()
    await state(page, 'listening')
    const said = ['hello june', 'You said 0 things before.', 'hello june', 'You said 1 things before.']
    expect(await texts(page)).toEqual(said)
    expect((await june.memory.conversations(me)).total).toBe(1)
    await page.reload()
    await expect.poll(() => texts(page)).toEqual(said)
    expect(opened.faults.filter(fault => !/WebSocket|Failed to load resource/.test(fault))).toEqual([])
  })

  it('keeps what was written and not answered, and asks once more', async () => {
    const proxy = await startCutProxy(Number(new URL(june.address).port))
    const address = `http://127.0.0.1:${proxy.port}`
    const {page} = await openTalkPage(browser, address, {prepare: oneTime, hasClock: true})
    await write(page, 'first')
    await page.getByText('You said 0 things before.').waitFor()
    await state(page, 'idle')
    const never = Promise.withResolvers<void>()
    beforeAnswer = never.promise
    await write(page, 'second')
    await state(page, 'thinking')
    const night = await sleep(page)
    proxy.cut()
    beforeAnswer = undefined
    june.clock.now += hourMs
    await night.wakeUp()
    const alert = page.getByRole('alert')
    await alert.getByText('in the middle of the answer').waitFor()
    await alert.getByRole('button', {name: 'Try again'}).click()
    await page.getByText('You said 1 things before.').waitFor()
    await state(page, 'idle')
    expect(await texts(page)).toEqual(['first', 'You said 0 things before.', 'second', 'You said 1 things before.'])
    never.resolve()
    await page.close()
    await proxy.close()
  })
})
