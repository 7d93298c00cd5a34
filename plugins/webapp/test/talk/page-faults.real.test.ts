import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {EssenceError} from '@essence/core/kit/errors'
import {describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {freePort} from '../../../../test/kit/free-port.ts'
import {openGateway} from '../../../gateway/test/open-gateway.ts'
import {openRealtime} from '../../../gateway/test/realtime/open-realtime.ts'
import {browserMissing, openPage, skipNote, state, useBrowser, write} from '../browser.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

describe.skipIf(browserMissing)(`the page when something is missing or goes wrong${skipNote}`, () => {
  const browser = useBrowser()

  it('shows the failure of an engine with what to do, and goes on', async () => {
    let fails = true
    await using gateway = await openGateway(
      scriptedEngines({
        answer: () => {
          if (fails)
            throw new EssenceError('ENGINE_FAILED', 'The model stopped.', {suggestions: ['Look: `essence doctor`']})
          return ['Better.']
        },
      }),
    )
    const {page} = await openPage(browser(), gateway.address)
    await write(page, 'go')
    const alert = page.getByRole('alert')
    await alert.getByText('The model stopped.').waitFor()
    expect(await alert.textContent()).toMatch(/The model stopped\.Look: .?essence doctor/)
    fails = false
    await write(page, 'go')
    await page.getByText('Better.').waitFor()
  })

  it('waits for the models and then offers to talk', async () => {
    const [loading, loaded] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const port = await freePort()
    const openEngines = async () => {
      loading.resolve()
      await loaded.promise
      return scriptedEngines()
    }
    const opening = openGateway(scriptedEngines(), {port, openEngines})
    await loading.promise
    const page = await browser().newPage()
    // The first questions for the status are lost on their way.
    await page.route('**/api/status', route => route.abort())
    await page.goto(`http://127.0.0.1:${port}`)
    await page.getByRole('alert').getByText('June does not answer').waitFor()
    await page.unroute('**/api/status')
    await page
      .getByRole('status')
      .getByText(/Loading/)
      .first()
      .waitFor()
    expect(await page.getByRole('button', {name: 'Talk', exact: true}).isDisabled()).toBe(true)
    loaded.resolve()
    await using _gateway = await opening
    await state(page, 'idle')
    expect(await page.getByRole('button', {name: 'Talk', exact: true}).isDisabled()).toBe(false)
  })

  it('says so when the gateway is gone', async () => {
    const gateway = await openGateway(scriptedEngines())
    const {page} = await openPage(browser(), gateway.address)
    await gateway.service.close()
    await write(page, 'go')
    await page.getByRole('alert').getByText('June does not answer.').first().waitFor()
  })

  it.each([
    ['permission is refused', 'NotAllowedError', 'June may not use the microphone.'],
    ['there is none', 'NotFoundError', 'There is no microphone.'],
    ['another program has it', 'NotReadableError', 'The microphone does not open'],
  ])('explains a microphone that does not work: %s', async (_what, name, message) => {
    await using gateway = await openGateway(scriptedEngines())
    const prepare = `navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', '${name}') }`
    const {page} = await openPage(browser(), gateway.address, {prepare})
    await page.getByRole('button', {name: 'Talk', exact: true}).click()
    await page.getByRole('alert').getByText(message).waitFor()
  })

  it('explains why a page that is not secure gets no microphone', async () => {
    await using gateway = await openGateway(scriptedEngines())
    const prepare = "Object.defineProperty(window, 'isSecureContext', {value: false})"
    const {page} = await openPage(browser(), gateway.address, {prepare})
    await page.getByRole('button', {name: 'Talk', exact: true}).click()
    await page.getByRole('alert').getByText('only to localhost').waitFor()
  })

  it('is usable by ear and keyboard: every control has a name, and the text does not overflow a small screen', async () => {
    await using gateway = await openRealtime()
    const {page} = await openPage(browser(), gateway.address, {viewport: {width: 360, height: 640}})
    const snapshot = await page.locator('body').ariaSnapshot()
    expect(snapshot).not.toMatch(/^\s*- (button|textbox|checkbox|combobox|img|heading)( \[.*\])?:?$/m)
    expect(snapshot).toContain('button "Talk"')
    expect(snapshot).toContain('button "How to talk"')
    expect(snapshot).toContain('textbox "Message"')
    expect(await page.evaluate('document.documentElement.lang')).toBe('en')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).not.toBe('none')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    const found = async () => {
      const {violations} = (await page.evaluate('axe.run()')) as {violations: {id: string; impact: string}[]}
      return violations.filter(({impact}) => impact === 'serious' || impact === 'critical').map(({id}) => id)
    }
    await page.evaluate(axe)
    expect(await found()).toEqual([])
    await page.getByRole('button', {name: 'How to talk'}).click()
    await page.getByRole('dialog').waitFor()
    expect(await found()).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', {name: 'Talk', exact: true}).click()
    await state(page, 'listening')
    expect(await found()).toEqual([])
  })
})
