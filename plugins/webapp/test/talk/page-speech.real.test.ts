import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {readConfig} from '@essence/core/config/read'
import {openListening} from '@essence/core/engines/listening'
import {openEngines} from '@essence/core/engines/open'
import {editDistance} from '@essence/core/kit/nearest'
import type {TextToSpeech} from '@essence/core/tts/port'
import type {Browser} from 'playwright-core'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {openGateway} from '../../../gateway/test/open-gateway.ts'
import {browserMissing, openBrowser, openPage, skipNote, state} from '../browser.ts'

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
const speak = async (tts: TextToSpeech, path: string): Promise<void> => {
  async function* spoken() {
    // Chunks are brought to the rate of the first: silence, which also keeps the first word from being cut.
    yield {pcm: new Float32Array(rate / 4), sampleRate: rate}
    for await (const {pcm, sampleRate} of tts.synthesize(question)) yield {pcm, sampleRate}
  }
  await writeFile(path, await encodeToBytes(spoken(), 'wav'))
}

describe.skipIf(browserMissing)(`a voice in the browser, with the engines that come with Essence${skipNote}`, () => {
  let folder: string
  let gateway: Awaited<ReturnType<typeof openGateway>>
  let browser: Browser

  beforeAll(async () => {
    folder = temporaryFolder()
    const {settings} = await readConfig({flags: {STT_THREADS: 1, STT_DEVICE: 'cpu'}})
    const engines = await openEngines(settings, {check: false})
    gateway = await openGateway(engines, {openListening: () => openListening(settings)})
    await speak(engines.tts, join(folder, 'question.wav'))
    browser = await openBrowser(join(folder, 'question.wav'))
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.service.close()
  })

  it('is heard, answered, and answered aloud', async () => {
    const {page, requests, faults} = await openPage(browser, gateway.address, {prepare: noteSound})
    await page.getByRole('button', {name: 'Talk', exact: true}).click()
    await page.locator('.you .bubble').waitFor({timeout: 60_000})
    await state(page, 'speaking')
    await state(page, 'listening')
    const heard = await page.locator('.you .bubble').first().textContent()
    expect(similarity(heard ?? '', question), `heard "${heard}"`).toBeGreaterThan(0.7)
    expect((await page.locator('.june .bubble').first().textContent())?.length).toBeGreaterThan(5)
    const {ms, loudest} = (await page.evaluate('given')) as {ms: number; loudest: number}
    expect(ms).toBeGreaterThan(500)
    expect(loudest).toBeGreaterThan(0.05)
    expect(requests.filter(url => !url.startsWith(`${gateway.address}/`))).toEqual([])
    expect(faults.filter(fault => !fault.startsWith('Failed to load'))).toEqual([])
  })
})

/** Runs in the page: notes what it is given to play. */
const noteSound = `globalThis.given = {ms: 0, loudest: 0}
  const {postMessage} = MessagePort.prototype
  MessagePort.prototype.postMessage = function (data, ...more) {
    if (data instanceof Float32Array) {
      given.ms += data.length / 24
      given.loudest = Math.max(given.loudest, ...data)
    }
    postMessage.call(this, data, ...more)
  }`
