import {readFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {askingFirst} from '../../../../test/engines/scripted-mind.ts'
import {openGateway} from '../../../gateway/test/open-gateway.ts'
import {answered, browserMissing, bubble, openPage, silent, skipNote, state, useBrowser, write} from '../browser.ts'

const axe = fileURLToPath(import.meta.resolve('axe-core/axe.min.js'))

const hostile = [
  '# Title',
  '',
  '<img src=x onerror="globalThis.owned = 1"><script>globalThis.owned = 2</script>',
  '',
  '[press](javascript:globalThis.owned=3) and [read](https://example.org/a) and ![a picture](https://example.org/b.png)',
  '',
  '| a | b |',
  '|---|---|',
  '| 1 | 2 |',
  '',
  '```js',
  'const x = "<b>"',
  '```',
].join('\n')

describe.skipIf(browserMissing)(`writing in the page${skipNote}`, () => {
  const browser = useBrowser()

  it('formats what June answers, and makes nothing of hostile text', async () => {
    await using gateway = await openGateway(scriptedEngines({answer: [hostile]}))
    const {page, requests, faults} = await openPage(browser(), gateway.address, {
      prepare: silent,
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    await write(page, '<b onclick=1>**bold**</b>')
    await answered(page, 1)
    const answer = bubble(page, 'june')
    await answer.getByRole('heading', {name: 'Title'}).waitFor()
    expect(await answer.getByRole('cell').allTextContents()).toEqual(['1', '2'])
    // What people write stays as it is.
    expect(await bubble(page, 'you').innerHTML()).toBe('&lt;b onclick=1&gt;**bold**&lt;/b&gt;')
    expect(await answer.textContent()).toContain('<script>globalThis.owned = 2</script>')
    expect(await answer.locator('img, script, b').count()).toBe(0)
    expect(await answer.locator('a').evaluateAll(links => links.map(link => link.outerHTML))).toEqual([
      '<a href="https://example.org/a" target="_blank" rel="noreferrer">read</a>',
      '<a href="https://example.org/b.png" target="_blank" rel="noreferrer">a picture</a>',
    ])
    await answer.getByRole('button', {name: 'Copy'}).click()
    await answer.getByRole('button', {name: 'Copied'}).waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('const x = "<b>"\n')
    expect(await page.evaluate('globalThis.owned')).toBeUndefined()
    expect(requests.filter(url => !url.startsWith(`${gateway.address}/`))).toEqual([])
    expect(faults).toEqual([])
  })

  it('has the newest message changed and asked again, and keeps the draft meanwhile', async () => {
    const engines = scriptedEngines()
    await using gateway = await openGateway(engines)
    const {page} = await openPage(browser(), gateway.address, {prepare: silent})
    await write(page, 'one')
    await answered(page, 1)
    await write(page, 'tow')
    await answered(page, 2)
    const field = page.getByLabel('Message')
    await field.fill('a draft')
    // Only the newest.
    const edit = page.getByRole('button', {name: 'Edit and ask again'})
    expect(await edit.count()).toBe(1)
    await edit.click()
    expect(await field.inputValue()).toBe('tow')
    expect(await page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA')
    await page.keyboard.press('Escape')
    expect(await field.inputValue()).toBe('a draft')
    await edit.click()
    await write(page, 'two')
    await answered(page, 3)
    expect(await bubble(page, 'june').textContent()).toBe('You said: two.')
    expect(await page.locator('.you').last().textContent()).toContain('asked again')
    expect(await field.inputValue()).toBe('a draft')
    expect(engines.trace.requests.map(({text}) => text)).toEqual(['one', 'tow', 'two'])
  })

  it('asks before something is done, with buttons that are gone once it is answered, or too late', async () => {
    const question = {id: 'c1', question: 'Shall I send it?', expiresAt: new Date(Date.now() + 600_000)}
    const {answer, done} = askingFirst(question)
    await using gateway = await openGateway(scriptedEngines({answer}))
    const {page} = await openPage(browser(), gateway.address, {prepare: silent})
    const card = page.getByRole('group', {name: 'Shall I send it?'})
    await write(page, 'Send it')
    await answered(page, 1)
    expect(await card.getByRole('button').allTextContents()).toEqual(['Yes', 'No'])
    await card.getByRole('button', {name: 'Yes'}).click()
    await answered(page, 2)
    expect(await bubble(page, 'you').textContent()).toBe('Yes')
    expect(await bubble(page, 'june').textContent()).toBe('It is done.')
    expect(done).toEqual([true])
    expect(await card.count()).toBe(0)

    // Answered in words.
    await write(page, 'Send it')
    await answered(page, 3)
    expect(await card.count()).toBe(1)
    await write(page, 'rather not')
    await answered(page, 4)
    expect(await card.count()).toBe(1)

    question.expiresAt = new Date(Date.now() + 2000)
    await write(page, 'Send it')
    await answered(page, 5)
    await card.waitFor()
    await card.waitFor({state: 'detached'})
  })

  it('has answers spoken in the voice, language and speed that are preferred, and as loud as June was asked to be', async () => {
    const softer = {kind: 'answer', text: '', action: {kind: 'volume', step: -1}} as const
    const engines = scriptedEngines({answer: ['Softer.', softer]})
    await using gateway = await openGateway(engines)
    const preferred = {reply: 'voice', voice: 'tone', language: 'de', volume: 0.9, speed: 1.5}
    const prepare = `
      localStorage.setItem('preferences', '${JSON.stringify({state: preferred, version: 1})}')
      globalThis.GainNode = class extends GainNode {
        constructor(...made) {
          super(...made)
          globalThis.gain = this
        }
      }`
    const {page, played} = await openPage(browser(), gateway.address, {prepare})
    await write(page, 'softer')
    await answered(page, 1)
    expect(await bubble(page, 'june').textContent()).toBe('Softer.')
    expect(await played()).toHaveLength(1)
    expect(engines.trace.spoken.at(-1)?.options).toMatchObject({voice: 'tone', speed: 1.5})
    expect(engines.trace.requests.map(({language}) => language)).toEqual(['de'])
    expect(await page.evaluate('gain.gain.value')).toBeCloseTo(0.7)
  })

  it('keeps a draft over a reload, and says how much is too long instead of cutting it', async () => {
    const engines = scriptedEngines()
    await using gateway = await openGateway(engines)
    const {page} = await openPage(browser(), gateway.address, {prepare: silent})
    const field = page.getByLabel('Message')
    await field.fill('half a thought')
    await page.reload()
    await state(page, 'idle')
    expect(await field.inputValue()).toBe('half a thought')

    await field.fill('a'.repeat(7900))
    await page.getByText('7,900 of 8,000 characters').waitFor()
    const much = 'word '.repeat(200_000).trim()
    await field.focus()
    await page.keyboard.press('Control+a')
    await page.keyboard.insertText(much)
    await page.getByText('999,999 characters, 991,999 too many').waitFor()
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    await page.keyboard.press('Enter')
    expect(await page.getByRole('button', {name: 'Send'}).isDisabled()).toBe(true)
    expect((await field.inputValue()).length).toBe(999_999)
    await page.reload()
    await state(page, 'idle')
    expect((await field.inputValue()).length).toBe(999_999)
    expect(engines.trace.requests).toEqual([])

    await write(page, 'b'.repeat(8000))
    await answered(page, 1)
    expect(engines.trace.requests.map(({text}) => text.length)).toEqual([8000])
  })

  it('has nothing that keeps people out, in an answer with all there is', async () => {
    const question = {id: 'c1', question: 'Shall I?', expiresAt: new Date(Date.now() + 600_000)}
    const sources = [{id: 'd1', name: 'manual.pdf', page: 3}]
    const end = {kind: 'answer', text: '', confirmation: question, sources} as const
    await using gateway = await openGateway(scriptedEngines({answer: [hostile, end]}))
    for (const colorScheme of ['light', 'dark'] as const) {
      const viewport = {width: 360, height: 900}
      const {page} = await openPage(browser(), gateway.address, {prepare: silent, viewport, colorScheme})
      await write(page, 'all of it')
      await answered(page, 1)
      await bubble(page, 'june').getByRole('table').waitFor()
      await page.getByText('Times').click()
      expect(await page.locator('.sources').textContent()).toBe('From: manual.pdf, p. 3')
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
      await page.evaluate(await readFile(axe, 'utf8'))
      const {violations} = (await page.evaluate('axe.run()')) as {violations: {id: string; impact: string}[]}
      expect(violations.filter(({impact}) => ['serious', 'critical'].includes(impact))).toEqual([])
    }
  })
})
