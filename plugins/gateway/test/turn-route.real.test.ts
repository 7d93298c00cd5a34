import {once} from 'node:events'
import {connect} from 'node:net'
import {setImmediate} from 'node:timers/promises'
import {toPcm16} from '@essence/core/audio/pcm'
import {EssenceError} from '@essence/core/kit/errors'
import {describe, expect, it} from 'vitest'
import {sine, wavOf} from '../../../test/audio/sounds.ts'
import {scriptedEngines} from '../../../test/engines/scripted.ts'
import {allLines, type Line, linesOf, openGateway, postText} from './open-gateway.ts'

/** A tone as a WAV file: 16-bit, mono, 16 kHz. */
const wav = (seconds = 1) => Buffer.from(wavOf(toPcm16(sine(400, seconds))))

const postAudio = (address: string, body: RequestInit['body'], query = '', type = 'audio/wav') =>
  fetch(`${address}/api/turn${query}`, {
    method: 'POST',
    headers: {'content-type': type},
    body,
    duplex: 'half',
  } as RequestInit)

const types = (lines: Line[]) => lines.map(line => line.type)

describe('POST /api/turn', () => {
  it('answers text with deltas, sentences, playable speech and the times, in that order', async () => {
    await using gateway = await openGateway(scriptedEngines({answer: ['It is. ', 'Fine.']}))
    const response = await postText(gateway.address, {text: 'how are you?', session: 'tab_1'})
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/x-ndjson')
    const lines = await allLines(response)
    expect(
      lines
        .filter(line => line.type === 'delta')
        .map(line => line['text'])
        .join(''),
    ).toBe('It is. Fine.')
    expect(lines.filter(line => line.type === 'sentence').map(line => line['speech'])).toEqual(['It is.', 'Fine.'])
    expect(lines.at(-1)).toMatchObject({type: 'done', text: 'It is. Fine.', times: {totalMs: expect.any(Number)}})
    const speech = lines.filter(line => line.type === 'speech')
    expect(speech.map(line => line['index'])).toEqual([0, 1])
    const clip = Buffer.from(String(speech[0]?.['audio']), 'base64')
    expect([clip.toString('latin1', 0, 4), clip.readUInt32LE(24), clip.length]).toEqual(['RIFF', 16_000, 44 + 3200])
    expect(speech[0]).toMatchObject({mime: 'audio/wav', durationMs: 100})
  })

  it('answers sound with its transcript first', async () => {
    await using gateway = await openGateway(scriptedEngines({heard: 'open the door'}))
    const lines = await allLines(await postAudio(gateway.address, wav()))
    expect(lines[0]).toMatchObject({type: 'transcript', text: 'open the door', audioMs: 1000})
    expect(types(lines)).toContain('speech')
    expect(lines.at(-1)?.type).toBe('done')
  })

  it('takes sound whose length is not known before', async () => {
    await using gateway = await openGateway(scriptedEngines())
    const file = wav(2)
    const body = new ReadableStream({
      pull(controller) {
        for (let i = 0; i < file.length; i += 5000) controller.enqueue(file.subarray(i, i + 5000))
        controller.close()
      },
    })
    const lines = await allLines(await postAudio(gateway.address, body, '', 'application/octet-stream'))
    expect(lines[0]).toMatchObject({type: 'transcript', audioMs: 2000})
  })

  it('sends each line when it happens, not at the end', async () => {
    const more = Promise.withResolvers<void>()
    await using gateway = await openGateway(
      scriptedEngines({
        async *answer() {
          yield 'First. And '
          await more.promise
          yield 'second.'
        },
      }),
    )
    const lines = linesOf(await postText(gateway.address, {text: 'go'}))
    const seen: string[] = []
    for await (const line of lines) {
      seen.push(line.type)
      // The assistant goes on only because we have heard the first sentence.
      if (line.type === 'speech') more.resolve()
    }
    expect(seen.filter(type => type === 'speech')).toHaveLength(2)
    expect(seen.at(-1)).toBe('done')
  })

  it('says nothing aloud when asked not to', async () => {
    await using gateway = await openGateway(scriptedEngines())
    expect(types(await allLines(await postText(gateway.address, {text: 'go', speak: false})))).not.toContain('speech')
    expect(types(await allLines(await postAudio(gateway.address, wav(), '?speak=false')))).not.toContain('speech')
  })

  it('gives the engines the session, and each request without one its own', async () => {
    const sessions: string[] = []
    await using gateway = await openGateway(
      scriptedEngines({
        answer: ({session}) => {
          sessions.push(session)
          return ['Yes.']
        },
      }),
    )
    await allLines(await postText(gateway.address, {text: 'a', session: 'mine'}))
    await allLines(await postAudio(gateway.address, wav(), '?session=mine'))
    await allLines(await postText(gateway.address, {text: 'b'}))
    await allLines(await postText(gateway.address, {text: 'c'}))
    expect(sessions.slice(0, 2)).toEqual(['web:mine', 'web:mine'])
    expect(new Set(sessions).size).toBe(3)
  })

  it.each(['de', 'pt-BR', 'pt-br', 'zh-Hans', 'es-419'])('takes the language %s', async language => {
    const languages: (string | undefined)[] = []
    await using gateway = await openGateway(
      scriptedEngines({
        answer: request => {
          languages.push(request.language)
          return ['Yes.']
        },
      }),
    )
    await allLines(await postText(gateway.address, {text: 'a', language}))
    expect(languages).toEqual([language])
  })

  it('cancels the turn when whoever asked goes away', async () => {
    const [asked, aborted] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    await using gateway = await openGateway(
      scriptedEngines({
        async *answer({signal}) {
          signal?.addEventListener('abort', () => aborted.resolve())
          asked.resolve()
          yield 'Once upon a time'
          await aborted.promise
          throw new EssenceError('CANCELLED', 'Cancelled.')
        },
      }),
    )
    const leave = new AbortController()
    const response = postText(gateway.address, {text: 'a story'}, {signal: leave.signal})
    await asked.promise
    await response
    leave.abort()
    await aborted.promise
    await gateway.service.drain(AbortSignal.timeout(10_000))
    expect(await gateway.metrics.registry.metrics()).toContain('june_turns_total{channel="web",result="cancelled"} 1')
  })

  it('cancels the turn when the sender leaves in the middle of the sound', async () => {
    await using gateway = await openGateway(scriptedEngines())
    const leave = new AbortController()
    const body = new ReadableStream({
      start: controller => controller.enqueue(wav(2).subarray(0, 20_000)),
      // Nothing more ever comes.
      pull: () => new Promise(() => {}),
    })
    const response = await fetch(`${gateway.address}/api/turn`, {
      method: 'POST',
      headers: {'content-type': 'audio/wav'},
      body,
      duplex: 'half',
      signal: leave.signal,
    } as RequestInit)
    leave.abort()
    await expect(response.text()).rejects.toThrow()
    await gateway.service.drain(AbortSignal.timeout(10_000))
    expect(await gateway.metrics.registry.metrics()).toContain('result="cancelled"} 1')
  })

  it('takes the slot from a client that stops sending, and from one that stops reading', async () => {
    let more = true
    const [asked, thought] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    await using gateway = await openGateway(
      scriptedEngines({
        async *answer({signal}) {
          asked.resolve()
          while (more && !signal?.aborted) yield 'x'.repeat(100_000)
        },
      }),
      {stallMs: 200, queue: {maxTurns: 1, maxWaiting: 0}},
    )
    const body = new ReadableStream({
      start: controller => controller.enqueue(wav(2).subarray(0, 20_000)),
      pull: () => new Promise(() => {}),
    })
    const [error] = await allLines(await postAudio(gateway.address, body))
    expect(error).toMatchObject({type: 'error', code: 'CANCELLED', message: expect.stringContaining('stood still')})

    const {hostname, port} = new URL(gateway.address)
    const deaf = connect(Number(port), hostname)
    const text = '{"text":"a","speak":false}'
    deaf.write(
      `POST /api/turn HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
    )
    deaf.pause()
    await asked.promise
    await expect
      .poll(async () => (await postText(gateway.address, {text: 'b', speak: false})).status, {timeout: 30_000})
      .toBe(200)
    more = false
    deaf.destroy()

    // But not from one that waits while June thinks.
    await using other = await openGateway(
      scriptedEngines({
        async *answer() {
          await thought.promise
          yield 'Thought.'
        },
      }),
      {stallMs: 200},
    )
    const patient = allLines(await postAudio(other.address, wav()))
    // Another connection's whole life, longer than the limit: the patient one would have been cut off before.
    const idle = connect(Number(new URL(other.address).port), hostname)
    idle.setTimeout(500)
    await once(idle, 'timeout')
    idle.destroy()
    thought.resolve()
    expect((await patient).at(-1)).toMatchObject({type: 'done'})
  })

  it('ends with an error line, with what to do, when an engine fails', async () => {
    await using gateway = await openGateway(
      scriptedEngines({
        async *answer() {
          yield 'Well'
          throw new EssenceError('ENGINE_FAILED', 'The model stopped.', {suggestions: ['Ask again.']})
        },
      }),
    )
    const lines = await allLines(await postText(gateway.address, {text: 'go'}))
    expect(lines.at(-1)).toEqual({
      type: 'error',
      code: 'ENGINE_FAILED',
      message: 'The model stopped.',
      suggestions: ['Ask again.'],
    })
  })

  it('keeps the text of an unexpected error to itself', async () => {
    await using gateway = await openGateway(
      scriptedEngines({
        answer: () => {
          throw new Error('postgres://june:secret@db')
        },
      }),
    )
    const text = await (await postText(gateway.address, {text: 'go'})).text()
    expect(text).toContain('"code":"BUG"')
    expect(text).not.toContain('secret')
  })

  it('says what is wrong with sound that is none', async () => {
    await using gateway = await openGateway(scriptedEngines())
    const [line] = await allLines(
      await postAudio(gateway.address, 'this is not sound, it only says so', '', 'audio/webm'),
    )
    expect(line).toMatchObject({type: 'error', code: 'AUDIO_UNREADABLE'})
  })

  it('refuses sound that is too large, whether it says so or not', async () => {
    await using gateway = await openGateway(scriptedEngines(), {maxAudioBytes: 20_000})
    const announced = await postAudio(gateway.address, wav())
    expect(announced.status).toBe(413)
    expect(await announced.json()).toMatchObject({error: {code: 'AUDIO_TOO_LARGE'}})
    const file = wav()
    const stream = new ReadableStream({
      pull(controller) {
        for (let i = 0; i < file.length; i += 4000) controller.enqueue(file.subarray(i, i + 4000))
        controller.close()
      },
    })
    expect((await allLines(await postAudio(gateway.address, stream))).at(-1)).toMatchObject({code: 'AUDIO_TOO_LARGE'})
    // The server is as good as before.
    expect((await allLines(await postAudio(gateway.address, wav(0.5)))).at(-1)?.type).toBe('done')
  })

  it('refuses sound that lasts too long', async () => {
    await using gateway = await openGateway(scriptedEngines(), {maxAudioMs: 1500})
    const lines = await allLines(await postAudio(gateway.address, wav(2)))
    expect(lines).toEqual([expect.objectContaining({type: 'error', code: 'AUDIO_TOO_LONG'})])
  })

  it('works on a bounded number of turns at once, and says when to come again', async () => {
    const end = Promise.withResolvers<void>()
    await using gateway = await openGateway(
      scriptedEngines({
        async *answer() {
          yield 'Wait'
          await end.promise
        },
      }),
      {queue: {maxTurns: 1, maxWaiting: 0}},
    )
    const first = await postText(gateway.address, {text: 'a'})
    const second = await postText(gateway.address, {text: 'b'})
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '2'])
    expect(await second.json()).toMatchObject({error: {code: 'ENGINE_BUSY'}})
    end.resolve()
    await allLines(first)
    await setImmediate()
    expect((await postText(gateway.address, {text: 'c', speak: false})).status).toBe(200)
  })

  it('forgets a conversation when asked, and takes no other path for one', async () => {
    const forgotten: string[] = []
    await using gateway = await openGateway(scriptedEngines({forget: session => void forgotten.push(session)}))
    const forget = async (name: string, headers = {}) =>
      (await fetch(`${gateway.address}/api/session/${name}`, {method: 'DELETE', headers})).status
    expect(await forget('tab_1')).toBe(204)
    expect(await forget('a%2Fb')).toBe(400)
    expect(await forget('tab_1', {origin: 'https://evil.example'})).toBe(403)
    expect(forgotten).toEqual(['web:tab_1'])
  })

  it.each([
    ['no text', {}],
    ['blank text', {text: '  '}],
    ['text that is too long', {text: 'x'.repeat(8001)}],
    ['a bad session', {text: 'a', session: '../etc'}],
    ['a session that is too long', {text: 'a', session: 'x'.repeat(65)}],
    ['a bad language', {text: 'a', language: 'Englisch'}],
    ['an unknown option', {text: 'a', loud: true}],
    ['a list', [1]],
  ])('refuses %s', async (_what, body) => {
    await using gateway = await openGateway(scriptedEngines())
    const response = await postText(gateway.address, body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ok: false, error: {code: 'USAGE'}})
  })

  it('refuses bad options of sound, broken JSON and bodies of other types', async () => {
    await using gateway = await openGateway(scriptedEngines())
    expect((await postAudio(gateway.address, wav(), '?session=a/b')).status).toBe(400)
    expect((await postAudio(gateway.address, wav(), '?speak=perhaps')).status).toBe(400)
    const post = (type: string, body: string) =>
      fetch(`${gateway.address}/api/turn`, {method: 'POST', headers: {'content-type': type}, body})
    expect((await post('application/json', '{"text":')).status).toBe(400)
    expect((await post('text/plain', '{"text": "a"}')).status).toBe(415)
    expect((await post('application/x-www-form-urlencoded', 'text=a')).status).toBe(415)
  })
})
