import {EssenceError} from '@essence/core/kit/errors'
import type {Browser, Page} from 'playwright-core'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../test/engines/scripted.ts'
import {openGateway, postText} from '../../gateway/test/open-gateway.ts'
import {browserMissing, bubble, closePages, openBrowser, openPage, skipNote, state, write} from './browser.ts'

/** Speaks for longer than a slip of the finger. */
const speakBriefly = async (page: Page) => {
  await state(page, 'listening')
  const since = Number(await page.evaluate('performance.now()'))
  await page.waitForFunction(since => performance.now() - since > 450, since)
}

describe.skipIf(browserMissing)(`the page, with engines that do as they are told${skipNote}`, () => {
  let browser: Browser
  // Without a file the browser's own microphone beeps.
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterEach(() => closePages(browser))
  afterAll(() => browser?.close())

  it('writes and reads: Shift+Enter is a new line, Enter sends, the answer is read and heard, and played again', async () => {
    await using gateway = await openGateway(scriptedEngines({answer: ['It is. ', 'Fine.']}))
    const {page, requests, faults, played} = await openPage(browser, gateway.address)
    await page.getByLabel('Message').fill('Hello')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('June')
    await page.keyboard.press('Enter')
    await page.locator('.june .time').first().waitFor()
    expect(await bubble(page, 'you').textContent()).toBe('Hello\nJune')
    expect(await bubble(page, 'june').textContent()).toBe('It is. Fine.')
    await state(page, 'idle')
    // As long as it was sent: nothing was resampled.
    const clip = expect.objectContaining({length: 1600, sampleRate: 16_000, level: expect.closeTo(0.35, 1)})
    expect(await played()).toEqual([clip, clip])
    expect(await page.locator('.june .time').allTextContents()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^total \d/), expect.stringMatching(/^send → sound \d/)]),
    )
    await page.getByRole('button', {name: 'Play the answer again'}).click()
    await state(page, 'speaking')
    await state(page, 'idle')
    const [third, fourth] = (await played()).slice(2)
    expect(fourth?.at).toBe((third?.at ?? 0) + 1600)
    expect(requests.filter(url => !url.startsWith(`${gateway.address}/`))).toEqual([])
    expect(faults).toEqual([])
  })

  it('speaks the first sentence while the second is still being written', async () => {
    const more = Promise.withResolvers<void>()
    await using gateway = await openGateway(
      scriptedEngines({
        async *answer() {
          yield 'First. And '
          await more.promise
          yield 'second.'
        },
      }),
    )
    const {page, played} = await openPage(browser, gateway.address)
    await write(page, 'go')
    await expect.poll(played, {timeout: 30_000}).toHaveLength(1)
    expect(await bubble(page, 'june').textContent()).toBe('First. And ')
    more.resolve()
    await state(page, 'idle')
    expect(await played()).toHaveLength(2)
  })

  it('stays silent when asked to', async () => {
    await using gateway = await openGateway(scriptedEngines())
    const {page, played} = await openPage(browser, gateway.address)
    await page.getByText('Options').click()
    await page.getByLabel('Speak answers').uncheck()
    await write(page, 'go')
    await page.locator('.june .time').first().waitFor()
    await state(page, 'idle')
    expect(await played()).toEqual([])
  })

  it('records with a press and sends with a press, by Space held, and throws away on Escape', async () => {
    await using gateway = await openGateway(scriptedEngines({heard: 'beep'}))
    const {page, faults} = await openPage(browser, gateway.address)
    await page.getByRole('button', {name: 'Talk', exact: true}).click()
    await state(page, 'listening')
    await page.getByText(/^0:0[1-9]$/).waitFor({state: 'attached'})
    await page.keyboard.press('Escape')
    await state(page, 'idle')
    expect(await page.locator('.you').count()).toBe(0)

    await page.keyboard.down(' ')
    await speakBriefly(page)
    await page.keyboard.up(' ')
    await page.locator('.june .time').first().waitFor()
    expect(await bubble(page, 'you').textContent()).toBe('beep')
    await state(page, 'idle')

    await page.getByRole('button', {name: 'Talk', exact: true}).click()
    await speakBriefly(page)
    await page.getByRole('button', {name: 'Send what you said'}).click()
    await page.locator('.june .time').nth(1).waitFor()
    await state(page, 'idle')
    expect(await page.locator('.june').count()).toBe(2)
    expect(faults).toEqual([])
  })

  it('stops: the engines stop thinking, and the next turn works', async () => {
    const aborted = Promise.withResolvers<void>()
    let turns = 0
    await using gateway = await openGateway(
      scriptedEngines({
        async *answer({signal}) {
          if (++turns > 1) return yield 'Again.'
          yield 'Once upon a time'
          await new Promise(resolve => signal?.addEventListener('abort', resolve))
          aborted.resolve()
          throw new EssenceError('CANCELLED', 'Cancelled.')
        },
      }),
    )
    const {page} = await openPage(browser, gateway.address)
    await write(page, 'a story')
    await page.getByText('Once upon a time').waitFor()
    await page.getByRole('button', {name: 'Stop'}).click()
    await aborted.promise
    await page.getByText('stopped').waitFor()
    await write(page, 'again')
    await page.getByText('Again.').waitFor()
    await state(page, 'idle')
    expect(await page.locator('.error').count()).toBe(0)
  })

  it('keeps the conversation of a tab, and starts another when asked', async () => {
    const sessions: string[] = []
    const forgotten = Promise.withResolvers<string>()
    await using gateway = await openGateway(
      scriptedEngines({
        answer: ({session}) => {
          sessions.push(session)
          return ['Yes.']
        },
        forget: forgotten.resolve,
      }),
    )
    const {page} = await openPage(browser, gateway.address)
    const ask = async () => {
      await write(page, 'and?')
      await page.locator('.june .time').first().waitFor()
      await state(page, 'idle')
    }
    await ask()
    await page.reload()
    await state(page, 'idle')
    await ask()
    await page.getByText('Options').click()
    await page.getByRole('button', {name: 'New conversation'}).click()
    expect(await page.locator('#conversation li').count()).toBe(0)
    expect(await forgotten.promise).toBe(sessions[0])
    await ask()
    expect(sessions[1]).toBe(sessions[0])
    expect(sessions[2]).not.toBe(sessions[0])
  })

  it('keeps the end of the conversation in sight, until the reader scrolls back', async () => {
    const lines = (count: number) => Array.from({length: count}, (_, n) => `line ${n}\n`).join('')
    const [read, scrolledBack] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    await using gateway = await openGateway(
      scriptedEngines({
        async *answer() {
          // Much at once, as after a stall.
          yield lines(60)
          await read.promise
          yield lines(60)
          await scrolledBack.promise
          yield `${lines(60)}the end`
        },
      }),
    )
    const {page} = await openPage(browser, gateway.address)
    await page.getByText('Options').click()
    await page.getByLabel('Speak answers').uncheck()
    const belowEnd = () =>
      page.evaluate(
        '(({scrollHeight, scrollTop, clientHeight}) => scrollHeight - scrollTop - clientHeight)(document.getElementById("scroll"))',
      )
    const shown = (count: number) =>
      expect.poll(() => page.evaluate("document.body.innerText.split('line ').length")).toBeGreaterThan(count)
    await write(page, 'go')
    await shown(60)
    await expect.poll(belowEnd).toBeLessThan(2)
    read.resolve()
    await shown(120)
    await expect.poll(belowEnd).toBeLessThan(2)
    await page.setViewportSize({width: 800, height: 500})
    await expect.poll(belowEnd).toBeLessThan(2)
    await page.mouse.move(400, 200)
    await page.mouse.wheel(0, -400)
    await expect.poll(belowEnd).toBeGreaterThan(300)
    scrolledBack.resolve()
    await page.getByText('the end').waitFor()
    expect(await belowEnd()).toBeGreaterThan(1000)
  })

  it('lets the sound of old answers go', async () => {
    await using gateway = await openGateway(scriptedEngines({answer: () => ['Yes.']}))
    const {page} = await openPage(browser, gateway.address)
    for (let n = 1; n <= 22; n++) {
      await write(page, `question ${n}`)
      await expect.poll(() => page.locator('.june .time').count(), {timeout: 30_000, interval: 20}).toBeGreaterThan(0)
      await page
        .locator('.june')
        .nth(n - 1)
        .locator('.time')
        .first()
        .waitFor()
    }
    const replays = page.getByRole('button', {name: 'Play the answer again'})
    expect(await replays.count()).toBe(20)
    expect(await page.locator('.june').nth(1).locator('.replay').count()).toBe(0)
    await replays.last().click()
    await state(page, 'idle')
  })

  it('plays nothing more of an answer that was interrupted, though it came in one piece', async () => {
    await using gateway = await openGateway(scriptedEngines({answer: ['It is. ', 'Fine.']}))
    const {page, played} = await openPage(browser, gateway.address)
    const clip = Buffer.from(await (await postText(gateway.address, {text: 'a'})).text())
    await page.route('**/api/turn', route => route.fulfill({contentType: 'application/x-ndjson', body: clip}))
    // Interrupted by the first delta that is shown, while the lines after it are read already.
    await page.evaluate(`new MutationObserver((_, observer) => {
      if (!document.querySelector('.june .bubble')?.textContent.startsWith('It is')) return
      observer.disconnect()
      document.getElementById('stop').click()
    }).observe(document.getElementById('conversation'), {subtree: true, childList: true, characterData: true})`)
    await write(page, 'go')
    await page.getByText('stopped').waitFor()
    await state(page, 'idle')
    expect(await played()).toEqual([])
  })
})
