import type {Browser, BrowserContextOptions, Page} from 'playwright-core'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../test/engines/scripted.ts'
import {openGateway} from '../../gateway/test/open-gateway.ts'
import {accessibilityFaults} from './accessibility.ts'
import {browserMissing, openBrowser, openPage, skipNote} from './browser.ts'

/** These engines remember nothing, and what is cut off here on purpose is none either. */
const isOurs = (fault: string): boolean => !/status of 503|ERR_FAILED/.test(fault)

describe.skipIf(browserMissing)(`the settings${skipNote}`, () => {
  let browser: Browser
  let gateway: Awaited<ReturnType<typeof openGateway>>
  let engines: ReturnType<typeof scriptedEngines>
  /** Awaited before a sample is spoken. */
  let beforeSpeech = async (): Promise<void> => {}
  beforeAll(async () => {
    browser = await openBrowser()
    const scripted = scriptedEngines({beforeSpeech: () => beforeSpeech()})
    const abilities = {...scripted.stt.abilities, languages: ['en', 'de', 'tlh']}
    engines = {...scripted, stt: {...scripted.stt, abilities}}
    const english = {id: 'tone', name: 'Tone', language: 'en', gender: 'unknown', sampleRate: 16_000} as const
    const {synthesize} = engines.tts
    // A second: long enough to be seen on a busy machine.
    engines.tts.synthesize = async function* (...asked) {
      for await (const piece of synthesize(...asked)) for (let n = 0; n < 10; n++) yield piece
    }
    engines.tts.voices = async () => [english, {...english, id: 'klang', name: 'Klang', language: 'de'}]
    gateway = await openGateway(engines)
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.[Symbol.asyncDispose]()
  })

  const open = async (options: BrowserContextOptions & {prepare?: string} = {}) => {
    // A context of its own: nothing was chosen in it.
    const opened = await openPage(browser, gateway.address, {locale: 'en-US', ...options})
    await opened.page.goto(`${gateway.address}/#/settings`)
    await opened.page.locator('.settings-section').first().waitFor()
    return {...opened, [Symbol.asyncDispose]: () => opened.page.context().close()}
  }
  const choose = async (page: Page, label: string, option: string) => {
    await page.getByRole('combobox', {name: label}).click()
    await page.getByRole('option', {name: option, exact: true}).click()
  }
  const chosen = (page: Page) =>
    page.evaluate('JSON.parse(localStorage.getItem("preferences") ?? "{}").state ?? {}') as Promise<
      Record<string, unknown>
    >
  const root = (page: Page, attribute: string) => page.locator('html').getAttribute(attribute)

  it('apply a theme at once, and before the first paint of the next visit', async () => {
    await using settings = await open({colorScheme: 'light'})
    const {page, faults} = settings
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
    const light = await paper()
    await page.getByRole('radio', {name: 'Dark'}).click()
    expect(await root(page, 'data-theme')).toBe('dark')
    expect(await paper()).not.toBe(light)
    const colour = page.locator('meta[name=theme-color][media=all]')
    expect(await colour.getAttribute('content')).toBe('#15171a')
    // The page's own program never comes: what is dark then was so before it.
    await page.route('**/assets/index-*.js', route => route.abort())
    await page.reload({waitUntil: 'domcontentloaded'})
    expect(await root(page, 'data-theme')).toBe('dark')
    await page.unrouteAll()
    await page.reload()
    await page.getByRole('radio', {name: 'As the system'}).click()
    expect(await root(page, 'data-theme')).toBeNull()
    expect(await paper()).toBe(light)
    expect(faults.filter(isOurs)).toEqual([])
  })

  it('let a voice be heard: in its language, at the speed chosen, one at a time, until it is stopped', async () => {
    await using settings = await open()
    const {page, faults} = settings
    await page.getByRole('slider', {name: 'Speed'}).focus()
    for (let n = 0; n < 5; n++) await page.keyboard.press('ArrowRight')
    await choose(page, 'Voice', 'Klang')
    expect(await chosen(page)).toMatchObject({voice: 'klang', speed: 1.5})
    const coming = Promise.withResolvers<void>()
    beforeSpeech = () => coming.promise
    await page.getByRole('button', {name: 'Hear the voice'}).click()
    await expect
      .poll(() => engines.trace.spoken.at(-1))
      .toMatchObject({
        text: 'Hallo, ich bin June. So klinge ich.',
        options: {voice: 'klang', speed: 1.5},
      })
    await page.getByRole('button', {name: 'Stop the voice'}).click()
    await page.getByRole('button', {name: 'Hear the voice'}).waitFor()
    // Nobody waits for it any more, in June's head either.
    await expect.poll(() => engines.trace.running.size).toBe(0)
    coming.resolve()
    await page.getByRole('button', {name: 'Hear the voice'}).click()
    await page.getByRole('button', {name: 'Stop the voice'}).waitFor()
    // It ends by itself.
    await page.getByRole('button', {name: 'Hear the voice'}).waitFor()
    expect(faults.filter(isOurs)).toEqual([])
  })

  it('name the microphone and the speaker that are used', async () => {
    await using settings = await open()
    const {page, faults} = settings
    const speakers = page.getByLabel('Speaker', {exact: true})
    await expect.poll(() => speakers.locator('option').count()).toBeGreaterThan(1)
    await speakers.selectOption({index: 1})
    await page.getByLabel('Microphone', {exact: true}).selectOption({index: 1})
    expect(await chosen(page)).toMatchObject({speaker: expect.any(String), microphone: expect.any(String)})
    await page.reload()
    expect(await accessibilityFaults(page)).toEqual([])
    await expect
      .poll(() => speakers.evaluate(select => (select as never as {selectedIndex: number}).selectedIndex))
      .toBe(1)
    await page.getByRole('button', {name: 'Hear the voice'}).click()
    await page.getByRole('button', {name: 'Stop the voice'}).waitFor()
    await page.getByRole('button', {name: 'Hear the voice'}).waitFor()
    expect(faults.filter(isOurs)).toEqual([])
  })

  it('say why a voice cannot be heard', async () => {
    await using settings = await open()
    const {page} = settings
    await page.route('**/v1/audio/speech', route =>
      route.fulfill({status: 503, json: {error: {code: 'ENGINE_BUSY', message: 'June is busy.', suggestions: []}}}),
    )
    await page.getByRole('button', {name: 'Hear the voice'}).click()
    await page.getByRole('alert').getByText('June is busy.').waitFor()
    await page.getByRole('button', {name: 'Hear the voice'}).waitFor()
  })

  it('keep what is chosen, for this tab and the others', async () => {
    await using settings = await open()
    const {page} = settings
    const other = await page.context().newPage()
    await other.goto(`${gateway.address}/#/settings`)
    // One that is behind another is drawn once a second.
    await page.bringToFront()
    await choose(page, 'Language you speak', 'German')
    await page.getByRole('radio', {name: 'In writing'}).click()
    await page.getByRole('radio', {name: 'Push to talk'}).click()
    await page.getByRole('slider', {name: 'Volume'}).press('Home')
    const all = {language: 'de', reply: 'text', talking: 'push-to-talk', volume: 0}
    expect(await chosen(page)).toMatchObject(all)
    await other.getByRole('radio', {name: 'Push to talk', checked: true}).waitFor()
    await page.reload()
    await page.getByRole('radio', {name: 'In writing', checked: true}).waitFor()
    expect(await page.getByRole('combobox', {name: 'Language you speak'}).textContent()).toBe('German')
    await choose(page, 'Language you speak', 'As June is set')
    expect(await chosen(page)).not.toHaveProperty('language')
  })

  it('heed nothing that was never chosen', async () => {
    const stored = JSON.stringify({state: {theme: 'pink', speed: 99, voice: 'gone', reply: 7}, version: 1})
    await using settings = await open({prepare: `localStorage.setItem('preferences', ${JSON.stringify(stored)})`})
    const {page, faults} = settings
    expect(await root(page, 'data-theme')).toBeNull()
    expect(await page.getByRole('slider', {name: 'Speed'}).getAttribute('value')).toBe('1')
    await page.getByText('This voice is no longer there.').waitFor()
    expect(await page.getByRole('button', {name: 'Hear the voice'}).isDisabled()).toBe(true)
    expect(faults.filter(isOurs)).toEqual([])
  })

  it('have the page read in the language of the browser, or in one that is chosen, from right to left', async () => {
    await using settings = await open({locale: 'de-AT'})
    const {page, faults} = settings
    await page.getByRole('heading', {name: 'Einstellungen', level: 1}).waitFor()
    expect([await root(page, 'lang'), await root(page, 'dir')]).toEqual(['de', 'ltr'])
    await choose(page, 'Sprache der Seite', 'العربية')
    await page.getByRole('heading', {name: 'الإعدادات', level: 1}).waitFor()
    expect([await root(page, 'lang'), await root(page, 'dir')]).toEqual(['ar', 'rtl'])
    // To the left is more.
    await page.getByRole('slider', {name: 'السرعة'}).press('ArrowLeft')
    expect(await chosen(page)).toMatchObject({pageLanguage: 'ar', speed: 1.1})
    await page.reload()
    await page.getByRole('heading', {name: 'الإعدادات', level: 1}).waitFor()
    expect(faults.filter(isOurs)).toEqual([])
  })

  // Each width, theme and direction once: what they share is seen in all of them in page-access.real.test.ts.
  it.each([
    ['en-US', 'dark', 390],
    ['ar', 'light', 1280],
  ] as const)('are for everybody: %s, %s, %i pixels wide', async (locale, colorScheme, width) => {
    await using settings = await open({locale, colorScheme, viewport: {width, height: 800}})
    const {page} = settings
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    await page.getByRole('combobox').first().click()
    await page.getByRole('listbox').getByRole('option').first().waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
  })
})
