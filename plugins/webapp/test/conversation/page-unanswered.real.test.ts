import {EssenceError} from '@essence/core/kit/errors'
import {describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {openGateway} from '../../../gateway/test/open-gateway.ts'
import {answered, browserMissing, openPage, silent, skipNote, state, useBrowser, write} from '../browser.ts'

describe.skipIf(browserMissing)(`what is written and not answered at once${skipNote}`, () => {
  const browser = useBrowser()

  it('keeps a message that failed, and tries it again', async () => {
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
    const {page} = await openPage(browser(), gateway.address, {prepare: silent})
    await write(page, 'go')
    const alert = page.getByRole('alert')
    await alert.getByText('The model stopped.').waitFor()
    expect(await alert.locator('code').textContent()).toBe('essence doctor')
    fails = false
    await alert.getByRole('button', {name: 'Try again'}).click()
    await answered(page, 1)
    expect(await page.locator('.message .bubble').allTextContents()).toEqual(['go', 'Better.'])
  })

  it('brings back what has no answer when the page is opened again, until it has one', async () => {
    const never = Promise.withResolvers<string>()
    await using gateway = await openGateway(
      scriptedEngines({answer: ({text}) => (text.endsWith('?') ? never.promise : ['Here.'])}),
    )
    const {page} = await openPage(browser(), gateway.address, {prepare: silent})
    const said = page.locator('.message .bubble')
    await write(page, 'is it stopped?')
    await state(page, 'thinking')
    await page.keyboard.press('Escape')
    await state(page, 'idle')
    await write(page, 'are you there!')
    await answered(page, 1)
    await write(page, 'is it left?')
    await state(page, 'thinking')
    await page.reload()
    await page.getByText('not answered').first().waitFor()
    // What was answered is with June, who remembers nothing here.
    expect(await said.allTextContents()).toEqual(['is it stopped?', 'is it left?'])
    never.resolve('At last.')
    await page.getByRole('button', {name: 'Try again'}).first().click()
    await answered(page, 1)
    await page.reload()
    await page.getByText('not answered').waitFor()
    expect(await said.allTextContents()).toEqual(['is it left?'])
  })

  it('tries again by itself while June is busy, and says how many come before', async () => {
    const first = Promise.withResolvers<string>()
    await using gateway = await openGateway(
      scriptedEngines({answer: ({text}) => (text === 'first' ? first.promise : [`${text}!`])}),
      {queue: {maxTurns: 1, maxWaiting: 1, maxWaitingPerPerson: 1}},
    )
    const opened = [0, 1, 2].map(() => openPage(browser(), gateway.address))
    const [one, two, three] = (await Promise.all(opened)).map(({page}) => page)
    if (!one || !two || !three) throw new Error('There are no three pages.')
    await write(one, 'first')
    await state(one, 'thinking')
    await write(two, 'second')
    await two.getByRole('status').getByText('You are next…').waitFor()
    await write(three, 'third')
    await three
      .getByRole('status')
      .getByText(/June is busy\. Trying again in \d+ second/)
      .waitFor()
    first.resolve('first!')
    await three.getByText('third!').waitFor()
    expect(await three.locator('.error').count()).toBe(0)
    await two.getByText('second!').waitFor()
  })

  it('interrupts an answer that is spoken by what is written next', async () => {
    const {answer, ended} = longAnswer()
    await using gateway = await openGateway(scriptedEngines({answer}))
    const {page, played} = await openPage(browser(), gateway.address)
    await write(page, 'a story')
    await state(page, 'speaking')
    await write(page, 'enough')
    await ended
    await page.getByText('Fine.').waitFor()
    await page.getByText('stopped').waitFor()
    await state(page, 'idle')
    const before = (await played()).length
    await page.waitForTimeout(300)
    expect((await played()).length).toBe(before)
  })
})

/** A story without an end; anything after it is answered at once. */
const longAnswer = () => {
  const ended = Promise.withResolvers<void>()
  let turns = 0
  const answer = async function* ({signal}: {signal?: AbortSignal | undefined}): AsyncGenerator<string> {
    if (++turns > 1) return yield 'Fine.'
    yield 'Once upon a time. There was a '
    await new Promise(resolve => signal?.addEventListener('abort', resolve))
    ended.resolve()
  }
  return {answer, ended: ended.promise}
}
