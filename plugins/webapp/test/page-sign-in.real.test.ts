// The page where June wants to know who asks: beyond loopback, or behind a proxy.
import type {Browser, BrowserContext, Page} from 'playwright-core'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../test/engines/scripted.ts'
import {factOf, scriptedMind} from '../../../test/engines/scripted-mind.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {openAccounts} from '../../gateway/test/people/open-accounts.ts'
import {browserMissing, bubble, openBrowser, skipNote, state, write, wrongClock} from './browser.ts'

const password = 'correct horse'

describe.skipIf(browserMissing)(`the page that knows who is there${skipNote}`, () => {
  let browser: Browser
  let june: Awaited<ReturnType<typeof openAccounts>>
  let engines: ReturnType<typeof scriptedEngines>
  let context: BrowserContext
  let clock = Date.now()
  const {mind, remind, trace, documents} = scriptedMind({
    facts: {'user:anna': [factOf('f1', 'Lives in Lyon.')]},
    read: () => {},
  })

  beforeAll(async () => {
    browser = await openBrowser()
    engines = scriptedEngines({mind, heard: 'beep'})
    const dataDir = temporaryFolder()
    // Every address of the machine: nobody is trusted for being here.
    june = await openAccounts({dataDir, engines, host: '0.0.0.0', now: () => new Date(clock)})
    for (const username of ['anna', 'ben']) await june.access.users.create({username, password})
  }, 200_000)
  beforeEach(async () => {
    await context?.close()
    context = await browser.newContext()
  })
  afterAll(async () => {
    await browser?.close()
    await june?.[Symbol.asyncDispose]()
  })

  /** @returns the page, and the answers to what it asked */
  const open = async (): Promise<{page: Page; asked: string[]; faults: string[]}> => {
    const page = await context.newPage()
    const asked: string[] = []
    const faults: string[] = []
    page.on('response', response => asked.push(`${response.status()} ${new URL(response.url()).pathname}`))
    page.on('pageerror', error => faults.push(error.message))
    await page.goto(june.address.replace('0.0.0.0', '127.0.0.1'))
    return {page, asked, faults}
  }
  const signIn = async (page: Page, name = 'anna', secret = password) => {
    await page.getByLabel('Name').fill(name)
    await page.getByLabel('Password').fill(secret)
    await page.keyboard.press('Enter')
  }
  /** The page offers to talk. */
  const ready = (page: Page) => page.locator('button.talk:enabled').waitFor()
  const answered = async (page: Page, text: string): Promise<void> => {
    await expect.poll(() => bubble(page, 'june').textContent()).toContain(text)
    await state(page, 'idle')
  }
  const focused = (page: Page) => page.evaluate('document.activeElement.name')
  const stored = (page: Page) => page.evaluate('JSON.parse(sessionStorage.getItem("signed-in"))') as Promise<unknown>

  it('shows nothing but a form, says what is wrong, and lets in', async () => {
    const {page, faults} = await open()
    await page.getByRole('heading', {name: 'Sign in'}).waitFor()
    expect(await page.getByRole('button', {name: 'Talk'}).isVisible()).toBe(false)
    expect(await page.getByLabel('Message').isVisible()).toBe(false)
    expect(await focused(page)).toBe('username')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    expect(await page.getByRole('heading', {name: 'Sign in'}).isVisible()).toBe(true)
    await signIn(page, 'anna', 'wrong horse')
    await page
      .getByRole('alert')
      .getByText(/name|password/i)
      .waitFor()
    await signIn(page)
    await ready(page)
    expect(await page.getByRole('heading', {name: 'Sign in'}).isVisible()).toBe(false)
    await page.getByText('on her own machine').waitFor()
    await write(page, 'hello')
    await answered(page, 'You said: hello.')
    expect(engines.trace.requests.at(-1)).toMatchObject({speaker: 'user:anna', text: 'hello'})
    expect(faults).toEqual([])
  })

  it('shows what June knows and a reminder, all as the person', async () => {
    const {page, faults} = await open()
    await signIn(page)
    await ready(page)
    await page.getByRole('link', {name: 'What June knows'}).click()
    await page.getByText('Lives in Lyon.').waitFor()
    await page.goBack()
    await ready(page)

    const due = {channel: 'web', session: 'web:a', language: 'en', dueAt: new Date()} as const
    remind({...due, id: 'r0', speaker: 'user:dora', text: 'Not hers.'})
    remind({...due, id: 'r1', speaker: 'user:anna', text: 'Tea is ready.'})
    await page.locator('.reminder').waitFor()
    expect(await page.locator('.reminder .bubble').allTextContents()).toEqual(['Tea is ready.'])
    await expect.poll(() => trace.delivered).toEqual(['r1'])
    expect(faults).toEqual([])
  })

  it('goes on after the token has expired, and a reload, without asking again', async () => {
    const {page, asked} = await open()
    await signIn(page)
    await ready(page)
    const before = await stored(page)
    clock += 2 * 3_600_000
    await write(page, 'still there?')
    await answered(page, 'You said: still there?')
    expect(asked.slice(asked.indexOf('401 /api/turn'))).toEqual(
      expect.arrayContaining(['401 /api/turn', '200 /auth/refresh', '200 /api/turn']),
    )
    expect(await stored(page)).not.toEqual(before)
    expect(await page.getByRole('heading', {name: 'Sign in'}).isVisible()).toBe(false)
    await page.reload()
    await ready(page)
    expect(asked.filter(each => each.endsWith('/auth/login'))).toHaveLength(1)
  })

  it.each([1, -1])('lets in, and goes on, whatever the clock of the device says: %i day', async days => {
    await context.addInitScript(wrongClock(days))
    const {page, asked} = await open()
    await signIn(page)
    await ready(page)
    await write(page, 'hello')
    await answered(page, 'You said: hello.')
    clock += 2 * 3_600_000
    await write(page, 'still there?')
    await answered(page, 'You said: still there?')
    expect(asked.filter(each => each.endsWith('/auth/login'))).toHaveLength(1)
    expect(asked.filter(each => each.endsWith('/auth/refresh')).every(each => each.startsWith('200'))).toBe(true)
    expect(await page.getByRole('heading', {name: 'Sign in'}).isVisible()).toBe(false)
  })

  it('sends a document as the person, also after the token has expired', async () => {
    const {page} = await open()
    await signIn(page)
    await ready(page)
    await page.getByRole('link', {name: 'What June knows'}).click()
    await page.getByRole('tab', {name: 'Documents'}).click()
    await page.getByRole('button', {name: 'Add documents'}).waitFor()
    clock += 2 * 3_600_000
    const file = {name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('The oak.')}
    await page.locator('input[type=file]').setInputFiles(file)
    await page.getByRole('button', {name: 'Forget plan.txt'}).waitFor()
    expect(documents).toMatchObject([{name: 'plan.txt', owner: 'user:anna'}])
  })

  it('asks again over an open question, which is answered once the person is back', async () => {
    const {page} = await open()
    await signIn(page)
    await ready(page)
    await page.getByRole('link', {name: 'What June knows'}).click()
    await page.getByRole('button', {name: 'Correct: Lives in Lyon.'}).click()
    await page.getByLabel('What is right').fill('Lives in Rome.')
    await june.access.users.update('anna', {password})
    await page.getByRole('button', {name: 'Save'}).click()
    await page.getByRole('heading', {name: 'Sign in'}).waitFor()
    expect(await page.getByRole('heading', {name: 'What June knows'}).isVisible()).toBe(false)
    await signIn(page)
    await page.getByText('Corrected.').waitFor()
    await page.getByText('Lives in Rome.').waitFor()
    await june.access.users.update('anna', {password})
    await page.getByRole('button', {name: 'Forget everything'}).click()
    await page.getByRole('alertdialog').getByRole('button', {name: 'Forget everything'}).click()
    await page.getByRole('heading', {name: 'Sign in'}).waitFor()
    await signIn(page)
    await page.getByText('June has forgotten everything.').waitFor()
    expect(trace.erased).toEqual(['user:anna'])
  })

  it('asks again where the sign-in was ended, keeps what was said, and sends it once the person is back', async () => {
    const {page} = await open()
    await signIn(page)
    await ready(page)
    await june.access.users.update('anna', {password})
    await write(page, 'do not lose this')
    await page.getByRole('heading', {name: 'Sign in'}).waitFor()
    expect(await page.getByLabel('Name').inputValue()).toBe('anna')
    expect(await focused(page)).toBe('password')
    await signIn(page)
    await answered(page, 'You said: do not lose this.')
    expect(await bubble(page, 'you').textContent()).toContain('do not lose this')
  })

  it('shows nothing of one person to the next, and sends nothing of the first as theirs', async () => {
    const {page} = await open()
    await signIn(page)
    await ready(page)
    await write(page, 'a secret')
    await answered(page, 'You said: a secret.')
    await page.evaluate(`new Promise(resolve => {
      const opening = indexedDB.open('kept')
      opening.onupgradeneeded = () => opening.result.createObjectStore('sound').put('a secret', 1)
      opening.onsuccess = () => resolve(opening.result.close())
    })`)
    const session = await page.evaluate('sessionStorage.getItem("session")')
    await june.access.users.update('anna', {password})
    await write(page, 'another secret')
    await page.getByRole('heading', {name: 'Sign in'}).waitFor()
    await signIn(page, 'ben')
    await ready(page)
    expect(await page.locator('.message').count()).toBe(0)
    const left = await page.evaluate(`new Promise(resolve => {
      const opening = indexedDB.open('kept')
      opening.onsuccess = () => {
        const counting = opening.result.transaction('sound').objectStore('sound').count()
        counting.onsuccess = () => resolve(counting.result)
      }
    })`)
    expect(left).toBe(0)
    expect(await page.evaluate('sessionStorage.getItem("session")')).not.toBe(session)
    expect(engines.trace.requests.filter(({speaker}) => speaker === 'user:ben')).toEqual([])
  })

  it('signs out: the tokens are gone, here and there', async () => {
    const {page} = await open()
    await signIn(page)
    await ready(page)
    const {refresh} = (await stored(page)) as {refresh: string}
    await page.getByRole('button', {name: 'Sign out anna'}).click()
    await page.getByRole('heading', {name: 'Sign in'}).waitFor()
    expect(await page.evaluate('Object.keys(sessionStorage)')).not.toContain('signed-in')
    await expect(june.access.refresh(refresh, {address: ''})).rejects.toMatchObject({code: 'TOKEN_REJECTED'})
  })

  it('says why a person who is blocked gets no further', async () => {
    await june.access.users.create({username: 'carl', password})
    const {page} = await open()
    await signIn(page, 'carl')
    await ready(page)
    await june.access.users.update('carl', {status: 'blocked', reason: 'spam'})
    await write(page, 'hello')
    await page.getByRole('alert').getByText('carl is blocked: spam').waitFor()
    await page.reload()
    await page.getByRole('alert').getByText('carl is blocked: spam').waitFor()
  })

  it('is usable on a phone, by keyboard and by ear', async () => {
    await context.close()
    context = await browser.newContext({viewport: {width: 360, height: 640}})
    const {page} = await open()
    await page.getByRole('heading', {name: 'Sign in'}).waitFor()
    const snapshot = await page.locator('body').ariaSnapshot()
    for (const control of ['textbox "Name"', 'textbox "Password"', 'button "Sign in"'])
      expect(snapshot).toContain(control)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    await page.keyboard.type('anna')
    await page.keyboard.press('Tab')
    await page.keyboard.type(password)
    await page.keyboard.press('Tab')
    await page.keyboard.press(' ')
    await ready(page)
  })

  it('asks nobody on the machine itself', async () => {
    const dataDir = temporaryFolder()
    await using local = await openAccounts({dataDir})
    const page = await context.newPage()
    await page.goto(local.address)
    await ready(page)
    expect(await page.getByRole('heading', {name: 'Sign in'}).isVisible()).toBe(false)
    expect(await page.getByRole('button', {name: /Sign out/}).count()).toBe(0)
  })
})
