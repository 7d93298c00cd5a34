import {describe, expect, it} from 'vitest'
import {allLines, postText} from '../../../gateway/test/open-gateway.ts'
import {openRealtime, realtimeEngines, slowlySpoken} from '../../../gateway/test/realtime/open-realtime.ts'
import {browserMissing, bubble, skipNote, state, tellFigure, useBrowser, write} from '../browser.ts'
import {openTalkPage, passedStates} from './talk-page.ts'

/** Sentences of 2 s each, 100 ms a word. */
const story = Array.from(
  {length: 3},
  (_, n) => `This is sentence number ${n} and it goes on and on and on until everybody has had more than enough.`,
).join(' ')
const button = {preferences: {talking: 'push-to-talk', speed: 1, volume: 1}}

describe.skipIf(browserMissing)(`talking in the page${skipNote}`, () => {
  const browser = useBrowser()

  it('hands-free: shows who has the word, and what is said', async () => {
    const thought = Promise.withResolvers<void>()
    await using gateway = await openRealtime(
      slowlySpoken({
        heard: 'good morning',
        answer: ['And to you. ', 'Fine weather.'],
        beforePiece: () => thought.promise,
      }),
    )
    const opened = await openTalkPage(browser(), gateway.address)
    const {page, say, talk, speak} = opened
    const passed = await passedStates(page)
    await talk()
    await speak(true)
    await state(page, 'hearing')
    await speak(false)
    await state(page, 'thinking')
    expect(await bubble(page, 'you').textContent()).toBe('good morning')
    thought.resolve()
    await state(page, 'speaking')
    await state(page, 'listening')
    expect(await bubble(page, 'june').textContent()).toBe('And to you. Fine weather.')
    expect(await page.locator('.not-heard').count()).toBe(0)
    const states = await passed()
    expect(states.slice(0, 6)).toEqual(['idle', 'opening', 'listening', 'hearing', 'thinking', 'speaking'])
    // On a busy machine sound may run out between sentences.
    expect([...new Set(states.slice(5))]).toEqual(['speaking', 'listening'])
    await say()
    await state(page, 'speaking')
    await page.getByRole('button', {name: 'End the conversation'}).click()
    await state(page, 'idle')
    expect(opened.faults).toEqual([])
  })

  it('an interruption is silence at once; what was not heard is grey', async () => {
    await using gateway = await openRealtime(slowlySpoken({heard: 'that is enough of it', answer: [story]}))
    const {page, say, talk, speak, silentMs} = await openTalkPage(browser(), gateway.address)
    await talk()
    await say()
    await state(page, 'speaking')
    // In the middle of a sentence.
    await page.waitForTimeout(200)
    await speak(true)
    await state(page, 'hearing')
    await page.waitForTimeout(300)
    expect(await silentMs()).toBeGreaterThan(200)
    const grey = page.locator('.june .not-heard').first()
    const whole = await page.locator('.june .bubble').first().textContent()
    expect((await grey.textContent())?.length).toBeGreaterThan(5)
    expect(whole).toMatch(/^This is sentence number 0/)
    await speak(false)
    // She answers what interrupted her.
    await state(page, 'speaking')
    expect(await page.locator('.you').count()).toBe(2)
  })

  it('a cough lets her go on', async () => {
    let heard = 'tell me a story'
    const engines = slowlySpoken({answer: [story]})
    engines.stt.recognize = async audio => ({text: heard, segments: [], language: 'en', audioMs: audio.length / 16})
    await using gateway = await openRealtime(engines)
    const {page, say, talk, givenMs} = await openTalkPage(browser(), gateway.address)
    await talk()
    // Nor does one while she is silent count.
    heard = ''
    const passed = await passedStates(page)
    await say(300)
    await state(page, 'hearing')
    await state(page, 'listening')
    heard = 'tell me a story'
    await say()
    await state(page, 'speaking')
    heard = ''
    await page.waitForTimeout(500)
    await say(300)
    await state(page, 'listening')
    expect(await passed()).toEqual([
      'listening',
      'hearing',
      'listening',
      'hearing',
      'thinking',
      'speaking',
      'listening',
    ])
    expect(await bubble(page, 'june').textContent()).toBe(story)
    expect(await page.locator('.you').count()).toBe(1)
    expect(Math.abs((await givenMs()) - 6000)).toBeLessThan(100)
  })

  it('a moment without sound is not the end of an answer, however late the page hears of either', async () => {
    const thought = Promise.withResolvers<void>()
    await using gateway = await openRealtime(
      slowlySpoken({
        heard: 'good morning',
        answer: ['And a very good morning to you all. Now ', 'the weather is fine.'],
        beforePiece: index => (index === 1 ? thought.promise : undefined),
      }),
    )
    const {page, say, talk, silentMs} = await openTalkPage(browser(), gateway.address)
    await talk()
    await say()
    await state(page, 'speaking')
    await expect.poll(silentMs).toBeGreaterThan(300)
    const passed = await passedStates(page)
    // The rest of the answer and its end come while the page can do nothing.
    const busy = page.evaluate('for (const until = performance.now() + 2000; performance.now() < until; );')
    thought.resolve()
    await busy
    await state(page, 'listening')
    await expect.poll(silentMs).toBeGreaterThan(300)
    expect(await passed()).toEqual(['speaking', 'listening'])
  })

  it('push-to-talk: sends what is said while the button or Space is held, and interrupts', async () => {
    await using gateway = await openRealtime(slowlySpoken({heard: 'what time is it', answer: [story]}))
    const opened = await openTalkPage(browser(), gateway.address, button)
    const {page, talk, speak, silentMs} = opened
    await talk('ready')
    // What is said while nothing is held is not for June.
    await speak(true)
    await page.waitForTimeout(800)
    await speak(false)
    expect(await page.locator('.you').count()).toBe(0)
    await page.getByRole('button', {name: 'Hold to talk'}).hover()
    await page.mouse.down()
    await state(page, 'hearing')
    await page.waitForTimeout(700)
    await page.mouse.up()
    await state(page, 'speaking')
    expect(await bubble(page, 'you').textContent()).toBe('what time is it')
    await page.waitForTimeout(600)
    await page.keyboard.down(' ')
    await state(page, 'hearing')
    await page.waitForTimeout(500)
    expect(await silentMs()).toBeGreaterThan(300)
    expect(await page.locator('.june .not-heard').count()).toBe(1)
    await page.keyboard.up(' ')
    await state(page, 'speaking')
    expect(await page.locator('.you').count()).toBe(2)
    await page.keyboard.press('Escape')
    await state(page, 'ready')
    // A slip of the finger.
    await page.keyboard.press(' ')
    await page.getByText('That was too short.').waitFor()
    expect(await page.locator('.message.error').count()).toBe(0)
    expect(opened.faults).toEqual([])
  })

  it('push-to-talk shows the words while it is held, and takes back what is not sent', async () => {
    await using gateway = await openRealtime(slowlySpoken({heard: 'what time is it', answer: ['Noon.']}))
    const {page, talk, speak} = await openTalkPage(browser(), gateway.address, button)
    await talk('ready')
    await page.keyboard.down(' ')
    await speak(true)
    await bubble(page, 'you').getByText('what time is', {exact: true}).waitFor()
    expect(await page.evaluate('document.body.dataset.state')).toBe('hearing')
    await page.keyboard.up(' ')
    await speak(false)
    await page.locator('.june').waitFor()
    expect(await bubble(page, 'you').textContent()).toBe('what time is it')
    await state(page, 'ready')
    // What was begun is nothing where it is not sent.
    await page.keyboard.down(' ')
    await speak(true)
    await page.locator('.you').nth(1).waitFor()
    await page.getByRole('button', {name: 'How to talk'}).click()
    await page.getByLabel('all the time').check()
    await speak(false)
    await expect.poll(() => page.locator('.you').count()).toBe(1)
  })

  it('shows the place in the line while others are answered', async () => {
    const answered = Promise.withResolvers<void>()
    const engines = slowlySpoken({
      heard: 'good morning',
      answer: ({text}) => (text === 'first' ? answered.promise.then(() => 'First.') : 'And to you.'),
    })
    await using gateway = await openRealtime(engines, {queue: {maxTurns: 1}})
    const first = postText(gateway.address, {text: 'first', session: 'another', speak: false})
    await expect.poll(() => engines.trace.requests.length).toBe(1)
    const opened = await openTalkPage(browser(), gateway.address)
    const {page, say, talk} = opened
    await talk()
    await say()
    await state(page, 'queued')
    await page.getByText('June is busy. You are number 1 in line…').waitFor()
    answered.resolve()
    await state(page, 'speaking')
    await allLines(await first)
    await state(page, 'listening')
    expect(await bubble(page, 'june').textContent()).toBe('And to you.')
    expect(opened.faults).toEqual([])
  })

  it('says once what comes twice, as after a connection that was lost', async () => {
    await using gateway = await openRealtime(slowlySpoken({heard: 'good morning', answer: ['And to you. ', 'Fine.']}))
    const {page, say, talk, givenMs} = await openTalkPage(browser(), gateway.address)
    await page.routeWebSocket(/realtime/, ws => {
      const server = ws.connectToServer()
      server.onMessage(message => {
        ws.send(message)
        ws.send(message)
      })
    })
    await talk()
    await say()
    await page.locator('.june:not([aria-busy=true])').waitFor()
    await state(page, 'listening')
    expect(await bubble(page, 'june').textContent()).toBe('And to you. Fine.')
    expect(await bubble(page, 'you').textContent()).toBe('good morning')
    // Four words.
    expect(Math.abs((await givenMs()) - 400)).toBeLessThan(50)
  })

  it('goes on over another session where one has lasted as long as it may', async () => {
    await using gateway = await openRealtime(slowlySpoken({heard: 'good morning', answer: ['And to you.']}), {
      liveSessionMs: 63_000,
    })
    const opened = await openTalkPage(browser(), gateway.address)
    const {page, say, talk} = opened
    const sessions: string[] = []
    page.on('websocket', socket => sessions.push(socket.url()))
    await talk()
    await expect.poll(() => sessions.filter(url => url.includes('model=june')).length, {timeout: 20_000}).toBe(2)
    await state(page, 'listening')
    await say()
    await page.locator('.june:not([aria-busy=true])').waitFor()
    expect(await bubble(page, 'june').textContent()).toBe('And to you.')
    expect(await page.locator('.message.error').count()).toBe(0)
  })

  it('push-to-talk says so where there were no words', async () => {
    await using gateway = await openRealtime(slowlySpoken({heard: ''}))
    const {page, talk} = await openTalkPage(browser(), gateway.address, button)
    await talk('ready')
    await page.keyboard.down(' ')
    await page.waitForTimeout(600)
    await page.keyboard.up(' ')
    await page.getByText('June heard no words.').waitFor()
    await state(page, 'ready')
    expect(await page.locator('.bubble').count()).toBe(0)
  })

  it('is muted and stopped by keys', async () => {
    await using gateway = await openRealtime(slowlySpoken({heard: 'tell me a story', answer: [story]}))
    const {page, say, talk, silentMs} = await openTalkPage(browser(), gateway.address)
    await talk()
    await page.locator('body').click({position: {x: 500, y: 20}})
    await page.keyboard.press(' ')
    await state(page, 'muted')
    await say()
    await page.waitForTimeout(700)
    expect(await page.locator('.you').count()).toBe(0)
    // Held, it is for as long.
    await page.keyboard.down(' ')
    await state(page, 'listening')
    await say()
    await state(page, 'speaking')
    await page.keyboard.up(' ')
    await page.waitForTimeout(400)
    await page.keyboard.press('Escape')
    await state(page, 'muted')
    await page.waitForTimeout(200)
    expect(await silentMs()).toBeGreaterThan(100)
    expect(await page.locator('.june .not-heard').count()).toBe(1)
    expect(await page.locator('.message.error').count()).toBe(0)
    // Nothing is stopped where nothing is said.
    await page.keyboard.press('Escape')
    await page.waitForTimeout(200)
    expect(await page.locator('.message.error').count()).toBe(0)
  })

  it('is heard within 60 ms after the first bytes of June’s voice', async () => {
    await using gateway = await openRealtime(slowlySpoken({answer: ['Good morning.']}))
    const {page, say, talk} = await openTalkPage(browser(), gateway.address)
    await talk()
    for (let turn = 1; turn <= 3; turn++) {
      await say()
      await page
        .locator('.june:not([aria-busy=true])')
        .nth(turn - 1)
        .waitFor()
      await state(page, 'listening')
    }
    const taken = (await page.evaluate(
      "performance.getEntriesByName('sound-start').map(({duration}) => duration)",
    )) as number[]
    tellFigure(`first bytes of a voice to its sound: ${taken.map(ms => ms.toFixed(0)).join(', ')} ms`)
    expect(taken).toHaveLength(3)
    // On a machine that does other things as well.
    expect(Math.min(...taken)).toBeLessThanOrEqual(60)
    expect(Math.max(...taken)).toBeLessThanOrEqual(150)
  })

  it('shows what an answer leans on and asks, and does what it says', async () => {
    const confirmation = {id: 'c1', question: 'Delete the list?', expiresAt: new Date('2030-01-01')}
    const sources = [{id: 's1', name: 'Manual', page: 3}]
    const action = {kind: 'volume', step: -1} as const
    await using gateway = await openRealtime(
      slowlySpoken({answer: ['Delete the list?', {kind: 'answer', text: '', sources, confirmation, action}]}),
    )
    const {page, say, talk} = await openTalkPage(browser(), gateway.address)
    await talk()
    await say()
    await page.locator('.june').waitFor()
    const volume = () => page.evaluate("JSON.parse(localStorage.getItem('preferences')).state.volume")
    await expect.poll(volume).toBeCloseTo(0.8)
  })

  it('speaks as fast, hears in the language and talks the way that is preferred, also while it goes on', async () => {
    const engines = realtimeEngines({heard: 'guten Morgen'})
    await using gateway = await openRealtime(engines)
    const preferences = {talking: 'hands-free', speed: 1.5, volume: 1, language: 'en', voice: 'gone'}
    const {page, say, talk} = await openTalkPage(browser(), gateway.address, {preferences})
    await talk()
    await say()
    await page.locator('.june').waitFor()
    await state(page, 'listening')
    expect(engines.trace.spoken.at(-1)?.options.speed).toBe(1.5)
    expect(engines.trace.languages.at(-1)).toBe('en')
    await page.getByRole('button', {name: 'How to talk'}).click()
    await page.getByLabel('while the button is held').check()
    await state(page, 'ready')
  })

  it('writes meanwhile, which interrupts', async () => {
    await using gateway = await openRealtime(slowlySpoken({answer: ({text}) => `${text}. ${story}`}))
    const {page, talk} = await openTalkPage(browser(), gateway.address)
    await talk()
    await write(page, 'first')
    await state(page, 'speaking')
    await page.waitForTimeout(500)
    await write(page, 'second')
    await page.locator('.june', {hasText: 'second'}).waitFor()
    expect(await page.locator('.june .not-heard').count()).toBe(1)
    expect(await page.locator('.message.error').count()).toBe(0)
  })
})
