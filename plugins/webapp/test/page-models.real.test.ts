// Real models that come while somebody talks to the demonstration, as the page shows it.
import type {Browser} from 'playwright-core'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../test/engines/scripted.ts'
import {openGateway} from '../../gateway/test/open-gateway.ts'
import {browserMissing, closePages, openBrowser, openPage, skipNote, state, write} from './browser.ts'

const notices = ['June answers by a few fixed rules.', 'Install real models: essence models download --all']
const profile = 'starter'

describe.skipIf(browserMissing)(`the page while real models come${skipNote}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterEach(() => closePages(browser))
  afterAll(() => browser?.close())

  it('shows how far they are, and changes to them in the middle of a conversation', async () => {
    const june = {real: false}
    const real = scriptedEngines({answer: ['Really.']})
    const voices = async () => [
      {id: 'heart', name: 'Heart', language: 'en', gender: 'female' as const, sampleRate: 24_000},
    ]
    const openEngines = async () =>
      june.real ? {...real, tts: {...real.tts, voices}} : scriptedEngines({notices, answer: ['A demonstration.']})
    await using gateway = await openGateway(scriptedEngines(), {openEngines})
    const {service} = gateway
    service.showModels?.({state: 'downloading', profile, received: 430e6, size: 1e9, secondsLeft: 130})

    const {page, faults} = await openPage(browser, gateway.address)
    const coming = page.locator('#coming')
    const words = page.locator('#coming-words')
    await expect
      .poll(() => words.textContent())
      .toBe('Real models are coming (starter): 43 % of 1.0 GB, about 2 minutes left')
    expect(await page.getByRole('progressbar').getAttribute('value')).toBe('0.43')
    // How to download them is no news while they come.
    expect(await page.locator('#notices li').allTextContents()).toEqual([notices[0]])
    await write(page, 'Hello')
    await state(page, 'idle')

    service.showModels?.({state: 'opening', profile})
    await expect.poll(() => words.textContent()).toMatch(/are here\. June changes to them/)
    june.real = true
    await service.reopen?.(new AbortController().signal)
    service.showModels?.(undefined)
    await coming.waitFor({state: 'hidden'})
    expect(await page.locator('#banner').isVisible()).toBe(false)
    expect(await page.locator('#voice option').allTextContents()).toEqual(['The usual one', 'Heart (en)'])

    await write(page, 'And now?')
    await state(page, 'idle')
    expect(await page.locator('.june .bubble').allTextContents()).toEqual(['A demonstration.', 'Really.'])
    expect(await page.locator('.you .bubble').allTextContents()).toEqual(['Hello', 'And now?'])
    expect(faults).toEqual([])
  })

  it('says why they do not come, and how to have them', async () => {
    await using gateway = await openGateway(scriptedEngines({notices}))
    gateway.service.showModels?.({state: 'failed', profile, reason: 'The hub does not answer.'})
    const {page} = await openPage(browser, gateway.address)
    await expect
      .poll(() => page.locator('#coming-words').textContent())
      .toBe('The models (starter) did not come: The hub does not answer. June stays a demonstration.')
    expect(await page.getByRole('progressbar').isVisible()).toBe(false)
    expect(await page.locator('#notices li').count()).toBe(2)
  })
})
