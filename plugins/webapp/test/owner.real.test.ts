// The view of whoever runs June.
import {openChannelAccess} from '@essence/core/access/channel/open'
import type {ChannelAccess} from '@essence/core/access/channel/port'
import type {Browser, BrowserContextOptions, Page} from 'playwright-core'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {postText} from '../../gateway/test/open-gateway.ts'
import {openAccounts} from '../../gateway/test/people/open-accounts.ts'
import {accessibilityFaults} from './accessibility.ts'
import {browserMissing, openBrowser, openPage, skipNote} from './browser.ts'

const password = 'correct horse'

/** These engines remember nothing; and what is refused or cut off on purpose is no fault. */
const isOurs = (fault: string): boolean => !/status of (?:403|503)|ERR_FAILED/.test(fault)

describe.skipIf(browserMissing)(`the owner's view${skipNote}`, () => {
  let browser: Browser
  let june: Awaited<ReturnType<typeof openAccounts>>
  let bot: ChannelAccess
  beforeAll(async () => {
    browser = await openBrowser()
    // On loopback the person at the machine may do everything.
    const dataDir = temporaryFolder()
    const settings = {JUNE_DATA_DIR: dataDir, POSTGRES_URL: undefined, TIME_ZONE: undefined}
    const openChannels = () => openChannelAccess(settings)
    june = await openAccounts({dataDir, openChannels})
    bot = await openChannels()
    await bot.ask({channel: 'telegram', kind: 'person', id: '7', name: 'Noor (@noor)'}, 'telegram:4711')
    await bot.block({channel: 'discord', kind: 'person', id: '8', name: 'Eve (@eve)'}, {by: 'cli', reason: 'noise'})
    await (await postText(june.address, {text: 'hello'})).text()
  }, 200_000)
  afterAll(async () => {
    await browser?.close()
    await bot?.close()
    await june?.[Symbol.asyncDispose]()
  })

  const open = async (tab: string, options: BrowserContextOptions = {}) => {
    const opened = await openPage(browser, june.address, {locale: 'en-US', ...options})
    const {page} = opened
    await page.goto(`${june.address}/#/june`)
    await page.getByRole('tab').nth(tabs.indexOf(tab)).click()
    return {
      ...opened,
      async [Symbol.asyncDispose]() {
        // An answer under way would be read from a context that is gone.
        await page.unrouteAll({behavior: 'wait'})
        await page.context().close()
      },
    }
  }
  const tabs = ['service', 'stages', 'people', 'keys', 'audit']
  const row = (page: Page, name: string) => page.getByRole('listitem').filter({hasText: name})
  const dialog = (page: Page) => page.getByRole('dialog')

  it('adds, finds, changes, blocks and removes people; what was filled in stays where it fails', async () => {
    await using view = await open('people')
    const {page, faults} = view
    await page.getByText('Nobody has an account yet.').waitFor()
    await page.getByRole('button', {name: 'Add a person'}).click()
    const name = dialog(page).getByLabel('Name')
    const secret = dialog(page).getByLabel('Password')
    await name.fill('an na')
    await secret.fill('short')
    await dialog(page).getByRole('button', {name: 'Add', exact: true}).click()
    expect(await name.getAttribute('aria-invalid')).toBe('true')
    expect(await secret.getAttribute('aria-invalid')).toBe('true')
    await name.fill('anna')
    await secret.fill(password)
    // June does not answer: nothing is lost, and it goes once she does.
    await page.route('**/admin/users', route => route.abort())
    await dialog(page).getByRole('button', {name: 'Add', exact: true}).click()
    await dialog(page).getByRole('alert').getByText('June does not answer.').waitFor()
    expect([await name.inputValue(), await secret.inputValue()]).toEqual(['anna', password])
    await page.unrouteAll()
    await dialog(page).getByRole('button', {name: 'Add', exact: true}).click()
    await row(page, 'anna').waitFor()
    expect(await dialog(page).count()).toBe(0)
    await june.access.login({username: 'anna', password}, {address: ''})

    await june.access.users.create({username: 'ben'})
    await page.getByLabel('Search by name').fill('NN')
    await expect.poll(() => page.getByRole('list', {name: 'Accounts'}).getByRole('listitem').count()).toBe(1)

    await page.getByRole('button', {name: 'Change anna'}).click()
    await dialog(page).getByLabel('Admin').check()
    await dialog(page).getByLabel('Blocked').check()
    await dialog(page).getByLabel('Reason').fill('left the flat')
    await dialog(page).getByRole('button', {name: 'Save'}).click()
    await row(page, 'anna').getByText('Blocked: left the flat').waitFor()
    expect(await june.access.users.get('anna')).toMatchObject({status: 'blocked', roles: ['user', 'admin']})
    await page.getByRole('button', {name: 'Change anna'}).click()
    await dialog(page).getByLabel('Blocked').uncheck()
    await dialog(page).getByRole('button', {name: 'Save'}).click()
    await expect.poll(async () => (await june.access.users.get('anna')).status).toBe('active')
    expect((await june.access.users.get('anna')).roles).toEqual(['user', 'admin'])

    await page.getByRole('button', {name: 'Remove anna'}).click()
    const question = page.getByRole('alertdialog')
    await question.getByRole('button', {name: 'Cancel'}).click()
    expect((await june.access.users.get('anna')).id).toBe('anna')
    await page.getByRole('button', {name: 'Remove anna'}).click()
    await question.getByRole('button', {name: 'Remove', exact: true}).click()
    await question.getByRole('alert').getByText('anna is the last admin there is.').waitFor()
    await june.access.users.create({username: 'boss', roles: ['admin']})
    await question.getByRole('button', {name: 'Remove', exact: true}).click()
    await page.getByText('Nobody is like that.').waitFor()
    await expect(june.access.users.get('anna')).rejects.toMatchObject({code: 'USER_UNKNOWN'})
    expect(faults.filter(isOurs)).toEqual([])
  })

  it('makes API keys, shows each once, and revokes them', async () => {
    await june.access.users.create({username: 'carl'})
    await using view = await open('keys', {permissions: ['clipboard-read', 'clipboard-write']})
    const {page} = view
    await page.getByRole('button', {name: 'Make an API key'}).click()
    await dialog(page).getByLabel('What it is for').fill('home')
    await dialog(page).getByLabel('In whose name').fill('nobody')
    await dialog(page).getByLabel('service.tts').check()
    await dialog(page).getByRole('button', {name: 'Make'}).click()
    // A person there is not.
    await dialog(page).getByRole('alert').getByText('nobody').waitFor()
    expect(await dialog(page).getByLabel('What it is for').inputValue()).toBe('home')
    await dialog(page).getByLabel('In whose name').fill('carl')
    await dialog(page).getByRole('button', {name: 'Make'}).click()
    const line = dialog(page).getByLabel('API key')
    const key = await line.inputValue()
    await dialog(page).getByRole('button', {name: 'Copy'}).click()
    await dialog(page).getByText('Copied.').waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(key)
    const caller = await june.access.authenticate(key, {address: ''})
    expect([caller.userId, ...caller.permissions]).toEqual(['carl', 'service.inference', 'service.tts'])
    await dialog(page).getByRole('button', {name: 'I have it'}).click()
    await row(page, 'home').waitFor()
    expect(await page.content()).not.toContain(key)

    await page.getByRole('button', {name: 'Revoke home'}).click()
    await page.getByRole('alertdialog').getByRole('button', {name: 'Revoke'}).click()
    await page.getByText('There are no API keys.').waitFor()
    await expect(june.access.authenticate(key, {address: ''})).rejects.toMatchObject({code: 'TOKEN_REJECTED'})
  })

  it('tells what was done', async () => {
    await june.access.users.create({username: 'dora'}, {actor: 'boss', address: '10.0.0.7'})
    await june.access.audit.write({action: 'sign-in.failed', target: 'eve'})
    await using view = await open('audit')
    const {page} = view
    await row(page, 'Person added: dora').getByText('by boss · 10.0.0.7').waitFor()
    await page.getByRole('combobox', {name: 'Show'}).click()
    await page.getByRole('option', {name: 'Sign-in failed'}).click()
    await row(page, 'Sign-in failed: eve').waitFor()
    await expect.poll(() => row(page, 'dora').count()).toBe(0)
  })

  it('shows how the services are, what runs and the limits', async () => {
    await using view = await open('service')
    const {page} = view
    await row(page, 'Speech recognition').getByText('Well').waitFor()
    await page.getByText('answers: scripted').waitFor()
    june.health.set('tts', {status: 'unhealthy', detail: 'it fell over'})
    await row(page, 'it fell over').getByText('Down').waitFor()
    june.health.set('tts', {status: 'healthy'})
    await page.getByRole('row', {name: 'All 1,000,000 – –'}).waitFor()
  })

  it('shows how long the stages of turns took, drawn and as a table', async () => {
    await using view = await open('stages')
    const {page, faults} = view
    const figures = page.getByRole('table', {name: 'All turns of this time'})
    await figures.getByRole('row', {name: /^Whole turn [\d.]+m?s [\d.]+m?s 1$/}).waitFor()
    const drawn = () =>
      page.evaluate(`(() => {
        const canvas = document.querySelector('.plot canvas')
        return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(byte => byte > 0)
      })()`)
    await page.locator('.plot canvas').waitFor()
    await expect.poll(drawn).toBe(true)
    await page.getByText('Figures of the plot').click()
    expect(await page.getByRole('table', {name: 'Whole turn'}).getByRole('row').count()).toBe(2)
    expect(faults.filter(isOurs)).toEqual([])
  })

  it('is shown to nobody who may not see it', async () => {
    await using view = await open('service')
    const {page} = view
    await page.route('**/api/status', async route => {
      const response = await route.fetch()
      await route.fulfill({json: {...(await response.json()), you: {id: 'anna', isAdmin: false}}})
    })
    await page.reload()
    await page.getByText('This is for those who run June.').waitFor()
    expect(await page.getByRole('link', {name: 'June herself'}).count()).toBe(0)
  })

  // Each width, theme and direction once: what they share is seen in all of them in page-access.real.test.ts.
  it.each([
    ['en-US', 'dark', 390],
    ['ar', 'light', 1280],
  ] as const)('is for everybody: %s, %s, %i pixels wide', async (locale, colorScheme, width) => {
    await using view = await open('service', {locale, colorScheme, viewport: {width, height: 800}})
    const {page} = view
    for (const [index, tab] of tabs.entries()) {
      await page.getByRole('tab').nth(index).click()
      await page
        .locator('.panel:not([hidden])')
        .locator('.entry:visible, .figures-table:visible, .hint:visible')
        .first()
        .waitFor()
      expect(await accessibilityFaults(page), tab).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), tab).toBe(true)
    }
    await page.getByRole('tab').nth(2).click()
    await page.locator('.toolbar .primary').click()
    await dialog(page).waitFor()
    expect(await accessibilityFaults(page), 'a form').toEqual([])
  })
})
