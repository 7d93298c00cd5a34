// What the page shows of what June knows, has read, and is to remind somebody of.
import type {DueReminder, Reminder} from '@essence/core/tools/port'
import {describe, expect, it} from 'vitest'
import {type Script, scriptedEngines} from '../../../../test/engines/scripted.ts'
import {factOf, scriptedMind} from '../../../../test/engines/scripted-mind.ts'
import {openGateway} from '../../../gateway/test/open-gateway.ts'
import {browserMissing, bubble, openPage, skipNote, state, useBrowser, write} from '../browser.ts'

const reminder = (id: string, text: string): DueReminder => ({
  ...{id, text, channel: 'web', speaker: 'web:local', session: 'web:a', language: 'en', dueAt: new Date()},
})

const pending = (id: string, text: string): Reminder => ({
  ...reminder(id, text),
  ...{kind: 'reminder', dueAt: new Date(Date.now() + 3_600_000)},
})

describe.skipIf(browserMissing)(`the page and the mind${skipNote}`, () => {
  const browser = useBrowser()

  const open = async (script: Script) => {
    const gateway = await openGateway(scriptedEngines(script))
    const opened = await openPage(browser(), gateway.address)
    return {...opened, gateway, [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose]()}
  }

  it('shows and speaks a reminder once, also where it comes again', async () => {
    const {mind, trace, remind} = scriptedMind()
    await using at = await open({mind, answer: ['Yes.']})
    const {page, played} = at
    await write(page, 'remind me')
    await expect.poll(() => bubble(page, 'june').textContent()).toContain('Yes.')
    await state(page, 'idle')
    const before = (await played()).length
    remind(reminder('r1', 'Tea is ready.'))
    await page.locator('.reminder').waitFor()
    expect(await bubble(page, 'reminder').textContent()).toContain('Tea is ready.')
    await expect.poll(async () => (await played()).length).toBe(before + 1)
    await expect.poll(() => trace.delivered).toEqual(['r1'])
    // As after a restart before it was noted as delivered.
    remind(reminder('r1', 'Tea is ready.'))
    remind(reminder('r2', 'Coffee too.'))
    await expect.poll(() => trace.delivered).toEqual(['r1', 'r1', 'r2'])
    expect(await page.locator('.reminder .bubble').allTextContents()).toEqual(['Tea is ready.', 'Coffee too.'])
  })

  it('stays silent where answers are only read, and where nothing was pressed yet', async () => {
    const {mind, remind} = scriptedMind({due: [reminder('r1', 'Tea.')]})
    const gateway = await openGateway(scriptedEngines({mind}))
    await using _ = gateway
    const prepare = `localStorage.setItem('preferences', '{"state":{"reply":"text"},"version":1}')`
    const {page, played} = await openPage(browser(), gateway.address, {prepare})
    await page.locator('.reminder').waitFor()
    await page.getByLabel('Message').click()
    remind(reminder('r2', 'Coffee.'))
    await expect.poll(() => page.locator('.reminder').count()).toBe(2)
    await page.evaluate('new Promise(resolve => setTimeout(resolve, 500))')
    expect(await played()).toEqual([])
  })

  it('gets a reminder that became due while no page was open', async () => {
    const {mind, trace} = scriptedMind({due: [reminder('r9', 'Call Ada.')]})
    await using at = await open({mind})
    await at.page.locator('.reminder').waitFor()
    await expect.poll(() => trace.delivered).toEqual(['r9'])
    expect(at.faults).toEqual([])
  })

  it('lists what June knows, finds, corrects and erases it', async () => {
    const facts = {'web:local': [factOf('f1', 'Lives in Lyon.'), factOf('f2', 'Likes tea.')]}
    const {mind, trace} = scriptedMind({facts})
    await using at = await open({mind})
    const {page, faults} = at
    await page.getByRole('link', {name: 'What June knows'}).click()
    const items = page.getByRole('list', {name: 'Memories'}).locator('li > p:first-child')
    await expect.poll(() => items.allTextContents()).toEqual(['Lives in Lyon.', 'Likes tea.'])
    expect(await page.getByText('You said so, May 1, 2026').count()).toBe(2)

    await page.getByLabel('Search memories').fill('TEA likes')
    await expect.poll(() => items.allTextContents()).toEqual(['Likes tea.'])
    await page.getByLabel('Search memories').fill('')

    await page.getByRole('button', {name: 'Correct: Lives in Lyon.'}).click()
    await page.getByLabel('What is right').fill(' ')
    await page.keyboard.press('Enter')
    await page.getByText('Write what is right, or erase it.').waitFor()
    await page.getByLabel('What is right').fill('Lives in Rome.')
    await page.keyboard.press('Enter')
    await expect.poll(() => items.allTextContents()).toEqual(['Lives in Rome.', 'Likes tea.'])
    await page.getByText('Corrected.').waitFor()
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Corrected.')

    await page.getByRole('button', {name: 'Erase: Likes tea.'}).click()
    await expect.poll(() => items.allTextContents()).toEqual(['Lives in Rome.'])
    await page.getByText('Erased.').waitFor()

    await page.getByRole('button', {name: 'Forget everything'}).click()
    await page.getByRole('button', {name: 'Keep it'}).click()
    expect(trace.erased).toEqual([])
    const session = await page.evaluate('sessionStorage.getItem("session")')
    await page.getByRole('tabpanel').getByRole('button', {name: 'Forget everything'}).click()
    await page.getByRole('alertdialog').getByRole('button', {name: 'Forget everything'}).click()
    await page.getByText('June has forgotten everything.').waitFor()
    expect(trace.erased).toEqual(['web:local'])
    // The conversation that was open is forgotten too.
    expect(await page.evaluate('sessionStorage.getItem("session")')).not.toBe(session)
    await page.getByText('Nothing yet.').waitFor()
    expect(faults).toEqual([])
  })

  it('keeps a correction that could not be saved', async () => {
    const {mind} = scriptedMind({facts: {'web:local': [factOf('f1', 'Lives in Lyon.')]}})
    const correct = () => Promise.reject(new Error('scripted'))
    await using at = await open({mind: {...mind, memory: {...mind.memory, correct}}})
    const {page} = at
    await page.goto(`${at.gateway.address}/#/knows`)
    await page.getByRole('button', {name: 'Correct: Lives in Lyon.'}).click()
    await page.getByLabel('What is right').fill('Lives in Rome.')
    await page.getByRole('button', {name: 'Save'}).click()
    await page.getByRole('alert').waitFor()
    expect(await page.getByLabel('What is right').inputValue()).toBe('Lives in Rome.')
  })

  it('says why nothing is known', async () => {
    await using at = await open({lacks: ['the database does not answer']})
    await at.page.getByRole('link', {name: 'What June knows'}).click()
    const why = 'June remembers nothing beyond a conversation: the database does not answer.'
    await at.page.getByRole('tabpanel', {name: 'Memories'}).getByText(why).waitFor()
  })

  it('lists what is to come, and cancels it', async () => {
    const {mind, pending: left} = scriptedMind({pending: [pending('p1', 'Tea.'), pending('p2', 'Call Ada.')]})
    await using at = await open({mind})
    const {page, faults} = at
    await page.getByRole('link', {name: 'What June knows'}).click()
    await page.getByRole('tab', {name: 'Reminders'}).click()
    await page.getByRole('button', {name: 'Cancel: Tea.'}).click()
    await page.getByText('June will not remind you of it.').waitFor()
    await expect
      .poll(() => page.getByRole('list', {name: 'Reminders'}).locator('li > p:first-child').allTextContents())
      .toEqual(['Call Ada.'])
    expect(left.map(({id}) => id)).toEqual(['p2'])
    expect(faults).toEqual([])
  })
})
