// The page that is kept in the browser, for when June is away, and that is never older than she is.
import {createServer, type Server} from 'node:http'
import type {Browser, BrowserContext, Page} from 'playwright-core'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../test/engines/scripted.ts'
import {openGateway} from '../../gateway/test/open-gateway.ts'
import {browserMissing, openBrowser, openPage, skipNote} from './browser.ts'

interface Icon {
  src: string
  sizes: string
  type: string
}

describe.skipIf(browserMissing)(`the page without June${skipNote}`, () => {
  let browser: Browser
  let context: BrowserContext
  beforeAll(async () => {
    browser = await openBrowser()
  })
  beforeEach(async () => {
    context = await browser.newContext()
  })
  afterEach(() => context.close())
  afterAll(() => browser?.close())

  /** Paths that are kept, once the page itself is. */
  const keptIn = async (page: Page): Promise<string[]> => {
    const kept = () =>
      page.evaluate(`caches.open('page').then(cache => cache.keys())
        .then(keys => keys.map(({url}) => new URL(url).pathname).sort())`) as Promise<string[]>
    await page.evaluate('navigator.serviceWorker.ready.then(() => {})')
    await expect.poll(kept, {timeout: 5000}).toContain('/')
    return kept()
  }

  it('says that she is away where it is opened without her, and goes on when she is back', async () => {
    const first = await openGateway(scriptedEngines())
    const {page, faults} = await openPage(browser, first.address)
    const kept = await keptIn(page)
    expect(kept.filter(path => path !== '/' && !/^\/(?:assets\/|[\w-]+\.\w+$)/.test(path))).toEqual([])
    expect(faults).toEqual([])
    await first[Symbol.asyncDispose]()
    await page.getByRole('alert').getByText('June does not answer.').waitFor()

    await page.reload()
    await page.getByRole('alert').getByText('June does not answer.').waitFor()
    await expect.poll(() => page.getByRole('button', {name: 'Talk', exact: true}).isDisabled()).toBe(true)
    await expect.poll(() => page.getByText('June is away').count()).toBe(1)
    await page.context().setOffline(true)
    await page.getByRole('alert').getByText('This device is offline').waitFor()
    await page.context().setOffline(false)

    const port = Number(new URL(first.address).port)
    await using _again = await openGateway(scriptedEngines(), {port})
    await page.waitForSelector('body[data-state=idle]')
    await expect.poll(() => page.getByRole('alert').count()).toBe(0)
  })

  it('is the new page as soon as there is one, also without June afterwards', async () => {
    const gateway = await openGateway(scriptedEngines())
    const page = await context.newPage()
    await page.goto(gateway.address)
    await page.waitForSelector('body[data-state=idle]')
    await keptIn(page)
    await gateway[Symbol.asyncDispose]()

    const files: Record<string, string> = {
      '/': '<!doctype html><title>New</title><script src="/assets/new.js"></script>',
      '/assets/new.js': 'document.title += "er"',
    }
    const server = createServer(({url = ''}, response) => {
      const type = url.endsWith('.js') ? 'text/javascript' : 'text/html'
      response.writeHead(url in files ? 200 : 404, {'content-type': type}).end(files[url])
    })
    await listening(server, Number(new URL(gateway.address).port))
    await page.reload()
    expect(await page.title()).toBe('Newer')
    await expect.poll(() => keptIn(page)).toEqual(expect.arrayContaining(['/', '/assets/new.js']))
    await expect
      .poll(async () => (await keptIn(page)).filter(path => path.startsWith('/assets/')))
      .toEqual(['/assets/new.js'])
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
    await page.reload()
    expect(await page.title()).toBe('Newer')
  })

  it('can be installed', async () => {
    await using gateway = await openGateway(scriptedEngines())
    const manifest = (await (await fetch(`${gateway.address}/manifest.webmanifest`)).json()) as {icons: Icon[]}
    expect(manifest).toMatchObject({name: 'June', start_url: '/', display: 'standalone'})
    for (const {src, sizes, type} of manifest.icons) {
      const response = await fetch(`${gateway.address}${src}`)
      expect([src, response.headers.get('content-type')]).toEqual([src, type])
      if (type !== 'image/png') continue
      // Width and height stand in the first chunk of a PNG.
      const bytes = Buffer.from(await response.arrayBuffer())
      expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`).toBe(sizes)
    }
    const page = await context.newPage()
    await page.goto(gateway.address)
    const session = await context.newCDPSession(page)
    const {errors} = await session.send('Page.getAppManifest')
    expect(errors).toEqual([])
  })
})

const listening = (server: Server, port: number): Promise<void> =>
  new Promise(resolve => {
    server.listen(port, '127.0.0.1', resolve)
  })
