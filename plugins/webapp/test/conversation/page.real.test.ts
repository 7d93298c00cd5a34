import {EssenceError} from '@essence/core/kit/errors'
import type {Page} from 'playwright-core'
import {describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {openGateway, postText} from '../../../gateway/test/open-gateway.ts'
import {answered, browserMissing, bubble, openPage, silent, skipNote, state, useBrowser, write} from '../browser.ts'

describe.skipIf(browserMissing)(`the page, with engines that do as they are told${skipNote}`, () => {
  const browser = useBrowser()

  it('writes and reads: Shift+Enter is a new line, Enter sends, the answer is read and heard, and played again', async () => {
    await using gateway = await openGateway(scriptedEngines({answer: ['It is. ', 'Fine.']}))
    const {page, requests, faults, played} = await openPage(browser(), gateway.address)
    await page.getByLabel('Message').fill('Hello')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('June')
    await page.keyboard.press('Enter')
    await answered(page, 1)
    expect(await bubble(page, 'you').textContent()).toBe('Hello\nJune')
    expect(await bubble(page, 'june').textContent()).toBe('It is. Fine.')
    await state(page, 'idle')
    // As long as it was sent: nothing was resampled.
    const clip = expect.objectContaining({length: 1600, sampleRate: 16_000, level: expect.closeTo(0.35, 1)})
    expect(await played()).toEqual([clip, clip])
    await page.getByText('Times').click()
    expect(await page.locator('.june .time').allTextContents()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^total \d/), expect.stringMatching(/^send → sound \d/)]),
    )
    await page.getByRole('button', {name: 'Play the answer'}).click()
    await expect.poll(played).toHaveLength(3)
    // Both sentences, one after the other.
    expect((await played())[2]).toMatchObject({length: 3200, sampleRate: 16_000, level: expect.closeTo(0.35, 1)})
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
    const {page, played} = await openPage(browser(), gateway.address)
    await write(page, 'go')
    await expect.poll(played, {timeout: 30_000}).toHaveLength(1)
    expect(await bubble(page, 'june').textContent()).toBe('First. And ')
    more.resolve()
    await state(page, 'idle')
    expect(await played()).toHaveLength(2)
  })

  it('sounds at most 60 ms after a clip is there', async () => {
    await using gateway = await openGateway(scriptedEngines({answer: ['One.']}))
    // From the clip's bytes to the moment it is scheduled for, on the clock of the sound.
    const prepare = `
      globalThis.delays = []
      const {decodeAudioData} = BaseAudioContext.prototype
      const {start} = AudioBufferSourceNode.prototype
      let cameAt
      BaseAudioContext.prototype.decodeAudioData = function (...bytes) {
        cameAt = this.currentTime
        return decodeAudioData.apply(this, bytes)
      }
      AudioBufferSourceNode.prototype.start = function (at) {
        delays.push((at - cameAt) * 1000)
        start.call(this, at)
      }`
    const {page, played} = await openPage(browser(), gateway.address, {prepare})
    for (let turn = 1; turn <= 5; turn++) {
      await write(page, `turn ${turn}`)
      await answered(page, turn)
    }
    expect(await played()).toHaveLength(5)
    const delays = (await page.evaluate('delays')) as number[]
    expect(delays).toHaveLength(5)
    // The median: two cores may have something else to do once.
    expect(delays.toSorted((a, b) => a - b)[2]).toBeLessThan(60)
  })

  it('stays silent when asked to', async () => {
    await using gateway = await openGateway(scriptedEngines())
    const {page, played} = await openPage(browser(), gateway.address, {prepare: silent})
    await write(page, 'go')
    await answered(page, 1)
    expect(await played()).toEqual([])
    expect(await page.locator('.messages [aria-live=polite]').textContent()).toBe('You said: go.')
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
    const {page} = await openPage(browser(), gateway.address)
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
    await using gateway = await openGateway(
      scriptedEngines({
        answer: ({session}) => {
          sessions.push(session)
          return ['Yes.']
        },
      }),
    )
    const {page} = await openPage(browser(), gateway.address)
    const ask = async () => {
      await write(page, 'and?')
      await answered(page, 1)
    }
    await ask()
    await page.reload()
    await state(page, 'idle')
    await ask()
    await page.getByRole('button', {name: 'New conversation'}).click()
    expect(await page.locator('.message').count()).toBe(0)
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
    const {page} = await openPage(browser(), gateway.address, {prepare: silent})
    const shown = (count: number) =>
      expect.poll(() => page.evaluate("document.body.innerText.split('line ').length")).toBeGreaterThan(count)
    await write(page, 'go')
    await shown(60)
    await expect.poll(() => belowEnd(page), {timeout: 10_000}).toBeLessThan(2)
    read.resolve()
    await shown(120)
    await expect.poll(() => belowEnd(page), {timeout: 10_000}).toBeLessThan(2)
    await page.setViewportSize({width: 800, height: 500})
    await expect.poll(() => belowEnd(page), {timeout: 10_000}).toBeLessThan(2)
    await page.mouse.move(400, 150)
    await page.mouse.wheel(0, -400)
    await expect.poll(() => belowEnd(page), {timeout: 10_000}).toBeGreaterThan(300)
    // For 50 ms after a turn of the wheel the list takes what grows to be above the reader.
    await page.waitForTimeout(300)
    scrolledBack.resolve()
    await page.locator('.june').getByText('the end').waitFor()
    expect(await belowEnd(page)).toBeGreaterThan(1000)
    await page.getByRole('button', {name: 'To the end'}).click()
    await expect.poll(() => belowEnd(page), {timeout: 10_000}).toBeLessThan(2)
    expect(await page.getByRole('button', {name: 'To the end'}).count()).toBe(0)
  })

  it('plays nothing more of an answer that was interrupted, though it came in one piece', async () => {
    await using gateway = await openGateway(scriptedEngines({answer: ['It is. ', 'Fine.']}))
    const {page, played} = await openPage(browser(), gateway.address)
    const clip = Buffer.from(await (await postText(gateway.address, {text: 'a'})).text())
    await page.route('**/api/turn', route => route.fulfill({contentType: 'application/x-ndjson', body: clip}))
    // Interrupted as soon as something sounds.
    await page.evaluate(`new MutationObserver((_, observer) => {
      if (document.body.dataset.state !== 'speaking') return
      observer.disconnect()
      document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}))
    }).observe(document.body, {attributes: true})`)
    await write(page, 'go')
    await page.getByText('It is. Fine.').waitFor()
    await state(page, 'idle')
    // The first was cut off, and `ended`; the second never began.
    await page.waitForTimeout(300)
    expect((await played()).length).toBeLessThan(2)
  })
})

/** CSS pixels of the conversation below what is in sight. */
const belowEnd = (page: Page): Promise<number> =>
  page.evaluate(
    '(({scrollHeight, scrollTop, clientHeight}) => scrollHeight - scrollTop - clientHeight)(document.querySelector("[data-virtuoso-scroller]"))',
  )
