// What the page shows of what June knows, asks and does beside answering.
import type {Engines} from '@essence/core/engines/open'
import type {DueReminder} from '@essence/core/tools/port'
import type {Browser} from 'playwright-core'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {type Script, scriptedEngines} from '../../../test/engines/scripted.ts'
import {askingFirst, factOf, scriptedMind} from '../../../test/engines/scripted-mind.ts'
import {openGateway} from '../../gateway/test/open-gateway.ts'
import {browserMissing, bubble, closePages, openBrowser, openPage, skipNote, state, write} from './browser.ts'

const question = {id: 'c1', question: 'Shall I send this message to Bob?', expiresAt: new Date(Date.now() + 600_000)}

const reminder = (id: string, text: string): DueReminder => ({
  ...{id, text, channel: 'web', speaker: 'web:local', session: 'web:a', language: 'en', dueAt: new Date()},
})

describe.skipIf(browserMissing)(`the page and the mind${skipNote}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterEach(() => closePages(browser))
  afterAll(() => browser?.close())

  const open = async (script: Script, change = (engines: Engines): Engines => engines) => {
    const engines = change(scriptedEngines(script))
    const gateway = await openGateway(engines)
    const opened = await openPage(browser, gateway.address)
    const answered = async (count: number): Promise<void> => {
      await opened.page.locator('.june .time').nth(0).waitFor()
      await expect.poll(() => opened.page.locator('.june:not([aria-busy])').count()).toBe(count)
      await state(opened.page, 'idle')
    }
    return {...opened, engines, gateway, answered, [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose]()}
  }

  it('shows buttons where June asks, which the keyboard reaches; they are gone once one is pressed', async () => {
    const {answer, done} = askingFirst(question)
    await using at = await open({answer})
    const {page, answered, faults} = at
    await write(page, 'Write to Bob')
    await answered(1)
    const group = page.getByRole('group', {name: question.question})
    expect(await group.getByRole('button').allTextContents()).toEqual(['Yes', 'No'])
    await group.getByRole('button', {name: 'Yes'}).focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await answered(2)
    expect(await bubble(page, 'you').textContent()).toBe('No')
    expect(await bubble(page, 'june').textContent()).toBe('Then I leave it.')
    expect(done).toEqual([false])
    expect(await group.count()).toBe(0)
    expect(faults).toEqual([])
  })

  it('names what an answer leans on', async () => {
    const sources = [
      {id: 'd1', name: 'Handbook', page: 12},
      {id: 'd2', name: 'Notes'},
    ]
    await using at = await open({answer: () => ['Two years.', {kind: 'answer', text: '', sources}]})
    await write(at.page, 'How long?')
    await at.answered(1)
    expect(await at.page.locator('.sources').textContent()).toBe('From: Handbook, p. 12; Notes')
  })

  it('is louder and softer when June says so', async () => {
    const actions = {
      softer: {kind: 'volume', step: -1},
      half: {kind: 'volume', level: 0.5},
    } as const
    await using at = await open({
      answer: ({text}) => {
        const action = actions[text as keyof typeof actions]
        return [`${text}.`, ...(action ? [{kind: 'answer', text: '', action} as const] : [])]
      },
    })
    const {page, answered} = at
    // Looked at where the sound leaves: the gain of the page.
    await page.evaluate(`(() => {
      globalThis.gains = []
      const {connect} = AudioNode.prototype
      AudioNode.prototype.connect = function (to) {
        if (to instanceof GainNode) globalThis.gain = to
        return connect.call(this, to)
      }
    })()`)
    const gain = async () => Number(Number(await page.evaluate('globalThis.gain?.gain.value')).toFixed(2))
    for (const [n, [text, expected]] of Object.entries([
      ['hello', 1],
      ['softer', 0.8],
      ['softer', 0.6],
      ['half', 0.5],
    ] as const)) {
      await write(page, text)
      await answered(Number(n) + 1)
      expect([text, await gain()]).toEqual([text, expected])
    }
  })

  it('stops when June says so, however much there is to play', async () => {
    const minutes = new Float32Array(16_000 * 120)
    await using at = await open(
      {answer: ['Quiet. ', {kind: 'answer', text: '', action: {kind: 'stop'}}]},
      ({tts, ...engines}) => ({
        ...engines,
        tts: {
          ...tts,
          async *synthesize(text, options) {
            if (text === 'Quiet.') yield {pcm: minutes, sampleRate: 16_000}
            else yield* tts.synthesize(text, options)
          },
        },
      }),
    )
    await write(at.page, 'stop')
    await at.answered(1)
    expect(await bubble(at.page, 'june').textContent()).toBe('Quiet. ')
  })

  it('shows and speaks a reminder once, also where it comes again', async () => {
    const {mind, trace, remind} = scriptedMind()
    await using at = await open({mind, answer: ['Yes.']})
    const {page, played, answered} = at
    await write(page, 'remind me')
    await answered(1)
    const before = (await played()).length
    remind(reminder('r1', 'Tea is ready.'))
    await page.locator('.reminder').waitFor()
    expect(await bubble(page, 'june').textContent()).toBe('Tea is ready.')
    await expect.poll(async () => (await played()).length).toBe(before + 1)
    await expect.poll(() => trace.delivered).toEqual(['r1'])
    // As after a restart before it was noted as delivered.
    remind(reminder('r1', 'Tea is ready.'))
    remind(reminder('r2', 'Coffee too.'))
    await expect.poll(() => trace.delivered).toEqual(['r1', 'r1', 'r2'])
    expect(await page.locator('.reminder .bubble').allTextContents()).toEqual(['Tea is ready.', 'Coffee too.'])
  })

  it('gets a reminder that became due while no page was open', async () => {
    const {mind, trace} = scriptedMind({due: [reminder('r9', 'Call Ada.')]})
    await using at = await open({mind})
    await at.page.locator('.reminder').waitFor()
    await expect.poll(() => trace.delivered).toEqual(['r9'])
    expect(at.faults).toEqual([])
  })

  it('lists what June knows, and corrects and erases it', async () => {
    const facts = {'web:local': [factOf('f1', 'Lives in Lyon.'), factOf('f2', 'Likes tea.')]}
    const {mind, trace} = scriptedMind({facts})
    await using at = await open({mind})
    const {page, faults} = at
    await page.getByText('Options').click()
    await page.getByRole('button', {name: 'What June knows'}).click()
    const items = page.locator('#facts li > p:first-child')
    await expect.poll(() => items.allTextContents()).toEqual(['Lives in Lyon.', 'Likes tea.'])

    await page.getByRole('button', {name: 'Correct: Lives in Lyon.'}).click()
    await page.getByLabel('What is right').fill('Lives in Rome.')
    await page.keyboard.press('Enter')
    await expect.poll(() => items.allTextContents()).toEqual(['Lives in Rome.', 'Likes tea.'])

    await page.getByRole('button', {name: 'Erase: Likes tea.'}).click()
    await expect.poll(() => items.allTextContents()).toEqual(['Lives in Rome.'])

    await page.getByRole('button', {name: 'Forget everything'}).click()
    await page.getByRole('button', {name: 'Keep it'}).click()
    expect(trace.erased).toEqual([])
    await page.getByRole('button', {name: 'Forget everything'}).click()
    await page.getByRole('button', {name: 'Forget everything'}).click()
    await page.getByText('June has forgotten everything.').waitFor()
    expect(trace.erased).toEqual(['web:local'])

    // Space and Escape belong to the dialog now.
    await page.keyboard.press(' ')
    expect(await page.locator('body').getAttribute('data-state')).toBe('idle')
    await page.keyboard.press('Escape')
    expect(await page.locator('#memory').isVisible()).toBe(false)
    expect(faults).toEqual([])
  })

  it('says why nothing is known', async () => {
    await using at = await open({lacks: ['the database does not answer']})
    await at.page.getByText('Options').click()
    await at.page.getByRole('button', {name: 'What June knows'}).click()
    await at.page.getByText('June remembers nothing beyond a conversation: the database does not answer.').waitFor()
  })
})
