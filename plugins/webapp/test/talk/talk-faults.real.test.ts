import {EssenceError} from '@essence/core/kit/errors'
import type {Page} from 'playwright-core'
import {describe, expect, it} from 'vitest'
import {freePort} from '../../../../test/kit/free-port.ts'
import {startCutProxy} from '../../../../test/peers/cut-proxy.ts'
import {join, openRealtime, realtimeEngines, slowlySpoken} from '../../../gateway/test/realtime/open-realtime.ts'
import {browserMissing, bubble, skipNote, state, useBrowser, write} from '../browser.ts'
import {openTalkPage, passedStates} from './talk-page.ts'

/** Sentences of 2 s each, 100 ms a word. */
const story = Array.from(
  {length: 3},
  (_, n) => `This is sentence number ${n} and it goes on and on and on until everybody has had more than enough.`,
).join(' ')

/** The session that the page has, from what it is told. */
const sessionOf = (page: Page): Promise<string> =>
  new Promise(resolve => {
    page.on('websocket', socket =>
      socket.on('framereceived', ({payload}) => {
        const event = JSON.parse(String(payload))
        if (event.type === 'session.created') resolve(event.session.id)
      }),
    )
  })

describe.skipIf(browserMissing)(`talking in the page when something goes wrong${skipNote}`, () => {
  const browser = useBrowser()

  const portOf = (address: string): number => Number(new URL(address).port)

  it.each(['cut', 'freeze'] as const)('goes on where it was after the network was lost: %s', async how => {
    await using gateway = await openRealtime(slowlySpoken({heard: 'tell me a story', answer: [story]}))
    const proxy = await startCutProxy(portOf(gateway.address))
    const end = async (): Promise<void> => {
      await page.close()
      await proxy.close()
    }
    const {page, say, talk, givenMs} = await openTalkPage(browser(), `http://127.0.0.1:${proxy.port}`)
    await talk()
    await say()
    await state(page, 'speaking')
    await page.waitForTimeout(700)
    const passed = await passedStates(page)
    proxy[how]()
    await expect.poll(passed, {timeout: 20_000}).toContain('reconnecting')
    await state(page, 'listening')
    expect(await page.locator('.june .bubble').allTextContents()).toEqual([story])
    expect(Math.abs((await givenMs()) - 6000)).toBeLessThan(how === 'cut' ? 100 : 200)
    if (how === 'freeze') return end()
    // And what is said while there is no connection.
    await page.context().setOffline(true)
    await state(page, 'reconnecting')
    await say()
    await page.waitForTimeout(300)
    expect(await page.locator('.you').count()).toBe(1)
    await page.context().setOffline(false)
    await page.locator('.you').nth(1).waitFor()
    await state(page, 'speaking')
    expect(await page.locator('.message.error').count()).toBe(0)
    await end()
  })

  it('begins anew with the same conversation where June was started anew, and loses nothing that was said', async () => {
    const port = await freePort()
    const tellers = slowlySpoken({heard: 'tell me a story', answer: [story]})
    const first = await openRealtime(tellers, {port})
    const {page, say, talk, speak} = await openTalkPage(browser(), first.address)
    await talk()
    await say()
    await state(page, 'speaking')
    await page.waitForTimeout(800)
    await first.service.close()
    await state(page, 'reconnecting')
    const engines = slowlySpoken({heard: 'and another one', answer: ['Once upon a time.']})
    const second = await openRealtime(engines, {port})
    await page.getByText('her answer broke off').waitFor()
    await state(page, 'listening')
    expect(await bubble(page, 'june').textContent()).toMatch(/^This is sentence number 0/)
    // In the middle of what the person says.
    await speak(true)
    await state(page, 'hearing')
    await page.waitForTimeout(500)
    await second.service.close()
    await state(page, 'reconnecting')
    await page.waitForTimeout(500)
    await speak(false)
    const third = slowlySpoken({heard: 'and the whole of it', answer: ['Of course.']})
    await using _third = await openRealtime(third, {port})
    await page.getByText('What you said is sent again.').waitFor()
    await page.getByText('Of course.').waitFor()
    await state(page, 'listening')
    expect(await page.locator('.you .bubble').allTextContents()).toEqual(['tell me a story', 'and the whole of it'])
    // One conversation all the time.
    const sessions = [tellers, engines, third].flatMap(({trace}) => trace.requests.map(({session}) => session))
    expect(new Set(sessions).size).toBe(1)
  })

  it('asks again what was asked and not answered when June was started anew', async () => {
    const port = await freePort()
    const never = new Promise<void>(() => {})
    const first = await openRealtime(slowlySpoken({beforePiece: () => never}), {port})
    const {page, talk} = await openTalkPage(browser(), first.address)
    await talk()
    await write(page, 'what time is it')
    await state(page, 'thinking')
    await page.waitForTimeout(300)
    await first.service.close()
    await state(page, 'reconnecting')
    await using _second = await openRealtime(slowlySpoken({answer: ['Half past ten.']}), {port})
    await page.getByText('Half past ten.').waitFor()
    expect(await page.locator('.you').count()).toBe(1)
    expect(await page.locator('.message.error').count()).toBe(0)
  })

  it('ends where the conversation goes on in another tab', async () => {
    await using gateway = await openRealtime(slowlySpoken())
    const {page, talk} = await openTalkPage(browser(), gateway.address)
    const session = sessionOf(page)
    await talk()
    using _other = await join(gateway.address, `?session=${await session}`)
    await page.getByRole('alert').getByText('goes on in another tab').waitFor()
    await state(page, 'idle')
  })

  it('says that June is busy, and tries again', async () => {
    await using gateway = await openRealtime(slowlySpoken())
    const {page, say} = await openTalkPage(browser(), gateway.address)
    let refusals = 0
    await page.routeWebSocket('**/v1/realtime*', socket => {
      if (refusals++ === 0) void socket.close({code: 1008})
      else socket.connectToServer()
    })
    await page.route(
      '**/v1/realtime*',
      route => {
        const error = {code: 'ENGINE_BUSY', message: 'June is busy.', suggestions: []}
        return route.fulfill({status: 503, headers: {'retry-after': '1'}, json: {error}})
      },
      {times: 1},
    )
    await page.getByRole('button', {name: 'Talk', exact: true}).click()
    await page.getByText('June is busy. Trying again in 1 s').waitFor()
    await state(page, 'listening')
    await say()
    await state(page, 'speaking')
  })

  it('says what failed, and the next turn works', async () => {
    let fails = true
    await using gateway = await openRealtime(
      slowlySpoken({
        answer: () => {
          if (fails) throw new Error('broken')
          return 'Better.'
        },
      }),
    )
    const {page, say, talk} = await openTalkPage(browser(), gateway.address)
    await talk()
    await say()
    await page.getByRole('alert').waitFor()
    await state(page, 'listening')
    fails = false
    await say()
    await page.getByText('Better.').waitFor()
    expect(await page.locator('.message.error').count()).toBe(1)
  })

  it('shows what cannot be spoken, and says why', async () => {
    let fails = false
    const beforeSpeech = () => {
      if (fails) throw new EssenceError('VOICE_UNKNOWN', 'No such voice.')
    }
    await using gateway = await openRealtime(realtimeEngines({answer: ['It is. ', 'Fine.'], beforeSpeech}))
    fails = true
    const {page, say, talk} = await openTalkPage(browser(), gateway.address)
    await talk()
    await say()
    await page.getByText('Not spoken: No such voice.').waitFor()
    expect(await bubble(page, 'june').textContent()).toBe('It is. Fine.')
    await state(page, 'listening')
  })

  it('goes on with the usual microphone where the chosen one is gone, and back with it', async () => {
    await using gateway = await openRealtime(slowlySpoken())
    const prepare = `globalThis.plugged = ['desk', 'usb']
      navigator.mediaDevices.enumerateDevices = async () =>
        plugged.map(deviceId => ({deviceId, kind: 'audioinput', label: 'Microphone ' + deviceId}))
      globalThis.plug = ids => { plugged = ids; navigator.mediaDevices.dispatchEvent(new Event('devicechange')) }`
    const preferences = {talking: 'hands-free', speed: 1, volume: 1}
    const {page, say, talk} = await openTalkPage(browser(), gateway.address, {preferences, prepare})
    await talk()
    await page.getByRole('button', {name: 'How to talk'}).click()
    await page.getByLabel('Microphone', {exact: true}).selectOption({label: 'Microphone usb'})
    await expect.poll(() => page.evaluate('asked')).toEqual(['usual', 'usb'])
    await page.keyboard.press('Escape')
    await page.evaluate("plug(['desk'])")
    await page.getByText('June listens with the usual one.').waitFor()
    await page.evaluate("plug(['desk', 'usb'])")
    await page.getByText('The microphone you chose is back.').waitFor()
    expect(await page.evaluate('asked')).toEqual(['usual', 'usb', 'usual', 'usb'])
    await say()
    await state(page, 'speaking')
    // It is still chosen after a reload.
    await page.reload()
    await state(page, 'idle')
    await talk()
    expect(await page.evaluate('asked')).toEqual(['usb'])
  })
})
