import {setTimeout as delay} from 'node:timers/promises'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {join, openRealtime, realtimeEngines, sound, written} from './open-realtime.ts'

describe('what is no event', () => {
  it.each([
    ['{"type":', 'This frame is not JSON.', {code: 'invalid_json'}],
    ['[]', 'This frame is not a JSON object.', {code: 'invalid_json'}],
    [{}, 'There is no client event of the type none', {param: 'type', code: 'invalid_value'}],
    [{type: 'session.destroy'}, 'There is no client event of the type "session.destroy"', {param: 'type'}],
    [Buffer.from('binary'), 'Events are frames of text', {code: 'invalid_json'}],
    [{type: 'output_audio_buffer.clear'}, 'output_audio_buffer.clear is of WebRTC', {param: 'type'}],
    [{type: 'input_audio_buffer.append'}, 'audio: ', {param: 'audio'}],
    [{type: 'input_audio_buffer.append', audio: 'no!'}, 'not written in base64', {param: 'audio'}],
    [
      {type: 'conversation.item.retrieve', item_id: 'x'},
      'There is no item x',
      {code: 'item_not_found', param: 'item_id'},
    ],
    [{type: 'conversation.item.delete', item_id: 'x'}, 'There is no item x', {code: 'item_not_found'}],
    [
      {type: 'conversation.item.truncate', item_id: 'x', content_index: 0, audio_end_ms: 1},
      'There is no item x',
      {code: 'item_not_found'},
    ],
    [{...written('hello'), previous_item_id: 'x'}, 'There is no item x', {param: 'previous_item_id'}],
    [{type: 'conversation.item.create', item: {type: 'mcp_approval_response'}}, 'item.type', {param: 'item.type'}],
    [
      {
        type: 'conversation.item.create',
        item: {type: 'message', role: 'assistant', content: [{type: 'output_text', text: 'x'}]},
      },
      'The model june keeps the conversation herself',
      {param: 'item.role', code: 'unsupported_parameter'},
    ],
    [
      {
        type: 'conversation.item.create',
        item: {type: 'message', role: 'user', content: [{type: 'input_image', image_url: 'x'}]},
      },
      'no pictures are looked at',
      {param: 'item.content[0].type'},
    ],
    [{type: 'response.create'}, 'There is nothing to answer', {param: 'response'}],
    [
      {type: 'response.create', response: {conversation: 'none'}},
      'answers within the conversation',
      {param: 'response.conversation'},
    ],
    [{type: 'response.cancel'}, 'No such answer is under way', {code: 'response_cancel_not_active'}],
    [{type: 'session.update', session: {}}, 'realtime or transcription was expected', {param: 'session.type'}],
  ])('%j is refused by name, and the conversation goes on', async (event, message, named) => {
    await using gateway = await openRealtime(realtimeEngines({answer: ['Yes.']}))
    using client = await join(gateway.address)
    client.send(event)
    const error = (await client.until('error')).at(-1)?.['error'] as {message: string}
    expect(error).toMatchObject(named)
    expect(error.message).toContain(message)
    client.send(written('hello'))
    client.send({type: 'response.create', response: {output_modalities: ['text']}})
    expect((await client.until('response.done')).at(-1)).toMatchObject({response: {status: 'completed'}})
  })

  it('is too much sound at once, or an item there is already', async () => {
    await using gateway = await openRealtime()
    using client = await join(gateway.address)
    client.send({type: 'input_audio_buffer.append', audio: 'A'.repeat(21_000_000)})
    expect((await client.until('error')).at(-1)).toMatchObject({error: {code: 'audio_too_large', param: 'audio'}})
    const item = {type: 'message', role: 'user', id: 'mine', content: [{type: 'input_text', text: 'hello'}]}
    client.send({type: 'conversation.item.create', item})
    client.send({type: 'conversation.item.create', item})
    expect((await client.until('error')).at(-1)).toMatchObject({error: {code: 'item_create_duplicate_id'}})
    client.send({type: 'conversation.item.delete', item_id: 'mine'})
    expect((await client.until('conversation.item.deleted')).at(-1)).toMatchObject({item_id: 'mine'})
  })

  it('never ends the conversation, whatever it is', async () => {
    await using gateway = await openRealtime(realtimeEngines({answer: ['Yes.']}))
    using client = await join(gateway.address, '?model=mock')
    const names = [
      ...['session.update', 'input_audio_buffer.append', 'input_audio_buffer.commit', 'input_audio_buffer.clear'],
      ...[
        'conversation.item.create',
        'conversation.item.retrieve',
        'conversation.item.delete',
        'conversation.item.truncate',
      ],
      ...['response.create', 'response.cancel', 'output_audio_buffer.clear'],
    ]
    const fields = fc.dictionary(
      fc.constantFrom(
        'session',
        'item',
        'item_id',
        'response',
        'audio',
        'content_index',
        'audio_end_ms',
        'response_id',
        'previous_item_id',
      ),
      fc.oneof(
        fc.jsonValue(),
        fc.constantFrom(sound(50), sound(50, 0), 'mine', 0),
        fc.constantFrom<unknown>(
          {type: 'realtime', output_modalities: ['text']},
          {type: 'realtime', audio: {input: {turn_detection: null}}},
          {type: 'realtime', audio: {input: {format: {type: 'audio/pcmu'}}}},
          {type: 'message', id: 'mine', role: 'user', content: [{type: 'input_text', text: 'hello'}]},
          {type: 'function_call_output', call_id: 'none', output: 'nothing'},
          {output_modalities: ['text']},
          {conversation: 'none', input: [{type: 'item_reference', id: 'mine'}], output_modalities: ['text']},
        ),
      ),
    )
    const event = fc.oneof(
      fc.tuple(fc.constantFrom(...names), fields).map(([type, rest]) => JSON.stringify({...rest, type})),
      fc.json(),
      fc.string(),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(event, {maxLength: 30}), async events => {
        for (const one of events) client.send(one)
        client.send({type: 'conversation.item.retrieve', item_id: 'nothing at all', event_id: 'probe'})
        for (;;) {
          const told = await client.next()
          expect(told.type).not.toMatch(/^closed/)
          expect(JSON.stringify(told)).not.toContain('"code":"bug"')
          if ((told as {error?: {event_id?: string}}).error?.event_id === 'probe') break
        }
      }),
      {numRuns: 60},
    )
    await delay(0)
  })
})
