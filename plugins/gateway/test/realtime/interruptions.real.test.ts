import {chatAssistant} from '@essence/core/assistant/chat-assistant'
import {describe, expect, it} from 'vitest'
import {append, join, openRealtime, slowlySpoken, speech, written} from './open-realtime.ts'
import {scriptedModel} from './scripted-model.ts'

const long = Array.from({length: 40}, (_, n) => `Sentence number ${n}.`).join(' ')

/** A client that June speaks to at length. */
const spokenTo = async (address: string, query = '?model=mock') => {
  const client = await join(address, query)
  client.send(written('tell me a story'))
  client.send({type: 'response.create'})
  const told = await client.until('response.output_audio.delta')
  const {item_id: item, response_id: response} = told.at(-1) as unknown as Record<string, string>
  return {client, item, response}
}

describe('an answer of the Realtime API', () => {
  it('ends where the client cancels it', async () => {
    await using gateway = await openRealtime(slowlySpoken({}, scriptedModel(() => long).model))
    const {client, response} = await spokenTo(gateway.address)
    using _ = client
    client.send({type: 'response.cancel', response_id: 'resp_another', event_id: 'one'})
    expect((await client.until('error')).at(-1)).toMatchObject({
      error: {code: 'response_cancel_not_active', event_id: 'one'},
    })
    client.send({type: 'response.cancel', response_id: response})
    expect((await client.until('response.done')).at(-1)).toMatchObject({
      response: {id: response, status: 'cancelled', status_details: {reason: 'client_cancelled'}},
    })
  })

  it('is cut at what was heard, and so the model remembers it', async () => {
    const {model, asked} = scriptedModel(() => long)
    await using gateway = await openRealtime(slowlySpoken({}, model))
    const {client, item} = await spokenTo(gateway.address)
    using _ = client
    let heardMs = 0
    while (heardMs < 500) {
      const delta = (await client.until('response.output_audio.delta')).at(-1)?.['delta'] as string
      heardMs += Buffer.from(delta, 'base64').length / 48
    }
    client.send({type: 'conversation.item.truncate', item_id: item, content_index: 0, audio_end_ms: 250})
    const told = await client.until('conversation.item.truncated')
    expect(told.at(-1)).toMatchObject({item_id: item, audio_end_ms: 250})
    expect(told.find(({type}) => type === 'response.done')).toMatchObject({response: {status: 'cancelled'}})
    client.send({type: 'conversation.item.retrieve', item_id: item})
    const retrieved = (await client.until('conversation.item.retrieved')).at(-1)
    const {transcript} = (retrieved as unknown as {item: {content: [{transcript: string}]}}).item.content[0]
    // Each word lasts 100 ms.
    expect(long.startsWith(transcript)).toBe(true)
    expect([2, 3]).toContain(transcript.split(' ').length)
    client.send(written('go on'))
    client.send({type: 'response.create', response: {output_modalities: ['text']}})
    await client.until('response.done')
    expect(asked.at(-1)?.messages.at(-2)).toEqual({role: 'assistant', content: transcript})
    client.send({type: 'conversation.item.truncate', item_id: item, content_index: 0, audio_end_ms: 60_000})
    expect((await client.until('error')).at(-1)).toMatchObject({error: {param: 'audio_end_ms'}})
  })

  it('is remembered by June as far as the client says it was heard, also after she was stopped', async () => {
    const {model, asked} = scriptedModel(() => long)
    const engines = slowlySpoken({}, model)
    engines.assistant = chatAssistant(model, {systemPrompt: ''})
    await using gateway = await openRealtime(engines)
    const {client, item} = await spokenTo(gateway.address, '')
    using _ = client
    let heardMs = 0
    while (heardMs < 1000) {
      const delta = (await client.until('response.output_audio.delta')).at(-1)?.['delta'] as string
      heardMs += Buffer.from(delta, 'base64').length / 48
    }
    client.send({type: 'response.cancel'})
    await client.until('response.done')
    client.send({type: 'conversation.item.truncate', item_id: item, content_index: 0, audio_end_ms: 250})
    client.send(written('go on'))
    client.send({type: 'response.create', response: {output_modalities: ['text']}})
    await client.until('response.done')
    const remembered = asked.at(-1)?.messages.at(-2)
    expect(remembered?.role).toBe('assistant')
    // Each word lasts 100 ms.
    expect(['Sentence number', 'Sentence number 0.']).toContain(remembered?.content)
  })

  it('is interrupted by the person, and what they say is answered', async () => {
    const {model, asked} = scriptedModel((_, turn) => (turn === 1 ? long : 'Then not.'))
    await using gateway = await openRealtime(slowlySpoken({heard: 'no I want another story please'}, model))
    const {client, response} = await spokenTo(gateway.address)
    using _ = client
    for (const event of [append(1500), ...speech]) client.send(event)
    const told = await client.until('response.done')
    expect(told.at(-1)).toMatchObject({
      response: {id: response, status: 'cancelled', status_details: {reason: 'turn_detected'}},
    })
    expect((await client.until('response.done')).at(-1)).toMatchObject({
      response: {status: 'completed', output: [{content: [{transcript: 'Then not.'}]}]},
    })
    const heard = asked.at(-1)?.messages.at(-2)?.content ?? ''
    expect(heard.length).toBeLessThan(long.length)
    expect(long.startsWith(heard)).toBe(true)
  })

  it('is not asked for twice at once', async () => {
    await using gateway = await openRealtime(slowlySpoken({}, scriptedModel(() => long).model))
    const {client} = await spokenTo(gateway.address)
    using _ = client
    client.send({type: 'response.create', event_id: 'again'})
    expect((await client.until('error')).at(-1)).toMatchObject({
      error: {code: 'conversation_already_has_active_response', event_id: 'again'},
    })
  })
})
