// Documents that are given to June in the page.
import {EssenceError} from '@essence/core/kit/errors'
import type {Page} from 'playwright-core'
import {describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {type MindScript, scriptedMind} from '../../../../test/engines/scripted-mind.ts'
import type {GatewayOptions} from '../../../gateway/src/service-options.ts'
import {openGateway} from '../../../gateway/test/open-gateway.ts'
import {openPeople} from '../../../gateway/test/people/open-people.ts'
import {browserMissing, openPage, skipNote, useBrowser} from '../browser.ts'

const file = (name: string, content: string | Buffer = 'The treasure lies under the oak.') => ({
  ...{name, mimeType: 'text/plain', buffer: Buffer.from(content)},
})

describe.skipIf(browserMissing)(`documents in the page${skipNote}`, () => {
  const browser = useBrowser()

  const open = async (read: NonNullable<MindScript['read']>, options: Partial<GatewayOptions> = {}) => {
    const scripted = scriptedMind({read})
    const gateway = await openGateway(scriptedEngines({mind: scripted.mind}), options)
    const opened = await openPage(browser(), gateway.address)
    await opened.page.goto(`${gateway.address}/#/knows/documents`)
    await opened.page.getByRole('button', {name: 'Add documents'}).waitFor()
    return {...opened, ...scripted, gateway, [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose]()}
  }
  const add = (page: Page, ...files: ReturnType<typeof file>[]) => page.locator('input[type=file]').setInputFiles(files)
  const names = (page: Page, list = 'Documents') => page.getByRole('list', {name: list}).locator('.name')

  it('are sent one after the other, listed, and forgotten after a question', async () => {
    const held = Promise.withResolvers<void>()
    await using at = await open(name => (name === 'a.txt' ? held.promise : undefined))
    const {page, documents, faults} = at
    await page.getByText('June has read nothing yet.').waitFor()
    await add(page, file('a.txt'), file('b.txt'))
    await page.getByText('June reads it…').waitFor()
    expect(await names(page, 'On their way').allTextContents()).toEqual(['a.txt', 'b.txt'])
    expect(await page.getByText('Waits for its turn').count()).toBe(1)
    held.resolve()
    await expect.poll(() => names(page).allTextContents()).toEqual(['a.txt', 'b.txt'])
    expect(await names(page, 'On their way').count()).toBe(0)
    expect(documents.map(({owner}) => owner)).toEqual(['web:local', 'web:local'])

    await page.getByRole('button', {name: 'Forget a.txt'}).click()
    await page.getByRole('button', {name: 'Keep it'}).click()
    expect(documents).toHaveLength(2)
    await page.getByRole('button', {name: 'Forget a.txt'}).click()
    await page.getByRole('alertdialog').getByRole('button', {name: 'Forget'}).click()
    await page.getByText('June has forgotten a.txt.').waitFor()
    await expect.poll(() => names(page).allTextContents()).toEqual(['b.txt'])
    expect(faults).toEqual([])
  })

  it('are read for real, and found', async () => {
    await using june = await openPeople()
    const {page, faults} = await openPage(browser(), june.address)
    await page.goto(`${june.address}/#/knows/documents`)
    await add(page, file('plan.md', '# Plan\n\nThe treasure lies under the oak.'), file('scan.pdf', '%PDF-1.4 nothing'))
    await expect.poll(() => names(page).allTextContents(), {timeout: 10_000}).toEqual(['plan.md'])
    await page.getByRole('button', {name: 'Dismiss scan.pdf'}).waitFor()
    const found = await (await fetch(`${june.address}/api/documents/search?q=treasure`)).json()
    expect(found).toMatchObject({passages: [{document: {name: 'plan.md'}}]})
    await page.reload()
    await expect.poll(() => names(page).allTextContents()).toEqual(['plan.md'])
    expect(faults.filter(fault => !fault.includes('status of 4'))).toEqual([])
  }, 120_000)

  it('may be dropped anywhere, and are everybody’s where the owner says so', async () => {
    await using at = await open(() => {})
    const {page, documents} = at
    await page.goto(`${at.gateway.address}/#/`)
    await page.getByRole('button', {name: 'Talk', exact: true}).waitFor()
    const drag = (type: string) =>
      page.evaluate(`{
        const dataTransfer = new DataTransfer()
        dataTransfer.items.add(new File(['Notes.'], 'dropped.txt', {type: 'text/plain'}))
        document.body.dispatchEvent(new DragEvent('${type}', {dataTransfer, bubbles: true, cancelable: true}))
      }`)
    await drag('dragover')
    await page.getByText('Let go, and June reads it').waitFor()
    await drag('drop')
    await expect.poll(() => names(page).allTextContents()).toEqual(['dropped.txt'])
    await page.getByLabel('For everybody who talks to June').check()
    await add(page, file('handbook.txt'))
    await expect.poll(() => names(page).allTextContents()).toEqual(['dropped.txt', 'handbook.txt'])
    await page.getByText('everybody’s').waitFor()
    expect(documents.map(({owner}) => owner)).toEqual(['web:local', undefined])
  })

  it('that are too large are not sent, and what June cannot read she says of each', async () => {
    const refused = (name: string): void => {
      if (name === 'scan.pdf') throw new EssenceError('DOCUMENT_UNREADABLE', 'There is no text in it.')
    }
    await using at = await open(refused, {maxDocumentBytes: 1_000_000})
    const {page, requests, documents} = at
    const before = requests.length
    await add(page, file('large.txt', Buffer.alloc(1_200_000, 'a')))
    await page.getByText('It has 1 MB; June reads at most 1 MB.').waitFor()
    expect(requests.slice(before).filter(url => url.endsWith('/api/documents'))).toEqual([])
    await add(page, file('scan.pdf'), file('good.txt'), file('empty.txt', ''))
    await page.getByText('There is no text in it.').waitFor()
    await page.getByText('It is empty.').waitFor()
    await expect.poll(() => documents.map(({name}) => name)).toEqual(['good.txt'])
    // Another attempt would end the same.
    expect(await page.getByRole('button', {name: /Try .* again/}).count()).toBe(0)
    await page.getByRole('button', {name: 'Dismiss scan.pdf'}).click()
    await expect.poll(() => names(page, 'On their way').allTextContents()).toEqual(['large.txt', 'empty.txt'])
  })

  it('are cancelled while June reads, and sent again after the network was lost', async () => {
    const stopped = Promise.withResolvers<void>()
    await using at = await open((name, _, signal) => {
      if (name !== 'slow.txt') return
      signal?.addEventListener('abort', () => stopped.resolve())
      return stopped.promise
    })
    const {page, documents} = at
    await add(page, file('slow.txt'))
    await page.getByText('June reads it…').waitFor()
    await page.getByRole('button', {name: 'Cancel slow.txt'}).click()
    await stopped.promise
    expect(await names(page, 'On their way').count()).toBe(0)

    await page.context().setOffline(true)
    await add(page, file('later.txt'))
    await page.getByText('The connection was lost.').waitFor()
    expect(await page.getByRole('button', {name: 'Try later.txt again'}).count()).toBe(1)
    await page.context().setOffline(false)
    await expect.poll(() => documents.map(({name}) => name)).toContain('later.txt')
    await expect.poll(() => names(page, 'On their way').count()).toBe(0)
  })
})
