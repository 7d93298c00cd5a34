import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {readConfig} from '@essence/core/config/read'
import {openEngines} from '@essence/core/engines/open'
import {editDistance} from '@essence/core/kit/nearest'
import type {TextToSpeech} from '@essence/core/tts/port'
import type {Browser, Page} from 'playwright-core'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {openGateway} from '../../gateway/test/open-gateway.ts'
import {browserMissing, openBrowser, openPage, skipNote} from './browser.ts'

const question = 'good morning, how are you today'
const rate = 48_000

/** 1 for the same letters in the same order, 0 for nothing in common. */
const similarity = (a: string, b: string): number => {
  const [left, right] = [a, b].map(text =>
    text
      .toLowerCase()
      .replace(/[^a-z]+/g, ' ')
      .trim(),
  )
  return 1 - editDistance(left ?? '', right ?? '') / Math.max(left?.length ?? 0, right?.length ?? 0, 1)
}

/** The question as the test voice says it, in a WAV file at the rate browsers record. */
const speak = async (tts: TextToSpeech, path: string): Promise<number> => {
  async function* spoken() {
    // Chunks are brought to the rate of the first: silence, which also keeps the first word from being cut.
    yield {pcm: new Float32Array(rate / 4), sampleRate: rate}
    for await (const {pcm, sampleRate} of tts.synthesize(question)) yield {pcm, sampleRate}
  }
  const file = await encodeToBytes(spoken(), 'wav')
  await writeFile(path, file)
  return file.length / 2 / rate
}

describe.skipIf(browserMissing)(`a voice in the browser, with the engines that come with Essence${skipNote}`, () => {
  let folder: string
  let gateway: Awaited<ReturnType<typeof openGateway>>
  let browser: Browser
  let seconds: number

  beforeAll(async () => {
    folder = temporaryFolder()
    const {settings} = await readConfig({flags: {STT_THREADS: 1, STT_DEVICE: 'cpu'}})
    const engines = await openEngines(settings, {check: false})
    gateway = await openGateway(engines)
    seconds = await speak(engines.tts, join(folder, 'question.wav'))
    browser = await openBrowser(join(folder, 'question.wav'))
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.service.close()
  })

  const times = (page: Page) => page.locator('.june .time').allTextContents()

  it('is heard, answered, and answered aloud', async () => {
    const {page, played, requests, faults} = await openPage(browser, gateway.address)
    await page.getByText('This is a demonstration.').waitFor()

    await page.getByRole('button', {name: 'Talk', exact: true}).click()
    await page.waitForSelector('body[data-state=listening]')
    await expect.poll(() => page.locator('#clock').textContent(), {timeout: 30_000}).toMatch(clockFrom(seconds + 0.5))
    await page.getByRole('button', {name: 'Send what you said'}).click()
    await page.locator('.june .time').first().waitFor()
    const playedSeconds = async () => (await played()).reduce((sum, clip) => sum + clip.length / clip.sampleRate, 0)
    await expect.poll(playedSeconds, {timeout: 30_000}).toBeGreaterThan(0.5)

    const heard = await page.locator('.you .bubble').textContent()
    expect(similarity(heard ?? '', question), `heard "${heard}"`).toBeGreaterThan(0.7)
    expect((await page.locator('.june .bubble').textContent())?.length).toBeGreaterThan(5)
    const clips = await played()
    expect(new Set(clips.map(clip => clip.sampleRate))).toEqual(new Set([22_050]))
    expect(Math.max(...clips.map(clip => clip.level))).toBeGreaterThan(0.01)
    const stages = (await times(page)).map(text => text.replace(/ [\d.]+ m?s$/, ''))
    expect(stages).toEqual(['decode', 'recognition', 'first token', 'first audio', 'total', 'stop speaking → sound'])
    expect(requests.filter(url => !url.startsWith(`${gateway.address}/`))).toEqual([])
    expect(faults).toEqual([])
  })

  it('also answers what is written, aloud', async () => {
    const {page, played} = await openPage(browser, gateway.address)
    await page.getByLabel('Message').fill('What can you do?')
    await page.keyboard.press('Enter')
    await page.locator('.june .time').first().waitFor()
    await expect.poll(played, {timeout: 30_000}).not.toHaveLength(0)
    expect((await page.locator('.june .bubble').textContent())?.length).toBeGreaterThan(5)
    expect(Math.max(...(await played()).map(clip => clip.level))).toBeGreaterThan(0.01)
    expect(await times(page)).toEqual(expect.arrayContaining([expect.stringMatching(/^send → sound /)]))
  })
})

/** Matches the page's clock from so many seconds on, up to nine. */
const clockFrom = (seconds: number): RegExp => new RegExp(`^0:0[${Math.ceil(seconds)}-9]$`)
