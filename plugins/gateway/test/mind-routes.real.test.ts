// What a gateway shows of what June knows and does: over HTTP, as programs use it.
import {EssenceError} from '@essence/core/kit/errors'
import type {DueReminder, Reminder} from '@essence/core/tools/port'
import {describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../test/engines/scripted.ts'
import {askingFirst, factOf, scriptedMind} from '../../../test/engines/scripted-mind.ts'
import {allLines, type Line, linesOf, openGateway, postText} from './open-gateway.ts'

const json = async (response: Response) => ({status: response.status, body: await response.json()})

describe('what June knows', () => {
  const open = async () => {
    const scripted = scriptedMind({
      facts: {'web:local': [factOf('f1', 'Lives in Lyon.')], 'telegram:42': [factOf('f2', 'Is called Bob.')]},
    })
    const gateway = await openGateway(scriptedEngines({mind: scripted.mind}))
    const ask = (path = '', method = 'GET', body?: object) =>
      fetch(`${gateway.address}/api/memory${path}`, {
        method,
        ...(body ? {headers: {'content-type': 'application/json'}, body: JSON.stringify(body)} : {}),
      })
    return {...scripted, ask, [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose]()}
  }

  it('is listed, corrected and erased, and never another person’s', async () => {
    await using gateway = await open()
    const {ask, facts} = gateway
    expect(await json(await ask())).toEqual({
      status: 200,
      body: {facts: [{id: 'f1', text: 'Lives in Lyon.', provenance: 'said', validFrom: '2026-05-01T10:00:00.000Z'}]},
    })
    expect(await json(await ask('/f1', 'PATCH', {text: ' Lives in Rome. '}))).toMatchObject({
      ...{status: 200, body: {id: 'f1-2', text: 'Lives in Rome.'}},
    })
    expect(await json(await ask('/f2', 'DELETE'))).toMatchObject({status: 404, body: {error: {code: 'FACT_UNKNOWN'}}})
    expect((await ask('/f1-2', 'DELETE')).status).toBe(204)
    expect(facts['web:local']).toEqual([])
    expect((await ask('', 'DELETE')).status).toBe(204)
    expect(gateway.trace.erased).toEqual(['web:local'])
    expect(facts['telegram:42']).toHaveLength(1)
  })

  it.each([{}, {text: '  '}, {text: 'x', id: 'f2'}, {text: 'x'.repeat(1001)}])('is not changed to %j', async body => {
    await using gateway = await open()
    expect(await json(await gateway.ask('/f1', 'PATCH', body))).toMatchObject({
      status: 400,
      body: {error: {code: 'USAGE', message: expect.stringContaining('This is not a change of what June knows.')}},
    })
  })

  it('is nothing without a memory, and the answer says why', async () => {
    await using gateway = await openGateway(scriptedEngines({lacks: ['the database does not answer']}))
    const response = await fetch(`${gateway.address}/api/memory`)
    expect(await json(response)).toMatchObject({
      status: 503,
      body: {error: {message: 'June remembers nothing beyond a conversation: the database does not answer.'}},
    })
  })

  it('that cannot be read is no fault of the request', async () => {
    const {mind} = scriptedMind()
    const facts = () => Promise.reject(new EssenceError('STORE_UNAVAILABLE', 'The database does not answer.'))
    await using gateway = await openGateway(scriptedEngines({mind: {...mind, memory: {...mind.memory, facts}}}))
    expect((await fetch(`${gateway.address}/api/memory`)).status).toBe(503)
  })
})

describe('reminders', () => {
  const reminder = (change: Partial<DueReminder> = {}): DueReminder => ({
    ...{id: 'r1', channel: 'web', speaker: 'web:local', session: 'web:a', text: 'Tea.', language: 'en'},
    ...{dueAt: new Date(), ...change},
  })

  /** The events of a stream, as they come. */
  async function* eventsOf(response: Response): AsyncGenerator<Record<string, string>> {
    let rest = ''
    for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = (rest + part).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const data = /^event: reminder\ndata: (.*)$/.exec(block)?.[1]
        if (data) yield JSON.parse(data)
      }
    }
  }

  it('come as events with their sound, and are delivered once the page says so', async () => {
    const {mind, trace, remind} = scriptedMind()
    const engines = scriptedEngines({mind})
    await using gateway = await openGateway(engines)
    const stream = await fetch(`${gateway.address}/api/reminders?session=a`)
    expect(stream.headers.get('content-type')).toBe('text/event-stream')
    remind(reminder())
    const {value} = await eventsOf(stream).next()
    expect(value).toMatchObject({id: 'r1', text: 'Tea.', mime: 'audio/wav'})
    expect(Buffer.from(value?.['audio'] ?? '', 'base64').toString('latin1', 0, 4)).toBe('RIFF')
    expect(engines.trace.spoken.at(-1)).toMatchObject({text: 'Tea.', options: {language: 'en'}})
    expect(trace.delivered).toEqual([])
    expect((await fetch(`${gateway.address}/api/reminders/r1`, {method: 'DELETE'})).status).toBe(204)
    await expect.poll(() => trace.delivered).toEqual(['r1'])
  })

  it('wait until a page is open, say when they were due, and come again while none has shown them', async () => {
    const {mind, trace} = scriptedMind({due: [reminder({dueAt: new Date('2026-01-05T13:05:00Z')})]})
    await using gateway = await openGateway(scriptedEngines({mind}), {timeZone: 'Europe/Berlin'})
    for (const session of ['a', 'b']) {
      const leave = new AbortController()
      const stream = await fetch(`${gateway.address}/api/reminders?session=${session}`, {signal: leave.signal})
      const {value} = await eventsOf(stream).next()
      expect(value?.['text']).toMatch(/^This was due: January 5 at 2:05\sPM\. Tea\.$/)
      leave.abort()
    }
    expect(trace.delivered).toEqual([])
  })

  it('are shown where they cannot be spoken', async () => {
    const {mind} = scriptedMind({due: [reminder()]})
    const beforeSpeech = (text: string): void => {
      if (text === 'Tea.') throw new EssenceError('ENGINE_FAILED', 'Hoarse.')
    }
    await using gateway = await openGateway(scriptedEngines({mind, beforeSpeech}))
    const {value} = await eventsOf(await fetch(`${gateway.address}/api/reminders?session=a`)).next()
    expect(value).toEqual({id: 'r1', text: 'Tea.', dueAt: expect.any(String)})
  })

  it('hold up no stop of the service', async () => {
    const {mind} = scriptedMind({due: [reminder()]})
    await using gateway = await openGateway(scriptedEngines({mind}))
    const stream = await fetch(`${gateway.address}/api/reminders?session=a`)
    const events = eventsOf(stream)
    await events.next()
    const deadline = new AbortController().signal
    const quiet = gateway.health.drain(deadline)
    await gateway.service.drain(deadline, quiet)
    expect(await events.next()).toEqual({done: true, value: undefined})
  })

  it('of no conversation are refused', async () => {
    await using gateway = await openGateway(scriptedEngines())
    for (const query of ['', '?session=../etc']) {
      expect(await json(await fetch(`${gateway.address}/api/reminders${query}`))).toMatchObject({
        status: 400,
        body: {error: {message: expect.stringContaining('This is not a conversation.')}},
      })
    }
  })
})

describe('reminders to come', () => {
  const pending = (id: string, speaker: string): Reminder => ({
    ...{id, speaker, session: 'web:a', channel: 'web', kind: 'reminder', text: `Tea ${id}.`},
    dueAt: new Date('2026-05-01T10:00:00Z'),
  })

  it('are listed and cancelled, and never another person’s', async () => {
    const {mind, pending: left} = scriptedMind({
      pending: [pending('r1', 'web:local'), pending('r2', 'web:local'), pending('r3', 'telegram:42')],
    })
    await using gateway = await openGateway(scriptedEngines({mind}))
    const ask = (path = '', method = 'GET') => fetch(`${gateway.address}/api/reminders/pending${path}`, {method})
    const shown = (id: string) => ({
      ...{id, kind: 'reminder', text: `Tea ${id}.`, channel: 'web', due_at: '2026-05-01T10:00:00.000Z'},
    })
    expect(await json(await ask())).toEqual({status: 200, body: {reminders: [shown('r1'), shown('r2')]}})
    // One that is gone, or another's, is no fault: it does not come to the caller either way.
    for (const id of ['r1', 'r1', 'r3']) expect((await ask(`/${id}`, 'DELETE')).status).toBe(204)
    expect(left.map(({id}) => id)).toEqual(['r2', 'r3'])
  })

  it('are none without a memory, and the answer says why', async () => {
    await using gateway = await openGateway(scriptedEngines({lacks: ['the database does not answer']}))
    expect(await json(await fetch(`${gateway.address}/api/reminders/pending`))).toMatchObject({
      status: 503,
      body: {error: {code: 'STORE_UNAVAILABLE', message: expect.stringContaining('the database does not answer')}},
    })
  })
})

describe('a turn', () => {
  it('has at its end what it asks, with the words of the buttons, and takes the decision', async () => {
    const question = {id: 'c1', question: 'Soll ich die Nachricht an Bob wirklich senden?', expiresAt: new Date(0)}
    const {answer, done} = askingFirst(question, () => -1)
    const engines = scriptedEngines({answer})
    await using gateway = await openGateway(engines)
    const asked = await allLines(await postText(gateway.address, {text: 'Schreib Bob', session: 'a', speak: false}))
    expect(asked.at(-1)).toMatchObject({
      confirmation: {...question, expiresAt: '1970-01-01T00:00:00.000Z', yes: 'Ja', no: 'Nein'},
    })
    const decision = {confirmation: 'c1', accepted: true}
    const said = await allLines(await postText(gateway.address, {text: 'Ja', session: 'a', decision}))
    expect(said.at(-1)).toMatchObject({text: 'It is done.'})
    expect(done).toEqual([true])
    expect(engines.trace.requests).toMatchObject([
      {channel: 'web', written: true},
      {channel: 'web', written: false, decision, speaker: 'web:local', session: 'web:a'},
    ])
  })

  it('looks only at the documents that are named, in the body or beside sound', async () => {
    const engines = scriptedEngines()
    await using gateway = await openGateway(engines)
    await allLines(await postText(gateway.address, {text: 'a', documents: ['d1', 'd2']}))
    expect(engines.trace.requests).toMatchObject([{documents: ['d1', 'd2']}])
    const bad = await postText(gateway.address, {text: 'a', documents: 'd1'})
    expect(bad.status).toBe(400)
  })

  it('says a word when its answer takes its time, in a line of its own', async () => {
    const begins = Promise.withResolvers<void>()
    const engines = scriptedEngines({answer: ['Done.'], beforePiece: () => begins.promise})
    await using gateway = await openGateway(engines, {leadInMs: 1})
    const lines: Line[] = []
    for await (const line of linesOf(await postText(gateway.address, {text: 'a', language: 'de'}))) {
      lines.push(line)
      if (line.type === 'leadIn') begins.resolve()
    }
    expect(lines[0]).toMatchObject({type: 'leadIn', text: 'Einen Moment.', mime: 'audio/wav', durationMs: 100})
    expect(lines.at(-1)).toMatchObject({
      type: 'done',
      text: 'Done.',
      audioMs: 100,
      times: {leadInMs: expect.any(Number)},
    })
  })
})

describe('DELETE /api/session', () => {
  it('waits for engines that are being loaded, and forgets for the owner', async () => {
    const forgotten: unknown[] = []
    const loaded = Promise.withResolvers<void>()
    const engines = scriptedEngines({forget: (...what) => void forgotten.push(what)})
    const where = Promise.withResolvers<string>()
    const gateway = openGateway(engines, {
      openEngines: async () => {
        await loaded.promise
        return engines
      },
      onListening: where.resolve,
    })
    const response = fetch(`${await where.promise}/api/session/a`, {method: 'DELETE'})
    await new Promise(resolve => setTimeout(resolve, 50))
    loaded.resolve()
    expect((await response).status).toBe(204)
    expect(forgotten).toEqual([['web:a', 'web:local']])
    await (await gateway)[Symbol.asyncDispose]()
  })

  it('says what is wrong with a name', async () => {
    await using gateway = await openGateway(scriptedEngines())
    expect(await json(await fetch(`${gateway.address}/api/session/a%2Fb`, {method: 'DELETE'}))).toMatchObject({
      status: 400,
      body: {error: {message: expect.stringMatching(/^This is not a conversation\. session:/)}},
    })
  })
})
