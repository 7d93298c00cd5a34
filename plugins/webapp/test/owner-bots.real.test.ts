// Who may talk to bots, and who asks to, in the view of whoever runs June.
import {openChannelAccess} from '@essence/core/access/channel/open'
import type {ChannelAccess, Party} from '@essence/core/access/channel/port'
import type {Browser, BrowserContextOptions, Page} from 'playwright-core'
import {afterAll, beforeAll, describe, expect, it, onTestFinished} from 'vitest'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {openAccounts} from '../../gateway/test/people/open-accounts.ts'
import {accessibilityFaults} from './accessibility.ts'
import {browserMissing, openBrowser, openPage, skipNote} from './browser.ts'

const via = 'telegram:4711'
const ada: Party = {channel: 'telegram', kind: 'person', id: '42', name: 'Ada (@ada)'}
const eve: Party = {channel: 'telegram', kind: 'person', id: '43', name: 'Eve (@eve)'}
const choir: Party = {channel: 'discord', kind: 'group', id: '-7', name: 'Choir'}

describe.skipIf(browserMissing)(`people of bots in the owner's view${skipNote}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  }, 200_000)
  afterAll(() => browser?.close())

  /** @param before what happens before the page is opened: what comes later it sees within 5 s */
  const open = async (
    before: (bot: ChannelAccess) => Promise<unknown> = async () => {},
    options: BrowserContextOptions = {},
  ) => {
    const dataDir = temporaryFolder()
    const settings = {JUNE_DATA_DIR: dataDir, POSTGRES_URL: undefined, TIME_ZONE: undefined}
    const openChannels = () => openChannelAccess(settings, {named: [{channel: 'telegram', owners: ['1'], allowed: []}]})
    const june = await openAccounts({dataDir, openChannels})
    const bot = await openChannels()
    await before(bot)
    const {page} = await openPage(browser, june.address, {locale: 'en-US', ...options})
    onTestFinished(async () => {
      await page.unrouteAll({behavior: 'wait'})
      await page.context().close()
      await bot.close()
      await june[Symbol.asyncDispose]()
    })
    await page.goto(`${june.address}/#/june`)
    await page.getByRole('tab').nth(2).click()
    return {page, bot}
  }
  const asking = (page: Page) => page.getByRole('list', {name: 'Asking to be let in'}).getByRole('listitem')
  const known = (page: Page) => page.getByRole('list', {name: 'People of bots'}).getByRole('listitem')
  const button = (page: Page, name: string) => page.getByRole('button', {name, exact: true})
  /** Once what was done before is over: until then nothing else can be. */
  const pressWhenFree = async (page: Page, name: string) => {
    await expect.poll(() => button(page, name).getAttribute('aria-disabled')).not.toBe('true')
    await button(page, name).press('Enter')
  }
  const focused = (page: Page) =>
    page.evaluate('document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent')

  it('shows who asks as soon as they do, and lets them in by the keyboard', async () => {
    const {page, bot} = await open()
    await page.getByText('Nobody asks a bot to be let in.').waitFor()
    await known(page).filter({hasText: 'Owner'}).getByText('Telegram').waitFor()
    expect(await known(page).getByRole('button').count()).toBe(0)

    const asked = await bot.ask(ada, via)
    await asking(page)
      .filter({hasText: 'Ada (@ada)'})
      .getByText(asked?.pairing.code ?? 'no code')
      .waitFor()
    await page.getByText('1 asks a bot to be let in.').waitFor()
    await asking(page).getByText('Telegram · Person · 42').waitFor()
    const until = await asking(page).locator('time').getAttribute('datetime')
    expect(until).toBe(asked?.pairing.expiresAt.toISOString())

    // June does not answer, and then she does: the button keeps the focus.
    await page.route('**/admin/channels/approve', route => route.abort())
    await button(page, 'Approve Ada (@ada)').press('Enter')
    await page.getByRole('alert').getByText('June does not answer.').waitFor()
    expect(await focused(page)).toBe('Approve Ada (@ada)')
    await page.unrouteAll()
    await button(page, 'Approve Ada (@ada)').press('Enter')
    await known(page).filter({hasText: 'Ada (@ada)'}).getByText('Let in').waitFor()
    await page.getByText('Nobody asks a bot to be let in.').waitFor()
    expect(await page.getByText('June does not answer.').count()).toBe(0)
    expect(await focused(page)).toBe('Asking to be let in')
    expect(await bot.list()).toContainEqual(
      expect.objectContaining({id: '42', standing: 'allowed', by: 'gateway:local'}),
    )
  })

  it('is busy while somebody is let in, once', async () => {
    const {page} = await open(bot => bot.ask(ada, via))
    const held = Promise.withResolvers<void>()
    let sent = 0
    await page.route('**/admin/channels/approve', async route => {
      sent++
      await held.promise
      await route.continue()
    })
    await button(page, 'Approve Ada (@ada)').click()
    await page.locator('[aria-disabled=true]').first().waitFor()
    await button(page, 'Approve Ada (@ada)').press('Enter')
    await button(page, 'Block Ada (@ada)').press('Enter')
    expect(await page.getByRole('dialog').count()).toBe(0)
    held.resolve()
    await known(page).filter({hasText: 'Ada (@ada)'}).waitFor()
    expect(sent).toBe(1)
  })

  it('blocks who asks and who is known, for a reason, and takes it back', async () => {
    const {page, bot} = await open(async bot => {
      await bot.ask(eve, via)
      await bot.allow(choir, {by: 'cli', members: 'allowed'})
    })
    await known(page).filter({hasText: 'Choir'}).getByText('Only members who are let in').waitFor()

    await button(page, 'Block Eve (@eve)').click()
    const dialog = page.getByRole('dialog', {name: 'Block Eve (@eve)?'})
    await dialog.getByRole('button', {name: 'Cancel'}).click()
    expect(await bot.pairings()).toHaveLength(1)
    await button(page, 'Block Eve (@eve)').click()
    await dialog.getByLabel('Reason').fill('advertisements')
    await dialog.getByRole('button', {name: 'Block'}).click()
    await known(page).filter({hasText: 'Eve (@eve)'}).getByText('Blocked: advertisements').waitFor()
    expect(await asking(page).count()).toBe(0)
    await expect.poll(() => focused(page)).toBe('Asking to be let in')
    expect(await bot.find(eve)).toMatchObject({standing: 'blocked'})

    // Once a stranger, Eve is no longer shown.
    await pressWhenFree(page, 'Unblock Eve (@eve)')
    await expect.poll(() => known(page).filter({hasText: 'Eve'}).count()).toBe(0)
    expect(await focused(page)).toBe('People of bots')

    await pressWhenFree(page, 'Block Choir')
    await page.getByRole('dialog').getByRole('button', {name: 'Block'}).click()
    await known(page).filter({hasText: 'Choir'}).getByText('Blocked', {exact: true}).waitFor()
    await expect.poll(() => focused(page)).toBe('Unblock Choir')
    await pressWhenFree(page, 'Unblock Choir')
    await known(page).filter({hasText: 'Choir'}).getByText('Let in').waitFor()
    expect(await focused(page)).toBe('Block Choir')
  })

  it('says what went wrong where somebody else was faster', async () => {
    const {page, bot} = await open(bot => bot.ask(ada, via))
    const [asked] = await bot.pairings()
    await button(page, 'Approve Ada (@ada)').waitFor()
    await page.route('**/admin/channels/approve', async route => {
      await bot.decide(asked?.code ?? '', {standing: 'blocked', by: 'cli'})
      await route.continue()
    })
    await button(page, 'Approve Ada (@ada)').click()
    await page.getByRole('alert').getByText('was blocked already').waitFor()
    await known(page).filter({hasText: 'Ada (@ada)'}).getByText('Blocked').waitFor()
  })

  it.each([
    ['en-US', 'light', 390],
    ['ar', 'dark', 390],
    ['de', 'dark', 1280],
  ] as const)('is for everybody: %s, %s, %i pixels wide', async (locale, colorScheme, width) => {
    const arrive = async (bot: ChannelAccess) => {
      await bot.ask({...ada, name: 'Ada of the very long house at the end of the road (@ada_of_the_long_road)'}, via)
      await bot.ask({...choir, channel: 'telegram'}, via)
      await bot.block(eve, {by: 'cli', reason: 'advertisements'})
    }
    const {page} = await open(arrive, {locale, colorScheme, viewport: {width, height: 800}})
    await page.locator('.entry code').nth(1).waitFor()
    await page.locator('.entry .problem').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    await page.locator('.entry-buttons .quiet').first().click()
    await page.getByRole('dialog').waitFor()
    expect(await accessibilityFaults(page), 'the question').toEqual([])
  })
})
