// The speaker that is chosen is unplugged, or does not open.
import type {Browser, Page} from 'playwright-core'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {openRealtime, slowlySpoken} from '../../../gateway/test/realtime/open-realtime.ts'
import {browserMissing, closePages, openBrowser, skipNote, state, write} from '../browser.ts'
import {openTalkPage} from './talk-page.ts'

/** Script for `prepare`: speakers that the test plugs in and unplugs; `sinks` are those that were asked for. */
const speakers = `globalThis.contexts = []
globalThis.AudioContext = class extends AudioContext {
  constructor(...given) {
    super(...given)
    contexts.push(this)
  }
}
globalThis.plugged = ['desk', 'broken']
globalThis.sinks = []
const device = kind => deviceId => ({deviceId, kind, label: 'The ' + deviceId})
navigator.mediaDevices.enumerateDevices = async () =>
  [...['headset'].map(device('audioinput')), ...['default', ...plugged].map(device('audiooutput'))]
globalThis.plug = ids => {
  plugged = ids
  navigator.mediaDevices.dispatchEvent(new Event('devicechange'))
}
AudioContext.prototype.setSinkId = async function (id) {
  sinks.push(id)
  if (id === 'broken') throw new DOMException('', 'NotFoundError')
}`

describe.skipIf(browserMissing)(`the speaker of the page${skipNote}`, () => {
  let browser: Browser
  let gateway: Awaited<ReturnType<typeof openRealtime>>
  beforeAll(async () => {
    browser = await openBrowser()
    gateway = await openRealtime(
      slowlySpoken({answer: [`Here I am, ${'with some more words than that, '.repeat(4)}and that is all.`]}),
    )
  })
  afterEach(() => closePages(browser))
  afterAll(async () => {
    await browser?.close()
    await gateway?.[Symbol.asyncDispose]()
  })

  const open = (speaker: string) =>
    openTalkPage(browser, gateway.address, {
      prepare: speakers,
      preferences: {speaker, talking: 'hands-free', speed: 1, volume: 1},
    })
  const sink = (page: Page) => page.evaluate('sinks.at(-1)')

  it('is the usual one while the chosen one is gone, and says so, while somebody talks', async () => {
    const {page, say, talk, silentMs, faults} = await open('desk')
    await talk()
    await expect.poll(() => sink(page)).toBe('desk')
    await say()
    await state(page, 'speaking')
    await page.evaluate("plug(['broken'])")
    await page.getByRole('status').getByText('June speaks over the usual one.').waitFor()
    expect(await sink(page)).toBe('')
    // She goes on.
    await state(page, 'speaking')
    expect(await silentMs()).toBeLessThan(300)
    await state(page, 'listening')
    await page.evaluate("plug(['broken', 'desk'])")
    await page.getByRole('status').getByText('The speaker you chose is back.').waitFor()
    expect(await sink(page)).toBe('desk')
    expect(faults).toEqual([])
  })

  it('is the usual one for what is written, too', async () => {
    const {page, played} = await open('desk')
    await write(page, 'are you there')
    await state(page, 'speaking')
    await page.evaluate('plug([])')
    await page.getByRole('status').getByText('That speaker is gone.').waitFor()
    expect(await sink(page)).toBe('')
    await state(page, 'idle')
    expect((await played())[0]?.level).toBeGreaterThan(0.05)
  })

  it('is the usual one where the chosen one does not open', async () => {
    const {page, played} = await open('broken')
    await write(page, 'are you there')
    await page.getByRole('status').getByText('The speaker you chose does not open.').waitFor()
    expect(await page.evaluate('sinks')).toEqual(['broken'])
    await state(page, 'idle')
    expect((await played())[0]?.level).toBeGreaterThan(0.05)
    // And it is told where it is chosen.
    await page.getByRole('link', {name: 'Settings'}).click()
    await page.getByLabel('Speaker', {exact: true}).selectOption({label: 'The desk'})
    await expect.poll(() => sink(page)).toBe('desk')
    await page.getByLabel('Speaker', {exact: true}).selectOption({label: 'The broken'})
    await page.getByRole('status').getByText('The speaker you chose does not open.').waitFor()
    expect(await sink(page)).toBe('')
  })

  it('goes on where the machine halted it', async () => {
    const {page, say, talk, silentMs} = await open('desk')
    await talk()
    await say()
    await state(page, 'speaking')
    await page.evaluate('contexts[0].suspend()')
    await expect.poll(() => page.evaluate('contexts[0].state')).toBe('running')
    await say()
    await state(page, 'speaking')
    await expect.poll(silentMs).toBeLessThan(200)
  })
})
