// One conversation on published weights by way of the page: coughed at, interrupted, the network lost and back.
import {toPcm16} from '@essence/core/audio/pcm'
import {cough} from '@essence/core/proof/conversation/sounds'
import type {Browser, Page} from 'playwright-core'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {startCutProxy} from '../../../test/peers/cut-proxy.ts'
import {missing, openWeights, recorded} from '../../gateway/test/realtime/on-weights.ts'
import {browserMissing, openBrowser, skipNote} from './browser.ts'
import {openTalkPage, passedStates} from './talk-page.ts'

let weights: Awaited<ReturnType<typeof openWeights>>
let browser: Browser
beforeAll(async () => {
  if (missing || browserMissing) return
  weights = await openWeights(60)
  browser = await openBrowser()
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await weights?.close()
})

const timeout = 90_000

const until = async (page: Page, name: string): Promise<void> => {
  await page.waitForSelector(`body[data-state=${name}]`, {timeout})
}

it.skipIf(missing || browserMissing)(
  `three turns in the page, hands-free${missing}${skipNote}`,
  async () => {
    await using gateway = await weights.openGateway()
    const proxy = await startCutProxy(Number(new URL(gateway.address).port))
    const {page, talk, silentMs} = await openTalkPage(browser, `http://127.0.0.1:${proxy.port}`)
    const say = (sound: Float32Array): Promise<void> =>
      page.evaluate(`sayRecorded('${toPcm16(sound).toString('base64')}')`)
    const [modern, surpassed] = await Promise.all([recorded('lj/LJ001-0002.flac'), recorded('lj/LJ001-0008.flac')])
    const heard = (): Promise<string[]> => page.locator('.you .bubble').allTextContents()
    await talk()

    // Coughed at: she goes on.
    await say(modern)
    await until(page, 'speaking')
    expect(await heard()).toEqual([expect.stringMatching(/comparatively modern/i)])
    const passed = await passedStates(page)
    await page.waitForTimeout(500)
    await say(cough(3))
    await until(page, 'listening')
    expect(await passed()).toEqual(['speaking', 'listening'])
    expect(await page.locator('.not-heard').count()).toBe(0)

    // Interrupted: nothing more of her is heard, and what was not heard is grey.
    await say(surpassed)
    await until(page, 'speaking')
    await page.waitForTimeout(800)
    await say(modern)
    await until(page, 'hearing')
    await page.waitForTimeout(300)
    expect(await silentMs()).toBeGreaterThan(200)
    await expect.poll(() => page.locator('.june .not-heard').count()).toBe(1)
    await until(page, 'speaking')

    // The network lost and back, in the middle of an answer.
    const later = await passedStates(page)
    proxy.cut()
    await expect.poll(later, {timeout}).toContain('reconnecting')
    await until(page, 'listening')
    expect(await heard()).toHaveLength(3)
    await say(surpassed)
    await until(page, 'speaking')
    expect((await heard()).at(-1)).toMatch(/never been surpassed/i)
    expect(await page.locator('.message.error').count()).toBe(0)
    await page.close()
    await proxy.close()
  },
  400_000,
)
