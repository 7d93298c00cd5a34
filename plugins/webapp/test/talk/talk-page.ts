import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Browser, BrowserContextOptions, Page} from 'playwright-core'
import {openPage, state} from '../browser.ts'

const script = readFileSync(join(import.meta.dirname, 'talking.js'), 'utf8')

export interface TalkPageOptions extends BrowserContextOptions {
  /** What is preferred in this browser. */
  preferences?: object
  /** Script that runs in the page before its own. */
  prepare?: string
  /** Its time is `page.clock`. */
  hasClock?: boolean
}

/** The page of a gateway, with a microphone that the test speaks into. */
export const openTalkPage = async (
  browser: Browser,
  address: string,
  {preferences = {}, prepare = '', ...options}: TalkPageOptions = {},
) => {
  const kept = JSON.stringify(JSON.stringify({state: preferences, version: 1}))
  const prefer = `if (!localStorage.getItem('preferences')) localStorage.setItem('preferences', ${kept})`
  const opened = await openPage(browser, address, {
    viewport: {width: 1000, height: 700},
    ...options,
    prepare: `${prefer};${script};${prepare}`,
  })
  const {page} = opened
  const speak = (isSpeaking: boolean): Promise<void> => page.evaluate(`speak(${isSpeaking})`)
  return {
    ...opened,
    /** Without what engines of a script lack: a memory. */
    get faults() {
      return opened.faults.filter(fault => !/status of 503/.test(fault))
    },
    speak,
    /** Somebody says something, and is silent. */
    say: async (ms = 600): Promise<void> => {
      await speak(true)
      await page.waitForTimeout(ms)
      await speak(false)
    },
    /** Begins a conversation. */
    talk: async (then = 'listening'): Promise<void> => {
      await page.getByRole('button', {name: 'Talk', exact: true}).click()
      await state(page, then)
    },
    /** ms of sound the page was given to play. */
    givenMs: () => page.evaluate('givenMs') as Promise<number>,
    /** ms since something was heard. */
    silentMs: () => page.evaluate('performance.now() - soundedAt') as Promise<number>,
  }
}

/** States that the page passes from now on. */
export const passedStates = async (page: Page): Promise<() => Promise<string[]>> => {
  await page.evaluate(`globalThis.passed = [document.body.dataset.state]
    new MutationObserver(() => passed.push(document.body.dataset.state)).observe(document.body, {attributeFilter: ['data-state']})`)
  return async () => {
    const passed = (await page.evaluate('passed')) as string[]
    return passed.filter((each, at) => each !== passed[at - 1])
  }
}
