// A device whose clock is wrong by a day: what is said is dated by June's.
import type {Browser, Page} from 'playwright-core'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {openGateway} from '../../../gateway/test/open-gateway.ts'
import {
  answered,
  browserMissing,
  closePages,
  openBrowser,
  openPage,
  silent,
  skipNote,
  write,
  wrongClock,
} from '../browser.ts'
import {me, openRemembering} from './open-remembering.ts'

describe.skipIf(browserMissing)(`the page on a device whose clock is wrong${skipNote}`, () => {
  let browser: Browser
  let june: Awaited<ReturnType<typeof openRemembering>>
  beforeAll(async () => {
    browser = await openBrowser()
    june = await openRemembering()
  }, 200_000)
  beforeEach(() => june.memory.eraseAll(me))
  afterEach(() => closePages(browser))
  afterAll(async () => {
    await browser?.close()
    await june?.[Symbol.asyncDispose]()
  })

  const open = async (address: string, days: number, prepare = ''): Promise<Page> =>
    (await openPage(browser, address, {locale: 'en-GB', prepare: `${wrongClock(days)};${silent};${prepare}`})).page

  it.each([1, -1])('dates what is said as June does, and goes on with what was said: %i day', async days => {
    await june.said('kitchen', 120, 'Where is the bakery?')
    const page = await open(june.address, days, "sessionStorage.setItem('session', 'kitchen')")
    await page.getByText('I heard: Where is the bakery?').waitFor()
    await write(page, 'And the mill?')
    await page.getByText('You said 1 things before.').first().waitFor()
    const times = () =>
      page.locator('.message time').evaluateAll(all => all.map(time => Date.parse(time.getAttribute('datetime') ?? '')))
    const shown = await times()
    expect(shown.map(at => Math.round((Date.now() - at) / 60_000))).toEqual([120, 120, 0, 0])
    expect(await page.locator('.day').last().textContent()).toBe('Today')
    await page.locator('.side .conversations').getByRole('heading', {name: 'today'}).waitFor()
    await page.reload()
    await expect.poll(async () => (await times()).length).toBe(4)
    expect(await page.locator('.day').last().textContent()).toBe('Today')
    expect((await june.memory.conversations(me)).total).toBe(1)
  })

  it.each([1, -1])('keeps a question open as long as June does: %i day', async days => {
    let expiresAt = new Date()
    const answer = () => {
      expiresAt = new Date(Date.now() + 2500)
      const confirmation = {id: 'c1', question: 'Delete the list?', expiresAt}
      return ['Delete the list?', {kind: 'answer', text: '', confirmation} as const]
    }
    await using gateway = await openGateway(scriptedEngines({answer}))
    const page = await open(gateway.address, days)
    await write(page, 'forget the list')
    await answered(page, 1)
    const card = page.getByRole('group', {name: 'Delete the list?'})
    await card.waitFor()
    await card.waitFor({state: 'detached', timeout: 10_000})
    expect(Date.now()).toBeGreaterThan(expiresAt.getTime() - 1500)
  })
})
