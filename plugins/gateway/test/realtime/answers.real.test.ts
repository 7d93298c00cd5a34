import {describe, expect, it} from 'vitest'
import {join, openaiClient, openRealtime, realtimeEngines, speech, typesOf, written} from './open-realtime.ts'

describe('answers of the Realtime API', () => {
  it('come in the order of OpenAI, with ids that fit together', async () => {
    await using gateway = await openRealtime(realtimeEngines({answer: ['Half past ten. ', 'Time for tea.']}))
    using client = await join(gateway.address)
    const [created] = await client.until('session.created')
    expect(created).toMatchObject({
      event_id: expect.stringMatching(/^event_/),
      session: {type: 'realtime', model: 'june'},
    })
    client.send(written('what time is it'))
    const [added] = await client.until('conversation.item.done')
    client.send({type: 'response.create'})
    const told = await client.until('response.done')
    expect(typesOf(told).filter((type, at, all) => type !== all[at - 1])).toEqual([
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'response.content_part.added',
      'response.output_audio_transcript.delta',
      'response.output_audio.delta',
      'response.output_audio_transcript.delta',
      'response.output_audio.delta',
      'response.output_audio.done',
      'response.output_audio_transcript.done',
      'response.content_part.done',
      'response.output_item.done',
      'conversation.item.done',
      'response.done',
    ])
    const done = told.at(-1)?.['response'] as {id: string; output: {id: string}[]}
    expect(done).toMatchObject({
      status: 'completed',
      output: [{role: 'assistant', status: 'completed', content: [{transcript: 'Half past ten. Time for tea.'}]}],
    })
    const item = (added as {item?: {id: string}}).item?.id
    expect(told[2]).toMatchObject({previous_item_id: item, item: {id: done.output[0]?.id}})
    const bytes = told
      .filter(({type}) => type === 'response.output_audio.delta')
      .reduce((sum, {delta}) => sum + Buffer.from(delta as string, 'base64').length, 0)
    // Two sentences of 100 ms, at 24 kHz.
    expect(bytes / 48).toBeCloseTo(200, 0)
  })

  it('follow what is spoken, of which the transcript is told', async () => {
    await using gateway = await openRealtime(realtimeEngines({heard: 'good morning', answer: ['And to you.']}))
    using client = await join(gateway.address)
    for (const event of speech) client.send(event)
    const told = await client.until('response.done')
    const order = typesOf(told).filter(type => !type.includes('transcription.delta'))
    expect(order.slice(0, 7)).toEqual([
      'session.created',
      'input_audio_buffer.speech_started',
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      'conversation.item.input_audio_transcription.completed',
    ])
    const ids = told.flatMap(({type, item_id}) => (type.startsWith('input_audio') ? [item_id] : []))
    expect(new Set(ids).size).toBe(1)
    expect(told.find(({type}) => type.endsWith('transcription.completed'))).toMatchObject({
      item_id: ids[0],
      transcript: 'good morning',
    })
  })

  it('carry what June leans on, asks, does and took, beside the metadata of the client', async () => {
    const confirmation = {id: 'c1', question: 'Delete the list?', expiresAt: new Date('2030-01-01')}
    const sources = [{id: 's1', name: 'Manual', page: 3}]
    const action = {kind: 'volume', step: 1} as const
    const answer = ['Delete the list?', {kind: 'answer', text: '', confirmation, sources, action}] as const
    await using gateway = await openRealtime(realtimeEngines({answer}))
    using client = await join(gateway.address)
    client.send(written('delete it'))
    client.send({type: 'response.create', response: {metadata: {topic: 'list', action: 'mine'}}})
    const told = await client.until('response.done')
    expect(told.find(({type}) => type === 'response.created')).toMatchObject({
      response: {metadata: {topic: 'list', action: 'mine'}},
    })
    const {metadata} = (told.at(-1)?.['response'] ?? {}) as {metadata: Record<string, string>}
    expect(metadata).toMatchObject({topic: 'list', action: 'mine', sources: JSON.stringify(sources)})
    expect(JSON.parse(metadata['confirmation'] ?? '')).toEqual({
      ...{id: 'c1', question: 'Delete the list?', expiresAt: '2030-01-01T00:00:00.000Z', yes: 'Yes', no: 'No'},
    })
    expect(JSON.parse(metadata['times'] ?? '')).toMatchObject({totalMs: expect.any(Number), ttfaMs: expect.any(Number)})
    // The bare model leans on nothing and asks nothing.
    using bare = await join(gateway.address, '?model=mock')
    bare.send(written('hello'))
    bare.send({type: 'response.create'})
    const [done] = (await bare.until('response.done')).slice(-1)
    expect(done).toMatchObject({response: {metadata: null}})
  })

  it('belong to a session of that name, as docs/own-data.md has it', async () => {
    const engines = realtimeEngines({answer: ['Hello.']})
    await using gateway = await openRealtime(engines)
    const sessionOf = async (query: string, headers: Record<string, string> = {}) => {
      using client = await join(gateway.address, query, headers)
      client.send(written('hello'))
      client.send({type: 'response.create'})
      const [{session}] = (await client.until('response.done')) as unknown as [{session: {id: string}}]
      return {id: session.id, name: engines.trace.requests.at(-1)?.session}
    }
    const unnamed = await sessionOf('')
    expect(unnamed.name).toBe(`realtime:${unnamed.id}`)
    expect((await sessionOf('?conversation=kitchen')).name).toBe('web:kitchen')
    const headers = {'x-june-session': 'attic'}
    const {name} = await sessionOf('', headers)
    expect(name).toMatch(/^openai:[0-9a-f]{32}$/)
    await fetch(`${gateway.address}/v1/chat/completions`, {
      method: 'POST',
      headers: {...headers, 'content-type': 'application/json'},
      body: JSON.stringify({model: 'june', messages: [{role: 'user', content: 'hello'}]}),
    })
    expect(engines.trace.requests.at(-1)?.session).toBe(name)
  })

  it('are had by the openai package', async () => {
    await using gateway = await openRealtime(realtimeEngines({answer: ['Half past ten.']}))
    const client = await openaiClient(gateway.address)
    client.send({type: 'session.update', session: {type: 'realtime', output_modalities: ['text']}})
    client.send({
      type: 'conversation.item.create',
      item: {type: 'message', role: 'user', content: [{type: 'input_text', text: 'what time is it'}]},
    })
    client.send({type: 'response.create'})
    let text = ''
    client.on('response.output_text.delta', ({delta}) => {
      text += delta
    })
    await new Promise((resolve, reject) => {
      client.on('response.done', resolve)
      client.on('error', reject)
    })
    expect(text).toBe('Half past ten.')
    client.close()
  })
})
