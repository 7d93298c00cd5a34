import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {type Browser, type BrowserContextOptions, chromium, type Page} from 'playwright-core'
import {afterAll, afterEach, beforeAll} from 'vitest'

const executablePath = '/usr/bin/chromium'

export const browserMissing = !existsSync(executablePath)

/** Completes the title of a test that needs a browser. */
export const skipNote = browserMissing ? ` (skipped: no ${executablePath})` : ''

/** Chromium without a window, whose microphone plays a WAV file, once each time it is opened, or else beeps. */
export const openBrowser = (microphone?: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // All pages in one process: a new one for each costs a second.
      '--process-per-site',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      ...(microphone ? [`--use-file-for-fake-audio-capture=${microphone}%noloop`] : []),
    ],
  })

/** The browser of a suite: opened before it, closed after it, and its pages after each test. */
export const useBrowser = (): (() => Browser) => {
  let browser: Browser | undefined
  const opened = (): Browser => {
    if (!browser) throw new Error('The browser is there while tests run.')
    return browser
  }
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterEach(() => closePages(opened()))
  afterAll(() => browser?.close())
  return opened
}

/** A clip the page played to its end: start and length in samples, Hz, and the root mean square of its samples. */
export interface Played {
  at: number
  length: number
  sampleRate: number
  level: number
}

export interface OpenPage {
  page: Page
  /** Addresses of everything the page asked for. */
  requests: string[]
  /** What went wrong in the page: errors, and messages of the console that say so. */
  faults: string[]
  played: () => Promise<Played[]>
}

/**
 * Opens the page of a gateway and waits until it offers to talk.
 * @param options `prepare`: script that runs in the page before its own; `hasClock`: its time is `page.clock`
 */
export const openPage = async (
  browser: Browser,
  address: string,
  {prepare, hasClock = false, ...options}: BrowserContextOptions & {prepare?: string; hasClock?: boolean} = {},
): Promise<OpenPage> => {
  const [shared] = Object.keys(options).length === 0 ? browser.contexts() : []
  const context = shared ?? (await browser.newContext(options))
  const page = await context.newPage()
  const requests: string[] = []
  const faults: string[] = []
  page.on('request', request => requests.push(request.url()))
  page.on('pageerror', error => faults.push(error.message))
  page.on('console', message => {
    // That a new conversation is none yet, or none is kept, is no fault; a browser reports each answer that says so.
    if (new URL(message.location().url || address).pathname.startsWith('/conversations')) return
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text())
  })
  if (hasClock) await page.clock.install()
  await page.addInitScript({path: join(import.meta.dirname, 'note-played.js')})
  if (prepare) await page.addInitScript({content: prepare})
  await page.goto(address)
  await page.waitForSelector('body[data-state=idle]')
  return {page, requests, faults, played: () => page.evaluate('globalThis.played') as Promise<Played[]>}
}

export const closePages = async (browser: Browser): Promise<void> => {
  await Promise.all(browser.contexts().flatMap(context => context.pages().map(page => page.close())))
}

/** Waits until the page is in a state. */
export const state = async (page: Page, name: string): Promise<void> => {
  await page.waitForSelector(`body[data-state=${name}]`)
}

/** The newest bubble of one side. */
export const bubble = (page: Page, whose: 'you' | 'june' | 'error' | 'reminder') =>
  page.locator(`.${whose} .bubble`).last()

/** Writes a message and sends it. */
export const write = async (page: Page, text: string): Promise<void> => {
  await page.getByLabel('Message', {exact: true}).fill(text)
  await page.keyboard.press('Enter')
}

/** Waits until June has given so many answers, all of them in sight, and is silent. */
export const answered = async (page: Page, count: number): Promise<void> => {
  await page
    .locator('.june:not([aria-busy])')
    .nth(count - 1)
    .waitFor()
  await state(page, 'idle')
}

/** Script for `prepare`: answers are read and not heard. */
export const silent = `localStorage.setItem('preferences', '{"state":{"reply":"text"},"version":1}')`

/** Script for `prepare`: the clock of the device is ahead by so many days. */
export const wrongClock = (days: number): string => `{
  const right = Date
  const wrongMs = ${days * 86_400_000}
  globalThis.Date = class extends right {
    constructor(...given) {
      if (given.length === 0) super(right.now() + wrongMs)
      else super(...given)
    }
    static now() {
      return right.now() + wrongMs
    }
  }
}`

/** Prints what was measured, for `docs/performance-page.md`. */
export const tellFigure = (figure: string): void => void process.stdout.write(`figure: ${figure}\n`)
