// A whole visit to the page on published models, with recordings of people: signs in, talks, is interrupted, coughs, loses the network,
// reloads, adds a document, corrects a memory, confirms a tool.
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {cough} from '@essence/core/proof/conversation/sounds'
import type {Browser, Page} from 'playwright-core'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {startCutProxy} from '../../../test/peers/cut-proxy.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {miniLM} from '../../../test/weights/published.ts'
import {openAccounts} from '../../gateway/test/people/open-accounts.ts'
import {missing, openWeights, recorded} from '../../gateway/test/realtime/on-weights.ts'
import {browserMissing, openBrowser, skipNote, write} from './browser.ts'

const skip = browserMissing ? skipNote : missing || miniLM.missing

const wav = async (pcm: Float32Array): Promise<string> => {
  async function* sound() {
    yield {pcm, sampleRate: 24_000}
  }
  return Buffer.from(await encodeToBytes(sound(), 'wav')).toString('base64')
}

let browser: Browser
let weights: Awaited<ReturnType<typeof openWeights>>
beforeAll(async () => {
  if (skip) return
  browser = await openBrowser()
  weights = await openWeights(40, {EMBEDDING_MODEL: miniLM.path})
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await weights?.close()
})

/** Runs in the page before its own code: `passes(state)` is whether it was in a state since the last that it was asked for and had been in. */
const passedScript = `
  let passed = []
  addEventListener('DOMContentLoaded', () => {
    const note = () => passed.push(document.body.dataset.state)
    new MutationObserver(note).observe(document.body, {attributeFilter: ['data-state']})
  })
  globalThis.passes = name => {
    const at = passed.indexOf(name)
    if (at >= 0) passed = passed.slice(at + 1)
    return at >= 0
  }`

/** Waits until the page is in a state. */
const state = async (page: Page, name: string): Promise<void> => {
  await page.waitForSelector(`body[data-state=${name}]`, {timeout: 60_000})
}

const bubbles = (page: Page, who: 'you' | 'june') => page.locator(`.message.${who} .bubble`)

it.skipIf(skip)(
  `a whole visit${skip}`,
  async () => {
    await using june = await openAccounts({dataDir: temporaryFolder(), host: '0.0.0.0', ...weights.gatewayParts()})
    await june.access.users.create({username: 'anna', password: 'correct horse'})
    const proxy = await startCutProxy(Number(new URL(june.address).port))
    // As high as all that is said: what is out of sight is not in the page.
    const page = await (await browser.newContext({viewport: {width: 1200, height: 3000}})).newPage()
    const faults: string[] = []
    page.on('pageerror', error => faults.push(error.message))
    await page.addInitScript({content: await readFile(join(import.meta.dirname, 'spoken-microphone.js'), 'utf8')})
    await page.addInitScript({content: passedScript})
    await page.goto(`http://127.0.0.1:${proxy.port}`)

    const [modern, surpassed, amiable, book, coughing] = await Promise.all([
      recorded('lj/LJ001-0002.flac').then(wav),
      recorded('lj/LJ001-0008.flac').then(wav),
      recorded('librivox/sense_and_sensibility_01_austen_64kb-0930.wav').then(wav),
      recorded('lj/LJ001-0007.flac').then(wav),
      wav(cough(3)),
    ])
    const say = (sound: string) => page.evaluate(`say("${sound}")`)
    const heard = (words: RegExp, times: number) =>
      expect.poll(() => bubbles(page, 'you').getByText(words).count(), {timeout: 60_000}).toBe(times)
    /** Waits until the page was in a state since the last one that was waited for, however short: an answer may be one word. */
    const passes = (name: string) => expect.poll(() => page.evaluate(`passes('${name}')`), {timeout: 60_000}).toBe(true)
    const speaks = () => passes('speaking')
    const listens = () => passes('listening')

    // Signs in.
    await page.getByLabel('Name').fill('anna')
    await page.getByLabel('Password').fill('correct horse')
    await page.keyboard.press('Enter')

    // Talks hands-free.
    await page.getByRole('button', {name: 'Talk', exact: true}).click()
    await listens()
    await say(modern)
    await heard(/comparatively modern/i, 1)
    await speaks()
    await listens()

    // Coughs: she goes on.
    await say(surpassed)
    await heard(/never been surpassed/i, 1)
    await speaks()
    await say(coughing)
    await listens()
    expect(await page.getByText('stopped', {exact: true}).count()).toBe(0)

    // Interrupts, with words that June cannot be saying herself: what was not heard is grey. An answer of one word is over before.
    const stopped = page.getByText('stopped', {exact: true})
    let times = 1
    for (const [sound, words] of [[amiable, /amiable/i] as const, [book, /earliest book/i] as const]) {
      times++
      await say(modern)
      await heard(/comparatively modern/i, times)
      await speaks()
      await say(sound)
      await heard(words, 1)
      await speaks()
      await listens()
      if ((await stopped.count()) > 0) break
    }
    expect(await stopped.count()).toBe(1)

    // Loses the network, and gets it back.
    proxy.cut()
    await passes('reconnecting')
    await listens()
    await say(modern)
    await heard(/comparatively modern/i, times + 1)
    await speaks()
    await listens()
    await page.getByRole('button', {name: 'End the conversation'}).click()
    await state(page, 'idle')

    // Reloads, and goes on.
    await page.reload()
    await heard(/comparatively modern/i, times + 1)
    await write(page, 'What time is it?')
    await bubbles(page, 'june')
      .getByText(/^It is \d/)
      .waitFor({timeout: 60_000})
    await state(page, 'idle')

    // Adds a document, and hears it cited.
    await page.getByRole('link', {name: 'What June knows'}).click()
    await page.getByRole('tab', {name: 'Documents'}).click()
    const buffer = Buffer.from('# The lighthouse\n\nThe lighthouse of Eddystone was built by Smeaton in 1759.')
    await page.locator('input[type=file]').setInputFiles({name: 'lighthouse.md', mimeType: 'text/markdown', buffer})
    await page.getByRole('list', {name: 'Documents'}).getByText('lighthouse.md').waitFor({timeout: 60_000})
    await page.goto(`http://127.0.0.1:${proxy.port}/#/`)
    const cited = page.getByText('From: lighthouse.md')
    // Cited is what she says as it stands there; so small a model does not always. Each time in a conversation of its own.
    for (let asked = 0; asked < 5 && (await cited.count()) === 0; asked++) {
      await page.getByRole('button', {name: 'New conversation'}).click()
      await write(page, 'Who built the lighthouse of Eddystone?')
      await page.locator('.june:not([aria-busy=true]) .bubble').first().waitFor({timeout: 60_000})
      await state(page, 'idle')
    }
    await cited.first().waitFor()

    // Corrects a memory.
    await write(page, 'Remember that I live in Lyon.')
    await bubbles(page, 'june').getByText('I will remember that.').waitFor({timeout: 60_000})
    await state(page, 'idle')
    await page.getByRole('link', {name: 'What June knows'}).click()
    await page.getByRole('button', {name: /^Correct: .*Lyon/}).click()
    await page.getByLabel('What is right').fill('Lives in Rome.')
    await page.getByRole('button', {name: 'Save', exact: true}).click()
    await page.getByText('Lives in Rome.').waitFor()

    // Confirms a tool.
    await page.goto(`http://127.0.0.1:${proxy.port}/#/`)
    await write(page, 'Forget everything.')
    await page.getByRole('button', {name: 'Yes', exact: true}).click({timeout: 60_000})
    await state(page, 'idle')
    await page.getByRole('link', {name: 'What June knows'}).click()
    await page.getByText('Nothing yet.').waitFor()
    expect(faults).toEqual([])
    await proxy.close()
  },
  600_000,
)
