// What was said and answered can be heard again, in this browser, for as long as there is room.
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {toPcm16} from '@essence/core/audio/pcm'
import type {Browser, Page} from 'playwright-core'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {noise, wavOf} from '../../../../test/audio/sounds.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {browserMissing, closePages, openBrowser, openPage, skipNote, state, write} from '../browser.ts'
import {me, openRemembering} from './open-remembering.ts'

/** Somebody says two words, and is silent. */
const speechFile = (): string => {
  const rate = 48_000
  const samples = noise(rate * 6, 0.9)
  const file = join(temporaryFolder(), 'speech.wav')
  const isSpoken = (at: number): boolean => (at > 0.5 && at < 0.8) || (at > 0.9 && at < 1.3)
  const speech = samples.map((sample, at) => (isSpoken(at / rate) ? sample : 0))
  writeFileSync(file, wavOf(toPcm16(speech), {rate}))
  return file
}

interface Kept {
  id: string
  who: string
  session: string
  text: string
  bytes: number
  rate: number
}

/** What the browser keeps. */
const kept = (page: Page): Promise<Kept[]> =>
  page.evaluate(`new Promise((resolve, reject) => {
    const opening = indexedDB.open('sound', 1)
    opening.onerror = reject
    opening.onsuccess = () => {
      const database = opening.result
      const asked = database.transaction(['sounds', 'samples']).objectStore('sounds').getAll()
      asked.onsuccess = () => { database.close(); resolve(asked.result) }
    }
  })`)

/** Puts sound there that was kept long ago. */
const keepOld = (page: Page, old: Partial<Kept> & {at: number}): Promise<void> =>
  page.evaluate(old => {
    const {indexedDB} = globalThis as never as {indexedDB: {open(name: string, version: number): never}}
    return new Promise<void>(resolve => {
      // biome-ignore lint/suspicious/noExplicitAny: the types of the browser are not here
      const opening: any = indexedDB.open('sound', 1)
      opening.onsuccess = () => {
        const change = opening.result.transaction('sounds', 'readwrite')
        change
          .objectStore('sounds')
          .put({person: 'local', who: 'june', text: 'Long ago.', rate: 24_000, peaks: [1], ...old})
        change.oncomplete = () => {
          opening.result.close()
          resolve()
        }
      }
    })
  }, old)

describe.skipIf(browserMissing)(`sound of turns in the page${skipNote}`, () => {
  let browser: Browser
  let june: Awaited<ReturnType<typeof openRemembering>>
  beforeAll(async () => {
    browser = await openBrowser(speechFile())
    june = await openRemembering()
  }, 200_000)
  beforeEach(() => june.memory.eraseAll(me))
  afterEach(() => closePages(browser))
  afterAll(async () => {
    await browser?.close()
    await june?.[Symbol.asyncDispose]()
  })

  /** Says something aloud, and is answered. */
  const talk = async (page: Page): Promise<void> => {
    await page.getByRole('button', {name: 'Talk', exact: true}).click()
    await page.getByText('You said 0 things before.').waitFor({timeout: 30_000})
    await expect.poll(() => kept(page), {timeout: 30_000}).toHaveLength(2)
    await page.locator('.talk[aria-pressed=true]').click()
    await state(page, 'idle')
  }

  it('is kept as it was, drawn, and played, also after a reload', async () => {
    const {page, faults} = await openPage(browser, june.address, {locale: 'en-GB'})
    await talk(page)
    const [you, answer] = (await kept(page)).toSorted((a, b) => b.who.localeCompare(a.who))
    expect(you).toMatchObject({who: 'you', text: 'hello june', rate: 24_000})
    const seconds = (you?.bytes ?? 0) / 2 / 24_000
    expect(seconds).toBeGreaterThan(0.5)
    expect(seconds).toBeLessThan(3)
    // 100 ms of the voice, whole.
    expect(answer).toMatchObject({who: 'june', text: 'You said 0 things before.'})
    expect((answer?.bytes ?? 0) / 2 / 24_000).toBeCloseTo(0.1, 1)
    for (const round of ['at once', 'after a reload']) {
      if (round !== 'at once') await page.reload()
      await page.locator('.june .waveform rect').first().waitFor()
      expect(await page.locator('.june .waveform rect').count()).toBe(48)
      await page.getByRole('button', {name: 'Play what you said'}).click()
      await page.locator('.you .waveform .played').first().waitFor()
      await page.getByRole('button', {name: 'Stop playing'}).click()
      await page.getByRole('button', {name: 'Play what you said'}).waitFor()
      expect(await page.locator('.played').count()).toBe(0)
    }
    const clips = (await page.evaluate('globalThis.played')) as {sampleRate: number}[]
    expect(clips.every(({sampleRate}) => sampleRate === 24_000)).toBe(true)
    expect(faults.filter(fault => !fault.includes('404'))).toEqual([])
  })

  it('is kept of an answer to what was written, as it was played, also after a reload', async () => {
    const {page, played} = await openPage(browser, june.address, {locale: 'en-GB'})
    await write(page, 'hello')
    await page.getByText('You said 0 things before.').waitFor()
    await state(page, 'idle')
    await expect.poll(() => kept(page)).toMatchObject([{who: 'june', text: 'You said 0 things before.'}])
    const [answer] = await kept(page)
    const [first] = await played()
    expect(first?.level).toBeGreaterThan(0.01)
    expect(answer?.bytes).toBe(2 * (first?.length ?? 0))
    await page.reload()
    await page.getByRole('button', {name: 'Play the answer'}).click()
    await expect.poll(played).toHaveLength(1)
    const [again] = await played()
    expect((again?.length ?? 0) / (again?.sampleRate ?? 1)).toBeCloseTo(
      (first?.length ?? 0) / (first?.sampleRate ?? 1),
      2,
    )
    expect(again?.level).toBeCloseTo(first?.level ?? 0, 2)
    // What is written next is answered at once.
    await page.getByRole('button', {name: 'Play the answer'}).waitFor()
    await write(page, 'and now')
    await page.getByText('You said 1 things before.').waitFor()
    await page.getByRole('button', {name: 'Play the answer'}).nth(1).waitFor()
  })

  it('makes room for the newest, the oldest out', async () => {
    const {page} = await openPage(browser, june.address, {locale: 'en-GB'})
    await page.getByText('What you and June say is listed here.').waitFor()
    await expect.poll(() => page.evaluate('indexedDB.databases().then(all => all.length)')).toBe(1)
    const session = await page.evaluate("sessionStorage.getItem('session')")
    const bytes = 24_990_000
    const now = Date.now()
    await keepOld(page, {id: 'older', session: `${session}`, bytes, at: now - 2000})
    await keepOld(page, {id: 'old', session: `${session}`, bytes, at: now - 1000})
    await page.getByRole('button', {name: 'Talk', exact: true}).click()
    await expect
      .poll(async () => (await kept(page)).map(({id}) => id.replace(/^\d.*/, 'new')).toSorted(), {timeout: 30_000})
      .toEqual(['new', 'new', 'old'])
  })

  it('is erased with its conversation', async () => {
    const {page} = await openPage(browser, june.address, {locale: 'en-GB'})
    await talk(page)
    await page.getByRole('button', {name: 'hello june: rename, save, erase'}).click()
    await page.getByRole('menuitem', {name: 'Erase'}).click()
    await page.getByRole('alertdialog').getByRole('button', {name: 'Erase'}).click()
    await expect.poll(() => kept(page)).toEqual([])
    expect((await june.memory.conversations(me)).total).toBe(0)
  })

  it('is erased with all that June knows', async () => {
    const {page} = await openPage(browser, june.address, {locale: 'en-GB'})
    await talk(page)
    await june.memory.eraseAll(me)
    await page.getByRole('button', {name: 'New conversation'}).click()
    await page.reload()
    await expect.poll(() => kept(page)).toEqual([])
  })

  it('is erased where its conversation was erased elsewhere', async () => {
    const {page} = await openPage(browser, june.address, {locale: 'en-GB'})
    await talk(page)
    await keepOld(page, {id: 'gone', session: 'erased', bytes: 100, at: Date.now() - 3_600_000})
    await page.reload()
    await expect.poll(async () => (await kept(page)).map(({session}) => session === 'erased')).toEqual([false, false])
  })
})
