import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import type {AxeResults} from 'axe-core'
import type {Page} from 'playwright-core'

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

/** What keeps people from using the page, as axe finds it: the rule, and the elements that break it. */
export const accessibilityFaults = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe)
  const {violations} = (await page.evaluate('axe.run(document)')) as AxeResults
  return violations
    .filter(({impact}) => impact === 'serious' || impact === 'critical')
    .map(({id, nodes}) => `${id}: ${nodes.map(({target}) => target.join(' ')).join(', ')}`)
}
