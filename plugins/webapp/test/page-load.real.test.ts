// What the page costs before anybody can talk.
import {describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../test/engines/scripted.ts'
import {openGateway} from '../../gateway/test/open-gateway.ts'
import {browserMissing, skipNote, tellFigure, useBrowser} from './browser.ts'

const maxBytes = 200_000
const maxMs = 1000

/** Runs in the page: notes when somebody can talk. */
const noteReady = `new MutationObserver((_, observer) => {
  if (!document.querySelector('button.talk:enabled')) return
  observer.disconnect()
  globalThis.readyAt = performance.now()
}).observe(document, {subtree: true, childList: true, attributes: true})`

describe.skipIf(browserMissing)(`the first visit${skipNote}`, () => {
  const browser = useBrowser()

  /** Loads the page as somebody does who was never here. */
  const visit = async (address: string) => {
    await using context = await browser().newContext()
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    let bytes = 0
    session.on('Network.loadingFinished', ({encodedDataLength}) => {
      bytes += encodedDataLength
    })
    await session.send('Network.enable')
    await page.addInitScript(noteReady)
    await page.goto(address)
    await page.locator('button.talk:enabled').waitFor()
    return {bytes, ms: Number(await page.evaluate('globalThis.readyAt'))}
  }

  it(`takes at most ${maxBytes / 1000} kB and ${maxMs} ms until somebody can talk`, async () => {
    await using gateway = await openGateway(scriptedEngines())
    const visits = [await visit(gateway.address)]
    const [{bytes} = {bytes: 0}] = visits
    expect(bytes).toBeGreaterThan(50_000)
    expect(bytes).toBeLessThan(maxBytes)
    // The best of some: what else runs on the machine is not the page's.
    while (visits.length < 6 && visits.every(({ms}) => ms >= maxMs)) visits.push(await visit(gateway.address))
    const bestMs = Math.min(...visits.map(({ms}) => ms))
    tellFigure(`first visit: ${(bytes / 1000).toFixed(0)} kB, ${bestMs.toFixed(0)} ms until somebody can talk`)
    expect(bestMs).toBeLessThan(maxMs)
  })

  it('opens what was pressed before it was there', async () => {
    await using gateway = await openGateway(scriptedEngines())
    await using context = await browser().newContext()
    const page = await context.newPage()
    const pressed = Promise.withResolvers<void>()
    await page.route(/talk-settings-popover/, async route => {
      await pressed.promise
      await route.continue()
    })
    await page.goto(gateway.address)
    const settings = page.getByRole('button', {name: 'How to talk'})
    await settings.click()
    expect(await page.getByRole('dialog').count()).toBe(0)
    pressed.resolve()
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({state: 'detached'})
    await expect.poll(() => page.evaluate('document.activeElement.ariaLabel')).toBe('How to talk')
  })

  it('stays where it is when June goes before that is fetched', async () => {
    await using gateway = await openGateway(scriptedEngines())
    await using context = await browser().newContext({serviceWorkers: 'block'})
    const page = await context.newPage()
    await page.route(/talk-settings-popover/, route => route.abort())
    const looked = Promise.withResolvers<void>()
    await page.route(`${gateway.address}/`, route => {
      if (route.request().method() !== 'HEAD') return route.continue()
      looked.resolve()
      return route.abort()
    })
    const loads: string[] = []
    page.on('domcontentloaded', loaded => loads.push(loaded.url()))
    await page.goto(gateway.address)
    await page.getByRole('button', {name: 'How to talk'}).click()
    await looked.promise
    expect(loads).toHaveLength(1)
  })

  it('shows June before any script has run', async () => {
    await using gateway = await openGateway(scriptedEngines())
    await using context = await browser().newContext({javaScriptEnabled: false})
    const page = await context.newPage()
    await page.goto(gateway.address)
    expect(await page.getByRole('heading', {name: 'June'}).isVisible()).toBe(true)
  })
})
