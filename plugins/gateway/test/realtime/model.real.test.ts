import {EssenceError} from '@essence/core/kit/errors'
import {describe, expect, it} from 'vitest'
import {join, openRealtime, realtimeEngines, speech, typesOf, written} from './open-realtime.ts'
import {scriptedModel} from './scripted-model.ts'

const message = (role: string, type: string, text: string) => ({
  type: 'conversation.item.create',
  item: {type: 'message', role, content: [{type, text}]},
})

describe('the bare model over the Realtime API', () => {
  it('reads instructions and items, and what is said next', async () => {
    const {model, asked} = scriptedModel((_, turn) => `Answer ${turn}.`)
    await using gateway = await openRealtime(realtimeEngines({heard: 'and then'}, model))
    using client = await join(gateway.address, '?model=mock')
    client.send({type: 'session.update', session: {type: 'realtime', instructions: 'Be brief.', max_output_tokens: 50}})
    client.send(message('system', 'input_text', 'The person is Ann.'))
    client.send(written('hello'))
    client.send({type: 'response.create'})
    const told = await client.until('response.done')
    expect(told.at(-1)).toMatchObject({
      response: {status: 'completed', usage: {input_tokens: 7, output_tokens: 3, total_tokens: 10}},
    })
    expect(asked[0]).toMatchObject({
      messages: [
        {role: 'system', content: 'Be brief.\n\nThe person is Ann.'},
        {role: 'user', content: 'hello'},
      ],
      options: {maxTokens: 50},
    })
    for (const event of speech) client.send(event)
    await client.until('response.done')
    expect(asked[1]?.messages.slice(1)).toEqual([
      {role: 'user', content: 'hello'},
      {role: 'assistant', content: 'Answer 1.'},
      {role: 'user', content: 'and then'},
    ])
    for (const event of speech) client.send(event)
    await client.until('response.done')
    // What was spoken before is one of the messages, and not there twice.
    expect(asked[2]?.messages.slice(3).map(({content}) => content)).toEqual(['and then', 'Answer 2.', 'and then'])
  })

  it('calls functions of the client, which gives back what came of them', async () => {
    const {model, asked} = scriptedModel(messages =>
      messages.at(-1)?.role === 'tool'
        ? `It is ${messages.at(-1)?.content}.`
        : {call: 'weather', arguments: {place: 'Rome'}},
    )
    await using gateway = await openRealtime(realtimeEngines({}, model))
    using client = await join(gateway.address, '?model=mock')
    const tools = [{type: 'function', name: 'weather', parameters: {type: 'object', properties: {}}}]
    client.send({type: 'session.update', session: {type: 'realtime', tools, output_modalities: ['text']}})
    client.send(written('weather in Rome?'))
    client.send({type: 'response.create'})
    const told = await client.until('response.done')
    expect(typesOf(told).slice(typesOf(told).indexOf('response.created'))).toEqual([
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'conversation.item.done',
      'response.done',
    ])
    expect(told.at(-1)).toMatchObject({
      response: {output: [{type: 'function_call', name: 'weather', call_id: 'call_1', arguments: '{"place":"Rome"}'}]},
    })
    const item = {type: 'function_call_output', call_id: 'call_1', output: 'sunny'}
    client.send({type: 'conversation.item.create', item})
    client.send({type: 'response.create'})
    expect((await client.until('response.done')).at(-1)).toMatchObject({
      response: {output: [{content: [{type: 'output_text', text: 'It is sunny.'}]}]},
    })
    expect(asked[1]?.messages.slice(-2)).toMatchObject([
      {role: 'assistant', toolCalls: [{id: 'call_1', name: 'weather'}]},
      {role: 'tool', content: 'sunny', toolCallId: 'call_1', name: 'weather'},
    ])
  })

  it('answers beside the conversation, from other input, and leaves no trace of it', async () => {
    const {model, asked} = scriptedModel((_, turn) => `Answer ${turn}.`)
    await using gateway = await openRealtime(realtimeEngines({}, model))
    using client = await join(gateway.address, '?model=mock')
    client.send(written('hello'))
    const [, added] = await client.until('conversation.item.added')
    const {id} = (added as unknown as {item: {id: string}}).item
    client.send({
      type: 'response.create',
      response: {
        ...{conversation: 'none', output_modalities: ['text'], instructions: 'Classify.', metadata: {topic: 'kind'}},
        input: [{type: 'item_reference', id}],
      },
    })
    const told = await client.until('response.done')
    expect(told.at(-1)).toMatchObject({response: {conversation_id: null, metadata: {topic: 'kind'}}})
    expect(typesOf(told)).not.toContain('conversation.item.added')
    expect(asked[0]?.messages).toEqual([
      {role: 'system', content: 'Classify.'},
      {role: 'user', content: 'hello'},
    ])
    client.send({type: 'response.create', response: {output_modalities: ['text']}})
    await client.until('response.done')
    expect(asked[1]?.messages).toEqual([{role: 'user', content: 'hello'}])
  })

  it('fails in a turn, says so, and answers the next one', async () => {
    const {model} = scriptedModel((_, turn) => {
      if (turn === 1) throw new Error('the card fell out')
      return 'Back again.'
    })
    await using gateway = await openRealtime(realtimeEngines({}, model))
    using client = await join(gateway.address, '?model=mock')
    client.send(written('hello'))
    client.send({type: 'response.create'})
    const told = await client.until('error')
    expect(told.at(-2)).toMatchObject({
      type: 'response.done',
      response: {status: 'failed', status_details: {type: 'failed', error: {type: 'server_error'}}},
    })
    expect(JSON.stringify(told)).not.toContain('the card fell out')
    client.send({type: 'response.create'})
    expect((await client.until('response.done')).at(-1)).toMatchObject({response: {status: 'completed'}})
  })

  it('goes on as text where the voice fails, and says so', async () => {
    const fail = (text: string) => {
      if (text.startsWith('Half past')) throw new EssenceError('ENGINE_FAILED', 'The voice broke.')
    }
    await using gateway = await openRealtime(realtimeEngines({answer: ['Half past ten.'], beforeSpeech: fail}))
    using client = await join(gateway.address)
    client.send(written('what time is it'))
    client.send({type: 'response.create'})
    const told = await client.until('error')
    expect(told.at(-1)).toMatchObject({error: {message: 'The voice broke.'}})
    expect(told.at(-2)).toMatchObject({
      response: {status: 'completed', output: [{content: [{transcript: 'Half past ten.'}]}]},
    })
  })

  it('forgets the oldest where the conversation has become longer than it can read', async () => {
    const {model, asked} = scriptedModel(() => 'Yes.')
    const short = {...model, promptTokens: () => 12}
    await using gateway = await openRealtime(realtimeEngines({}, short))
    using client = await join(gateway.address, '?model=mock')
    client.send({
      type: 'session.update',
      session: {type: 'realtime', instructions: 'Be brief.', output_modalities: ['text']},
    })
    for (const text of ['one two three four', 'five six seven eight', 'nine ten']) {
      client.send(written(text))
      client.send({type: 'response.create'})
      await client.until('response.done')
    }
    const last = asked.at(-1)?.messages ?? []
    expect(last[0]).toMatchObject({role: 'system', content: 'Be brief.'})
    expect(last[1]).toMatchObject({role: 'user'})
    expect(last.map(({content}) => content).join(' ')).not.toContain('one two')
    expect(last.at(-1)).toMatchObject({role: 'user', content: 'nine ten'})
  })
})
