// The list of conversations: found, opened, gone on with, named, saved, erased.
import {readFile} from 'node:fs/promises'
import type {Browser, Page} from 'playwright-core'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {openGateway} from '../../../gateway/test/open-gateway.ts'
import {browserMissing, closePages, openBrowser, openPage, skipNote, write} from '../browser.ts'
import {me, openRemembering} from './open-remembering.ts'

describe.skipIf(browserMissing)(`conversations in the page${skipNote}`, () => {
  let browser: Browser
  let june: Awaited<ReturnType<typeof openRemembering>>
  beforeAll(async () => {
    browser = await openBrowser()
    june = await openRemembering()
  }, 200_000)
  beforeEach(() => june.memory.eraseAll(me))
  afterEach(() => closePages(browser))
  afterAll(async () => {
    await browser?.close()
    await june?.[Symbol.asyncDispose]()
  })

  const open = (options: Parameters<typeof openPage>[2] = {}) => openPage(browser, june.address, options)
  const titles = (page: Page) => page.locator('.side .conversation .title').allTextContents()
  const listed = (page: Page, expected: string[]) =>
    expect.poll(() => titles(page), {timeout: 10_000}).toEqual(expected)
  const more = async (page: Page, title: string, wish: string) => {
    await page.getByRole('button', {name: `${title}: rename, save, erase`}).click()
    await page.getByRole('menuitem', {name: wish}).click()
  }
  const bubbles = (page: Page) => page.locator('.bubble').allTextContents()

  it('says that there are none, and lists one as soon as something was said', async () => {
    const {page, faults} = await open()
    await page.getByText('What you and June say is listed here.').waitFor()
    await write(page, 'Where is the bakery?')
    await page.getByText('You said 0 things before.').waitFor()
    await listed(page, ['Where is the bakery?'])
    expect(await page.locator('.side [aria-current=page]').textContent()).toContain('Where is the bakery?')
    expect(await page.getByRole('heading', {name: 'today'}).count()).toBe(1)
    expect(faults.filter(fault => !fault.includes('404'))).toEqual([])
  })

  it('are found by their words, and listed by day, however many', async () => {
    for (let n = 1; n <= 120; n++) await june.said(`s${n}`, 24 * 60 * Math.ceil(n / 3), `Question ${n}`)
    await june.said('kitchen', 5, 'Where is the bakery?')
    const {page} = await open()
    await expect.poll(async () => (await titles(page)).length).toBeGreaterThanOrEqual(50)
    expect((await titles(page))[0]).toBe('Where is the bakery?')
    expect(await page.locator('.side .conversations h2').allTextContents()).toEqual(
      expect.arrayContaining(['today', 'yesterday']),
    )
    for (let n = 0; n < 20 && (await titles(page)).length < 121; n++) {
      await page.locator('.side .conversations').evaluate(list => list.scrollTo(0, list.scrollHeight))
      await page.waitForTimeout(100)
    }
    expect(new Set(await titles(page)).size).toBe(121)
    await page.getByLabel('Search what was said').fill('bakery heard')
    await listed(page, ['Where is the bakery?'])
    await page.getByLabel('Search what was said').fill('pharmacy')
    await page.getByText('Nothing was said with these words.').waitFor()
  })

  it('go on where they fell silent, also in another browser and after a reload', async () => {
    await june.said('kitchen', 600, 'Where is the bakery?')
    await june.said('kitchen', 60, 'Does it rain?')
    const {page} = await open({locale: 'en-GB'})
    await page
      .getByRole('button', {name: /^Where is the bakery/})
      .first()
      .click()
    await page.getByText('I heard: Where is the bakery?').waitFor()
    await page.reload()
    await page.getByText('I heard: Where is the bakery?').waitFor()
    await write(page, 'And the pharmacy?')
    await page.getByText('You said 1 things before.').waitFor()
    await listed(page, ['Where is the bakery?', 'Does it rain?'])
    await write(page, 'Thanks')
    await page.getByText('You said 2 things before.').waitFor()

    const {page: other} = await open({locale: 'en-US'})
    await other
      .getByRole('button', {name: /^Where is the bakery/})
      .first()
      .click()
    await other.getByText('You said 2 things before.').waitFor()
    await write(other, 'Me again')
    await other.getByText('You said 3 things before.').waitFor()
    expect((await june.memory.conversations(me)).total).toBe(2)
  })

  it('are named', async () => {
    await june.said('kitchen', 60, 'Where is the bakery?')
    const {page} = await open()
    await more(page, 'Where is the bakery?', 'Rename')
    const title = page.getByLabel('Title')
    expect(await title.inputValue()).toBe('Where is the bakery?')
    await title.fill('Bread')
    await page.keyboard.press('Enter')
    await listed(page, ['Bread'])
    await page.getByRole('dialog').waitFor({state: 'detached'})
    await page.reload()
    await listed(page, ['Bread'])
  })

  it('are saved as a file, to read or for programs', async () => {
    await june.said('kitchen', 60, 'Where is the bakery?')
    const {page, faults} = await open()
    const saved = async (wish: string) => {
      const download = page.waitForEvent('download')
      await more(page, 'Where is the bakery?', wish)
      const file = await download
      return {name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8')}
    }
    const read = await saved('Save as text')
    expect(read.name).toBe('Where is the bakery.txt')
    expect(read.text).toMatch(/ Person: Where is the bakery\?\n.* June: I heard: Where is the bakery\?\n$/)
    const {name, text} = await saved('Save as JSON')
    expect(name).toBe('Where is the bakery.json')
    expect(JSON.parse(text)).toMatchObject({
      message_count: 2,
      messages: [{role: 'user', content: 'Where is the bakery?'}, {role: 'assistant'}],
    })
    expect(faults.filter(fault => !fault.includes('404'))).toEqual([])
  })

  it('are erased once that is certain', async () => {
    await june.said('kitchen', 60, 'Where is the bakery?')
    await june.said('cellar', 30, 'Is it dark?')
    const {page} = await open()
    await page
      .getByRole('button', {name: /^Where is the bakery/})
      .first()
      .click()
    await page.getByText('I heard: Where is the bakery?').waitFor()
    await more(page, 'Where is the bakery?', 'Erase')
    await page.getByRole('button', {name: 'Keep it'}).click()
    await page.getByRole('alertdialog').waitFor({state: 'detached'})
    expect((await june.memory.conversations(me)).total).toBe(2)
    await more(page, 'Where is the bakery?', 'Erase')
    await page.getByRole('alertdialog').getByRole('button', {name: 'Erase'}).click()
    await listed(page, ['Is it dark?'])
    expect((await june.memory.conversations(me)).items.map(({title}) => title)).toEqual(['Is it dark?'])
    // Nothing of it is left to be seen.
    expect(await bubbles(page)).toEqual([])
    await expect.poll(() => page.evaluate('document.activeElement.ariaLabel')).toBe('Search what was said')
  })

  it('are none where nothing is remembered, which is no failure', async () => {
    await using gateway = await openGateway(scriptedEngines({lacks: ['no store']}))
    const {page} = await openPage(browser, gateway.address, {locale: 'en-GB'})
    await page.getByText('June remembers nothing beyond a conversation: no store.').first().waitFor()
    expect(await page.locator('.side [role=alert]').textContent()).toBe('')
  })

  it('tell what did not work', async () => {
    await june.said('kitchen', 60, 'Where is the bakery?')
    const {page} = await open()
    await listed(page, ['Where is the bakery?'])
    await june.memory.eraseAll(me)
    await more(page, 'Where is the bakery?', 'Save as text')
    await page
      .getByText(/^That did not work: This person has no conversation/)
      .first()
      .waitFor()
  })
})
