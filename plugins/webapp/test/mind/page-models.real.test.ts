// Real models that come while somebody talks to the demonstration, as the page shows it.
import type {Page} from 'playwright-core'
import {describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {openGateway} from '../../../gateway/test/open-gateway.ts'
import {browserMissing, bubble, openPage, skipNote, state, useBrowser, write} from '../browser.ts'

const notices = ['June answers by a few fixed rules.', 'Install real models: essence models download --all']
const profile = 'starter'

const answered = async (page: Page, text: string): Promise<void> => {
  await expect.poll(() => bubble(page, 'june').textContent()).toContain(text)
  await state(page, 'idle')
}

describe.skipIf(browserMissing)(`the page while real models come${skipNote}`, () => {
  const browser = useBrowser()

  it('shows how far they are, and changes to them in the middle of a conversation', async () => {
    const june = {real: false}
    const real = scriptedEngines({answer: ['Really.']})
    const openEngines = async () => (june.real ? real : scriptedEngines({notices, answer: ['A demonstration.']}))
    await using gateway = await openGateway(scriptedEngines(), {openEngines})
    const {service} = gateway
    service.showModels?.({state: 'downloading', profile, received: 430e6, size: 1e9, secondsLeft: 130})

    const {page, faults} = await openPage(browser(), gateway.address)
    const coming = page.getByRole('region', {name: 'Real models'})
    const words = coming.locator('p')
    await expect
      .poll(() => words.textContent())
      .toBe('Real models are coming (starter): 43 % of 1.0 GB, about 2 minutes left')
    expect(await page.getByRole('progressbar', {name: 'Real models'}).getAttribute('value')).toBe('0.43')
    // How to download them is no news while they come.
    expect(await page.locator('.banner li').allTextContents()).toEqual([notices[0]])
    await write(page, 'Hello')
    await answered(page, 'A demonstration.')

    service.showModels?.({state: 'opening', profile})
    await expect.poll(() => words.textContent()).toMatch(/are here\. June changes to them/)
    june.real = true
    await service.reopen?.(new AbortController().signal)
    service.showModels?.(undefined)
    await coming.waitFor({state: 'hidden'})
    await expect.poll(() => page.locator('.banner').count()).toBe(0)

    await write(page, 'And now?')
    await answered(page, 'Really.')
    expect(await page.locator('.june .bubble').allTextContents()).toEqual([
      expect.stringContaining('A demonstration.'),
      expect.stringContaining('Really.'),
    ])
    expect(await page.locator('.you .bubble').allTextContents()).toEqual(['Hello', 'And now?'])
    expect(faults).toEqual([])
  })

  it('says why they do not come, and how to have them', async () => {
    await using gateway = await openGateway(scriptedEngines({notices}))
    gateway.service.showModels?.({state: 'failed', profile, reason: 'The hub does not answer.'})
    const {page} = await openPage(browser(), gateway.address)
    await expect
      .poll(() => page.getByRole('region', {name: 'Real models'}).locator('p').textContent())
      .toBe('The models (starter) did not come: The hub does not answer. June stays a demonstration.')
    expect(await page.getByRole('progressbar', {name: 'Real models'}).isVisible()).toBe(false)
    expect(await page.locator('.banner li').count()).toBe(2)
    // A command stands as code.
    expect(await page.locator('.banner code').allTextContents()).toEqual(['essence models download --all'])
  })
})
