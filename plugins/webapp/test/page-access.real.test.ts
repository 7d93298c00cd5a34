// The page for everybody: what axe finds in it, in both themes, on a phone and on a desk.
import axe, {type AxeResults} from 'axe-core'
import type {Page} from 'playwright-core'
import {describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../test/engines/scripted.ts'
import {factOf, scriptedMind} from '../../../test/engines/scripted-mind.ts'
import {openGateway} from '../../gateway/test/open-gateway.ts'
import {browserMissing, bubble, skipNote, useBrowser, write} from './browser.ts'

const notices = ['June answers by a few fixed rules.', 'Install real models: essence models download --all']
const dueAt = new Date(Date.now() + 3_600_000)

/** What is seriously wrong in a page as it is now, each with the first element it concerns. */
const faultsIn = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe.source)
  const {violations} = (await page.evaluate('axe.run()')) as AxeResults
  return violations
    .filter(({impact}) => impact === 'serious' || impact === 'critical')
    .map(({id, nodes}) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`)
}

describe.skipIf(browserMissing)(`the page for everybody${skipNote}`, () => {
  const browser = useBrowser()

  const shapes = (['light', 'dark'] as const).flatMap(colorScheme =>
    [390, 1280].map(width => ({colorScheme, viewport: {width, height: 800}})),
  )

  it.each(shapes)('has nothing serious in $colorScheme at $viewport.width px', async shape => {
    const {mind, pending} = scriptedMind({facts: {'web:local': [factOf('f1', 'Lives in Lyon.')]}, read: () => {}})
    pending.push({
      ...{id: 'p1', speaker: 'web:local', session: 'web:a', channel: 'web', kind: 'timer', text: 'Tea.', dueAt},
    })
    await using gateway = await openGateway(scriptedEngines({mind, notices}))
    gateway.service.showModels?.({state: 'downloading', profile: 'starter', received: 4e8, size: 1e9, secondsLeft: 130})
    await using context = await browser().newContext(shape)
    const page = await context.newPage()
    const at = async (path: string, ready: string): Promise<void> => {
      await page.goto(`${gateway.address}/#${path}`)
      await page.getByText(ready).filter({visible: true}).first().waitFor()
      expect([path, await faultsIn(page)]).toEqual([path, []])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(shape.viewport.width)
    }
    await at('/', 'Real models are coming')
    await write(page, 'hello')
    await expect.poll(() => bubble(page, 'june').textContent()).toContain('You said: hello.')
    expect(await faultsIn(page)).toEqual([])
    await at('/knows', 'Lives in Lyon.')
    await page.getByRole('button', {name: 'Forget everything'}).click()
    await page.getByRole('alertdialog').waitFor()
    expect(await faultsIn(page)).toEqual([])
    await page.getByRole('button', {name: 'Keep it'}).click()
    await at('/knows/documents', 'June has read nothing yet.')
    await page.locator('input[type=file]').setInputFiles([
      {name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('Notes.')},
      {name: 'empty.txt', mimeType: 'text/plain', buffer: Buffer.from('')},
    ])
    await page.getByRole('button', {name: 'Forget a.txt'}).waitFor()
    expect(await faultsIn(page)).toEqual([])
    await at('/knows/reminders', 'Tea.')
    await at('/settings', 'Settings')
    await at('/june', 'June herself')
    if (shape.viewport.width < 800) {
      await page.getByRole('button', {name: 'Menu'}).click()
      await page.getByRole('dialog').waitFor()
      expect(await faultsIn(page)).toEqual([])
    }
  })

  it.each(shapes.filter((_, at) => at % 3 === 0))(
    'has nothing serious where somebody signs in: $colorScheme, $viewport.width px',
    async shape => {
      await using gateway = await openGateway(scriptedEngines(), {host: '0.0.0.0'})
      await using context = await browser().newContext(shape)
      const page = await context.newPage()
      await page.goto(gateway.address.replace('0.0.0.0', '127.0.0.1'))
      await page.getByRole('heading', {name: 'Sign in'}).waitFor()
      expect(await faultsIn(page)).toEqual([])
    },
  )
})
