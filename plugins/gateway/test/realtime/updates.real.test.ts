import {describe, expect, it} from 'vitest'
import {append, join, openRealtime, realtimeEngines, sound, speech, typesOf, written} from './open-realtime.ts'
import {scriptedModel} from './scripted-model.ts'

const update = (session: object) => ({
  type: 'session.update',
  event_id: 'mine',
  session: {type: 'realtime', ...session},
})

describe('session.update', () => {
  it('is answered by the whole session as it is in force; what it does not name stays', async () => {
    await using gateway = await openRealtime()
    using client = await join(gateway.address)
    const [created] = await client.until('session.created')
    expect(created?.['session']).toMatchObject({
      ...{type: 'realtime', object: 'realtime.session', model: 'june', output_modalities: ['audio'], tools: []},
      ...{
        instructions: '',
        tool_choice: 'auto',
        max_output_tokens: 'inf',
        tracing: null,
        truncation: 'auto',
        prompt: null,
      },
      audio: {
        input: {
          format: {type: 'audio/pcm', rate: 24_000},
          noise_reduction: null,
          turn_detection: {type: 'semantic_vad', eagerness: 'auto', create_response: true, interrupt_response: true},
        },
        output: {format: {type: 'audio/pcm', rate: 24_000}, speed: 1},
      },
    })
    client.send(update({audio: {input: {turn_detection: {type: 'server_vad', threshold: 0.7}}}}))
    client.send(update({audio: {output: {format: {type: 'audio/pcmu'}, speed: 1.5, voice: 'tone'}}}))
    await client.until('session.updated')
    const [, updated] = [undefined, (await client.until('session.updated')).at(-1)]
    expect(updated?.['session']).toMatchObject({
      audio: {
        input: {
          format: {type: 'audio/pcm', rate: 24_000},
          turn_detection: {
            ...{type: 'server_vad', threshold: 0.7, prefix_padding_ms: 300, silence_duration_ms: 500},
            ...{idle_timeout_ms: null, create_response: true, interrupt_response: true},
          },
        },
        output: {format: {type: 'audio/pcmu'}, speed: 1.5, voice: 'tone'},
      },
    })
    client.send(update({audio: {input: {turn_detection: null}}}))
    expect((await client.until('session.updated')).at(-1)?.['session']).toMatchObject({
      audio: {input: {turn_detection: null}},
    })
  })

  it.each([
    [{instructions: 'Be a pirate.'}, 'session.instructions', 'unsupported_parameter'],
    [{tools: [{type: 'function', name: 'dance'}]}, 'session.tools', 'unsupported_parameter'],
    [{tools: [{type: 'mcp', server_label: 'x'}]}, 'session.tools[0].type', 'invalid_value'],
    [{type: 'transcription'}, 'session.type', 'invalid_value'],
    [{type: 'translation'}, 'session.type', 'invalid_value'],
    [{model: 'mock'}, 'session.model', 'invalid_value'],
    [{model: 'gpt-9'}, 'model', 'model_not_found'],
    [{prompt: {id: 'pmpt_1'}}, 'session.prompt', 'invalid_value'],
    [{include: ['item.input_audio_transcription.logprobs']}, 'session.include[0]', 'invalid_value'],
    [{temperature: 0.5}, 'session.temperature', 'unknown_parameter'],
    [{output_modalities: ['video']}, 'session.output_modalities[0]', 'invalid_value'],
    [{audio: {output: {voice: 'nobody'}}}, 'session.audio.output.voice', 'invalid_value'],
    [{audio: {output: {speed: 9}}}, 'session.audio.output.speed', 'invalid_value'],
    [{audio: {input: {format: {type: 'audio/pcm', rate: 16_000}}}}, 'session.audio.input.format.rate', 'invalid_value'],
    [{audio: {input: {format: {type: 'audio/opus'}}}}, 'session.audio.input.format.type', 'invalid_value'],
    [{audio: {input: {transcription: {model: 'wav2vec'}}}}, 'model', 'model_not_found'],
    [
      {audio: {input: {transcription: {language: 'tlh'}}}},
      'session.audio.input.transcription.language',
      'invalid_value',
    ],
    [
      {audio: {input: {turn_detection: {type: 'server_vad', threshold: 2}}}},
      'session.audio.input.turn_detection.threshold',
      'invalid_value',
    ],
  ])('is refused by name, and changes nothing: %j', async (session, param, code) => {
    await using gateway = await openRealtime()
    using client = await join(gateway.address)
    client.send(update(session))
    const [created, error] = await client.until('error')
    expect(error).toMatchObject({error: {type: expect.stringMatching(/_error$/), param, code, event_id: 'mine'}})
    client.send(update({}))
    expect((await client.until('session.updated')).at(-1)?.['session']).toEqual(created?.['session'])
  })

  it('takes effect while somebody speaks', async () => {
    await using gateway = await openRealtime(realtimeEngines({heard: 'good morning', answer: ['Hello.']}))
    using client = await join(gateway.address)
    client.send(append(500))
    await client.until('input_audio_buffer.speech_started')
    client.send(
      update({
        output_modalities: ['text'],
        audio: {input: {turn_detection: {type: 'server_vad', silence_duration_ms: 200}}},
      }),
    )
    for (const event of speech) client.send(event)
    expect((await client.until('response.done')).at(-1)).toMatchObject({
      response: {output: [{content: [{type: 'output_text', text: 'Hello.'}]}]},
    })
  })
})

describe('who speaks when', () => {
  it('is the client’s to say with turn_detection null: nothing happens before it commits, nor is answered before it asks', async () => {
    const engines = realtimeEngines({heard: 'good morning', answer: ({text}) => `You said ${text}.`})
    await using gateway = await openRealtime(engines)
    using client = await join(gateway.address)
    client.send(update({output_modalities: ['text'], audio: {input: {turn_detection: null}}}))
    client.send({type: 'input_audio_buffer.commit', event_id: 'early'})
    expect((await client.until('error')).at(-1)).toMatchObject({
      error: {code: 'input_audio_buffer_commit_empty', event_id: 'early'},
    })
    for (const event of speech) client.send(event)
    client.send({type: 'input_audio_buffer.clear'})
    expect(typesOf(await client.until('input_audio_buffer.cleared'))).toEqual(['input_audio_buffer.cleared'])
    client.send({type: 'input_audio_buffer.commit'})
    await client.until('error')
    for (const event of speech) client.send(event)
    client.send({type: 'input_audio_buffer.commit'})
    client.send({type: 'response.create'})
    const told = await client.until('response.done')
    expect(typesOf(told)).toContain('conversation.item.input_audio_transcription.completed')
    expect(told.at(-1)).toMatchObject({response: {output: [{content: [{text: 'You said good morning.'}]}]}})
    expect(engines.trace.requests).toHaveLength(1)
  })

  it('keeps apart what is committed in quick succession', async () => {
    const hold = Promise.withResolvers<void>()
    const engines = realtimeEngines({heard: 'good morning', beforeHearing: () => hold.promise})
    await using gateway = await openRealtime(engines)
    using client = await join(gateway.address)
    client.send(update({audio: {input: {turn_detection: null}}}))
    for (let n = 0; n < 2; n++) {
      client.send(append(300))
      client.send({type: 'input_audio_buffer.commit'})
    }
    client.send({type: 'conversation.item.retrieve', item_id: 'x'})
    await client.until('error')
    hold.resolve()
    await client.until('conversation.item.input_audio_transcription.completed')
    await client.until('conversation.item.input_audio_transcription.completed')
  })

  it('may be that the server ends turns and the client asks for answers', async () => {
    const engines = realtimeEngines({heard: 'good morning'})
    await using gateway = await openRealtime(engines)
    using client = await join(gateway.address)
    client.send(update({audio: {input: {turn_detection: {type: 'semantic_vad', create_response: false}}}}))
    for (const event of speech) client.send(event)
    await client.until('conversation.item.input_audio_transcription.completed')
    expect(engines.trace.requests).toEqual([])
    client.send({type: 'response.create'})
    await client.until('response.done')
    expect(engines.trace.requests).toMatchObject([{text: 'good morning'}])
  })

  it('gives June what was written before somebody spoke', async () => {
    const engines = realtimeEngines({heard: 'what is this', answer: ['A hat.']})
    await using gateway = await openRealtime(engines)
    using client = await join(gateway.address)
    client.send(written('I hold a hat.'))
    for (const event of speech) client.send(event)
    await client.until('response.done')
    expect(engines.trace.requests.at(-1)).toMatchObject({text: 'I hold a hat.\nwhat is this'})
  })

  it('is told when nobody says anything, and the model may go on by itself', async () => {
    const {model} = scriptedModel(() => 'Still there?')
    await using gateway = await openRealtime(realtimeEngines({}, model))
    using client = await join(gateway.address, '?model=mock')
    client.send(
      update({
        output_modalities: ['text'],
        audio: {input: {turn_detection: {type: 'server_vad', idle_timeout_ms: 1000}}},
      }),
    )
    client.send(append(300, 0))
    const told = await client.until('response.done')
    const types = typesOf(told)
    expect(types.indexOf('input_audio_buffer.timeout_triggered')).toBeLessThan(types.indexOf('response.created'))
    expect(told.at(-1)).toMatchObject({response: {output: [{content: [{text: 'Still there?'}]}]}})
  })
})

describe('a transcription session', () => {
  it('recognises, with what is said of the sound, and answers nothing', async () => {
    const engines = realtimeEngines({heard: 'good morning'})
    const hints: unknown[] = []
    const {recognize} = engines.stt
    engines.stt.recognize = (audio, options) => {
      hints.push([options?.prompt, options?.hotWords, options?.language])
      return recognize(audio, options)
    }
    await using gateway = await openRealtime(engines)
    using client = await join(gateway.address, '?intent=transcription')
    const transcription = {model: 'whisper-1', language: 'en', prompt: 'A greeting.', keywords: ['June']}
    client.send({type: 'session.update', session: {type: 'transcription', audio: {input: {transcription}}}})
    expect((await client.until('session.updated')).at(-1)).toMatchObject({
      session: {type: 'transcription', object: 'realtime.transcription_session', audio: {input: {transcription}}},
    })
    for (const event of speech) client.send(event)
    const told = await client.until('conversation.item.input_audio_transcription.completed')
    expect(told.at(-1)).toMatchObject({transcript: 'good morning', usage: {type: 'duration'}})
    expect(hints.at(-1)).toEqual(['A greeting.', ['June'], 'en'])
    client.send({type: 'response.create'})
    await client.until('error')
    expect(engines.trace.requests).toEqual([])
  })
})

describe('sound of telephones', () => {
  it.each(['audio/pcmu', 'audio/pcma'])('is heard and spoken as %s', async type => {
    await using gateway = await openRealtime(realtimeEngines({heard: 'good morning', answer: ['Hello.']}))
    using client = await join(gateway.address)
    client.send(update({audio: {input: {format: {type}}, output: {format: {type}}}}))
    const {muLaw, aLaw} = await import('@essence/core/audio/g711')
    const law = type === 'audio/pcmu' ? muLaw : aLaw
    const tone = (ms: number, level: number) => Float32Array.from({length: ms * 8}, (_, n) => level * Math.sin(n / 5))
    for (const [ms, level] of [
      [600, 0.5],
      [1000, 0],
    ] as const) {
      client.send({type: 'input_audio_buffer.append', audio: law.encode(tone(ms, level)).toString('base64')})
    }
    const told = await client.until('response.done')
    const bytes = told.reduce(
      (sum, {type: told, delta}) =>
        sum + (told.endsWith('audio.delta') ? Buffer.from(String(delta), 'base64').length : 0),
      0,
    )
    // One sentence of 100 ms.
    expect(bytes).toBeCloseTo(800, -1)
  })

  it('is without clicks where pieces meet', async () => {
    const engines = realtimeEngines({answer: ['Hello.']})
    engines.tts.synthesize = async function* () {
      const tone = Float32Array.from({length: 22_050}, (_, n) => 0.5 * Math.sin((2 * Math.PI * 440 * n) / 22_050))
      for (let at = 0; at < tone.length; at += 1111) yield {pcm: tone.subarray(at, at + 1111), sampleRate: 22_050}
    }
    await using gateway = await openRealtime(engines)
    using client = await join(gateway.address)
    client.send(written('hello'))
    client.send({type: 'response.create'})
    const told = await client.until('response.done')
    const bytes = Buffer.concat(
      told.map(({type, delta}) => Buffer.from(type.endsWith('audio.delta') ? String(delta) : '', 'base64')),
    )
    expect(bytes.length / 48).toBeCloseTo(1000, 0)
    // A tone of 440 Hz at half of full scale changes by 0.058 between two samples of 24 kHz; a click by more.
    for (let at = 2; at < bytes.length - 100; at += 2) {
      expect(Math.abs(bytes.readInt16LE(at) - bytes.readInt16LE(at - 2)) / 32_768).toBeLessThan(0.07)
    }
  })
})

it('hears all of a sound that comes faster than it lasts', async () => {
  await using gateway = await openRealtime(realtimeEngines({heard: 'a long story'}))
  using client = await join(gateway.address)
  client.send(update({audio: {input: {turn_detection: null}}}))
  for (let second = 0; second < 60; second++) client.send({type: 'input_audio_buffer.append', audio: sound(1000)})
  client.send({type: 'input_audio_buffer.commit'})
  const told = await client.until('conversation.item.input_audio_transcription.completed')
  expect(told.at(-1)).toMatchObject({usage: {seconds: expect.closeTo(60, 0)}})
})
