// The pages in Chromium, as somebody opens them from a disk: on a phone and at a desk, by day and by night.
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {benchPage} from '@essence/core/report/page/bench-page'
import {testPage} from '@essence/core/report/page/test-page'
import axe from 'axe-core'
import type {Browser, Page} from 'playwright-core'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {browserMissing, openBrowser, skipNote} from '../../plugins/webapp/test/browser.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {benchReport} from './bench-report.ts'
import {mockReport, roundTripReport} from './reports.ts'

const failed = () => {
  const report = roundTripReport(60, 3)
  for (const each of report.roundTrip?.cases ?? []) each.audio = {input: `audio/${each.id}.wav`}
  return {
    ...report,
    passed: false,
    partial: 'Ctrl-C after 60 of 1000 cases.',
    reasons: ['The WER of the input is 9.4 %.'],
  }
}
const wav = `data:audio/wav;base64,${Buffer.from('RIFF').toString('base64')}`

const pages: Record<string, () => Promise<string>> = {
  'a round trip': () => testPage(roundTripReport(120)),
  'a round trip that failed and is partial, with sounds': () => {
    const report = failed()
    return testPage(report, {audio: new Map(report.roundTrip?.cases.map(({id}) => [`audio/${id}.wav`, wav]))})
  },
  'a test of mocks': () => testPage(mockReport()),
  'a benchmark': () => benchPage(benchReport()),
}

interface Violation {
  id: string
  impact: string
  nodes: {html: string; failureSummary: string}[]
}

/** What axe calls serious or critical. */
const seriousFindings = async (page: Page): Promise<string[]> => {
  // The page's own policy lets no script in; a debugger is not bound by it.
  await page.evaluate(axe.source)
  const found = await page.evaluate<Violation[]>('axe.run().then(({violations}) => violations)')
  return found
    .filter(({impact}) => impact === 'serious' || impact === 'critical')
    .map(({id, nodes}) => `${id}: ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary}`)
}

describe.skipIf(browserMissing)(`the page of a report in a browser${skipNote}`, () => {
  let browser: Browser
  const folder = temporaryFolder()
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  for (const [name, write] of Object.entries(pages)) {
    describe(name, () => {
      const path = join(folder, `${name}.html`)
      const address = pathToFileURL(path).href
      beforeAll(async () => writeFileSync(path, await write()))

      it.each([
        [390, 'light'],
        [390, 'dark'],
        [1280, 'light'],
        [1280, 'dark'],
      ] as const)(
        'at %i px, %s: asks for nothing, runs nothing, is no wider, and axe finds nothing serious',
        async (width, colorScheme) => {
          const page = await browser.newPage({viewport: {width, height: 844}, colorScheme})
          try {
            const asked: string[] = []
            const faults: string[] = []
            page.on('request', request => asked.push(request.url()))
            page.on('console', message => faults.push(message.text()))
            page.on('pageerror', error => faults.push(error.message))
            await page.goto(address)
            expect(asked).toEqual([address])
            expect(faults).toEqual([])
            expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
            expect(await seriousFindings(page)).toEqual([])
          } finally {
            await page.close()
          }
        },
      )
    })
  }

  it('lets no script run, even one that got into it', async () => {
    const path = join(folder, 'hostile.html')
    const text = await testPage(mockReport())
    writeFileSync(
      path,
      text.replace(
        '</main>',
        '<script>document.title = "run"</script><img src="x" onerror="document.title = 1"></main>',
      ),
    )
    const page = await browser.newPage()
    try {
      const asked: string[] = []
      page.on('requestfinished', request => asked.push(request.url()))
      await page.goto(pathToFileURL(path).href)
      // And what looks for findings finds one: the picture says nothing to those who do not see it.
      expect(await seriousFindings(page)).toEqual([expect.stringContaining('image-alt')])
      expect(await page.title()).toBe('Test of every connection: passed')
      expect(asked).toEqual([pathToFileURL(path).href])
    } finally {
      await page.close()
    }
  })
})
