import {Readable} from 'node:stream'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import type {VoiceTurn} from '@essence/core/voice/events'
import {runTurn, type TurnEngines} from '@essence/core/voice/turn'
import {describe, expect, it} from 'vitest'
import {scriptedEngines} from '../engines/scripted.ts'
import {all, leavesNothingRejected, names, typed} from './turns.ts'

/** One second of silence. */
const silence = Readable.from([{pcm: new Float32Array(16_000), sampleRate: 16_000}])
const spoken: VoiceTurn = {speaker: 'cli', session: 's', input: {audio: {bytes: await encodeToBytes(silence, 'wav')}}}
const words = ['One', ' two. ', 'Three ', 'four. ', 'Five.']

leavesNothingRejected()

describe('a turn', () => {
  it('listens, thinks and speaks, and says what happens in order', async () => {
    const engines = scriptedEngines({heard: 'What?', answer: [{kind: 'thought', text: 'hm'}, ...words]})
    const events = await all(spoken, engines)
    expect(names(events).filter(name => !/^(delta|speech)/.test(name))).toEqual([
      'transcript',
      'thought',
      'sentence0',
      'sentence1',
      'sentence2',
      'done',
    ])
    for (const index of [0, 1, 2]) {
      expect(names(events).indexOf(`speech${index}`)).toBeGreaterThan(names(events).indexOf(`sentence${index}`))
    }
    expect(names(events).filter(name => name.startsWith('speech'))).toEqual(['speech0', 'speech1', 'speech2'])
    expect(events.flatMap(e => (e.type === 'sentence' ? e.text : []))).toEqual(['One two. ', 'Three four. ', 'Five.'])
    expect(events.at(-1)).toMatchObject({type: 'done', text: words.join(''), audioMs: 300})
    expect(engines.trace.requests).toMatchObject([{speaker: 'cli', session: 's', text: 'What?', language: 'en'}])
    expect(engines.trace.languages).toEqual(['auto'])
  })

  it.each(['Book me a train to Paris, no, to Rome.', 'Den Termin um drei, äh, nein, um vier.'])(
    'hands over what was said as one whole, corrections included: %s',
    async heard => {
      const engines = scriptedEngines({heard, answer: ['Done.']})
      await all(spoken, engines)
      expect(engines.trace.requests.map(({text}) => text)).toEqual([heard])
    },
  )

  it('does not speak the first words of what would have come again, unless there is nothing else', async () => {
    const cut = {kind: 'answer', text: '', finishReason: 'repetition'} as const
    const events = await all(typed, scriptedEngines({answer: [...words.slice(0, 4), 'One t', cut]}))
    expect(events.flatMap(e => (e.type === 'sentence' ? e.text : []))).toEqual(['One two. ', 'Three four. '])
    expect(events.at(-1)).toMatchObject({type: 'done', text: 'One two. Three four. One t', finishReason: 'repetition'})
    const alone = await all(typed, scriptedEngines({answer: ['la France', cut]}))
    expect(alone.flatMap(e => (e.type === 'sentence' ? e.text : []))).toEqual(['la France'])
  })

  const said = (heard: string[]) => scriptedEngines({heard: () => heard.shift() ?? '', answer: ['Done.']})

  it('of several messages hears each, in order; one that cannot be heard is left out, and told', async () => {
    const {input} = spoken
    if (input === 'continued' || !('audio' in input)) throw new Error('It is spoken.')
    const garbage = {audio: {bytes: Buffer.from('no sound')}}
    const messages = [input, {text: 'butter'}, input, garbage, {...input, question: 'and?'}]
    const engines = said(['eggs', '', 'milk'])
    const [heard] = await all({...spoken, input: {messages}}, engines)
    expect(engines.trace.requests.map(({text}) => text)).toEqual(['eggs\nbutter\n“milk”\n\nand?'])
    expect(heard).toMatchObject({
      ...{type: 'transcript', transcript: {text: 'eggs\nmilk', language: 'en', audioMs: 2000}},
      missed: [{code: 'NO_SPEECH'}, {code: 'AUDIO_UNREADABLE'}],
    })
    await expect(all({...spoken, input: {messages: [input, garbage]}}, said(['']))).rejects.toMatchObject({
      code: 'NO_SPEECH',
    })
  })

  it('begins with the answer when the input is text', async () => {
    const engines = scriptedEngines({answer: ['Hello.']})
    expect(names(await all(typed, engines))).toEqual(['delta', 'sentence0', 'speech0', 'done'])
    expect(engines.trace.requests[0]?.language).toBeUndefined()
  })

  it('does not speak when it is not to, and hears what language and voice to use', async () => {
    const engines = scriptedEngines({answer: ['Hallo.']})
    const silent = await all({...typed, speak: false, language: 'de'}, engines)
    expect(names(silent)).toEqual(['delta', 'sentence0', 'done'])
    expect(silent.at(-1)).toMatchObject({audioMs: 0})
    expect(engines.trace.spoken).toEqual([])
    await all({...typed, voice: 'anna', language: 'de'}, engines)
    expect(engines.trace.spoken).toMatchObject([{text: 'Hallo.', options: {voice: 'anna', language: 'de'}}])
    await all({...typed, language: 'auto'}, engines)
    expect(engines.trace.requests.map(({language}) => language)).toEqual(['de', 'de', undefined])
  })

  it('speaks each sentence in the language it is in, and short ones in that of the sentence before', async () => {
    const answer = ['OK. ', 'Das Wetter ist heute schön. ', 'Ja, gerne! ', 'The weather is fine today.']
    const engines = scriptedEngines({answer})
    await all({...typed, language: 'fr'}, engines)
    expect(engines.trace.spoken.map(({options}) => options.language)).toEqual(['fr', 'de', 'de', 'en'])
  })

  it('speaks the speech text and skips what has none', async () => {
    const engines = scriptedEngines({answer: ['**Look:**\n', '```\nfoo(). Bar.\n', '```\n', 'Good 👍']})
    const events = await all(typed, engines)
    expect(engines.trace.spoken.map(({text}) => text)).toEqual(['Look:', 'Good'])
    expect(events.at(-1)).toMatchObject({text: '**Look:**\n```\nfoo(). Bar.\n```\nGood 👍'})
  })

  it('ends well with an empty answer', async () => {
    expect(names(await all(typed, scriptedEngines({answer: ['', '']})))).toEqual(['done'])
  })

  it('measures its stages on the clock it is given', async () => {
    let ms = 100
    const engines = scriptedEngines({
      answer: ['One. ', 'Two.'],
      beforePiece: () => {
        ms += 10
      },
      beforeSpeech: () => {
        ms += 5
      },
    })
    const events = await all({...typed, speak: true}, engines, {clock: () => ms})
    // Two deltas of 10 ms; the voice speaks at 5 ms each, the first while the second delta is awaited.
    expect(events.at(-1)).toMatchObject({times: {ttftMs: 10, totalMs: 30}})
    const heard = await all(spoken, scriptedEngines({answer: ['One.']}), {clock: () => ms++})
    expect(heard[0]).toMatchObject({type: 'transcript', decodeMs: 1, sttMs: 1})
    expect(heard.at(-1)).toMatchObject({
      times: {
        decodeMs: 1,
        sttMs: 1,
        ttftMs: expect.any(Number),
        llmMs: expect.any(Number),
        ttfaMs: expect.any(Number),
        ttsMs: expect.any(Number),
        totalMs: expect.any(Number),
      },
    })
  })
})

describe('while the assistant is still writing', () => {
  it('the first sentence is spoken', async () => {
    const more = Promise.withResolvers<void>()
    const engines = scriptedEngines({
      answer: ['One. ', 'Two ', 'three.'],
      beforePiece: index => (index === 2 ? more.promise : undefined),
    })
    const seen: string[] = []
    for await (const event of runTurn(typed, engines)) {
      seen.push(...names([event]))
      if (event.type !== 'speech' || event.index !== 0) continue
      expect(engines.trace.running).toContain('assistant')
      more.resolve()
    }
    expect(seen).toEqual(['delta', 'delta', 'sentence0', 'speech0', 'delta', 'sentence1', 'speech1', 'done'])
  })

  it('the assistant writes on while a sentence is synthesised', async () => {
    const voice = Promise.withResolvers<void>()
    const engines = scriptedEngines({answer: ['One. ', 'Two. ', 'Three. ', 'Four.'], beforeSpeech: () => voice.promise})
    const seen: string[] = []
    for await (const event of runTurn(typed, engines)) {
      seen.push(...names([event]))
      // All is written before anything is spoken.
      if (event.type === 'sentence' && event.index === 3) voice.resolve()
    }
    expect(seen.slice(-5)).toEqual(['speech0', 'speech1', 'speech2', 'speech3', 'done'])
  })

  it('nobody runs ahead of a consumer that does not look', async () => {
    const deltas = Array.from({length: 100}, () => 'A sentence. ')
    let written = 0
    const engines = scriptedEngines({answer: deltas, beforePiece: () => void written++})
    const events = runTurn(typed, engines)
    await events.next()
    for (let tick = 0; tick < 50; tick++) await new Promise(setImmediate)
    expect(written).toBeLessThanOrEqual(2)
    await events.return(undefined)
  })
})

describe('errors', () => {
  it('of hearing nothing', async () => {
    await expect(all(spoken, scriptedEngines({heard: ' '}))).rejects.toMatchObject({
      code: 'NO_SPEECH',
      message: 'No speech was heard in 1.0 s of audio.',
    })
    await expect(all({...typed, input: {text: ' \n'}}, scriptedEngines({}))).rejects.toMatchObject({code: 'USAGE'})
  })

  it('of decoding, with the limits it was given', async () => {
    const engines = scriptedEngines({})
    const bytes = new TextEncoder().encode('no sound at all, only text')
    await expect(all({...spoken, input: {audio: {bytes}}}, engines)).rejects.toMatchObject({code: 'AUDIO_UNREADABLE'})
    await expect(all(spoken, engines, {maxAudioMs: 500})).rejects.toMatchObject({code: 'AUDIO_TOO_LONG'})
    await expect(all(spoken, engines, {maxAudioBytes: 1000})).rejects.toMatchObject({code: 'AUDIO_TOO_LARGE'})
  })

  it.each([
    ['recognition', {stt: {recognize: () => Promise.reject(new Error('broken'))}}],
    [
      'the assistant',
      {
        assistant: {
          reply: () => {
            throw new Error('broken')
          },
        },
      },
    ],
  ])('of %s as they are', async (_, broken) => {
    const engines = scriptedEngines({answer: words})
    const stages = {
      ...engines,
      stt: {...engines.stt, ...('stt' in broken ? broken.stt : {})},
      assistant: {...engines.assistant, ...('assistant' in broken ? broken.assistant : {})},
    } as TurnEngines
    await expect(all(spoken, stages)).rejects.toThrow('broken')
    expect(engines.trace.running).toEqual(new Set())
  })

  it('of the assistant at any delta, while the voice is speaking', async () => {
    for (const failing of words.keys()) {
      const engines = scriptedEngines({
        answer: words,
        beforePiece: index => (index === failing ? Promise.reject(new Error('broken')) : undefined),
        beforeSpeech: () => new Promise(() => {}),
      })
      await expect(all(typed, engines)).rejects.toThrow('broken')
      await new Promise(setImmediate)
      expect(engines.trace.running).toEqual(new Set())
    }
  })

  it('of the voice cost the voice, not the answer', async () => {
    const engines = scriptedEngines({
      answer: words,
      beforeSpeech: text => (text.startsWith('Three') ? Promise.reject(new Error('hoarse')) : undefined),
    })
    const events = await all(typed, engines)
    expect(names(events).filter(name => name.startsWith('speech'))).toEqual(['speech0', 'speechFailed1'])
    expect(events).toContainEqual({
      type: 'speechFailed',
      index: 1,
      code: 'ENGINE_FAILED',
      message: 'Speech synthesis failed: hoarse',
      suggestions: [],
    })
    expect(events.at(-1)).toMatchObject({type: 'done', text: words.join(''), audioMs: 100})
  })
})

describe('a turn that is cancelled', () => {
  const script = {answer: words}

  it('before it starts', async () => {
    const engines = scriptedEngines(script)
    await expect(all(spoken, engines, {signal: AbortSignal.abort()})).rejects.toMatchObject({code: 'CANCELLED'})
    expect(engines.trace.requests).toEqual([])
  })

  it('or left at any event stops every stage', async () => {
    const count = (await all(spoken, scriptedEngines(script))).length
    expect(count).toBeGreaterThan(10)
    for (let stopAt = 0; stopAt < count; stopAt++) {
      for (const way of ['abort', 'leave']) {
        const engines = scriptedEngines(script)
        const abort = new AbortController()
        let seen = 0
        const reading = async (): Promise<void> => {
          for await (const _ of runTurn(spoken, engines, {signal: abort.signal})) {
            if (seen++ < stopAt) continue
            if (way === 'leave') break
            abort.abort()
          }
        }
        if (way === 'leave') await reading()
        else await expect(reading()).rejects.toMatchObject({code: 'CANCELLED'})
        expect(seen).toBe(stopAt + 1)
        await new Promise(setImmediate)
        expect(engines.trace.running).toEqual(new Set())
      }
    }
  })

  it.each([
    ['listening', 'stt'],
    ['thinking', 'assistant'],
    ['speaking', 'tts'],
  ])('while %s, even if the engine does not heed it', async (_, stuck) => {
    const reached = Promise.withResolvers<void>()
    const forever = (): Promise<never> => {
      reached.resolve()
      return new Promise(() => {})
    }
    const engines = scriptedEngines({answer: ['One. Two.']})
    const deaf = {
      async *[Symbol.asyncIterator]() {
        yield await forever()
      },
    }
    if (stuck === 'stt') engines.stt.recognize = forever
    if (stuck === 'assistant') engines.assistant.reply = () => deaf
    if (stuck === 'tts') engines.tts.synthesize = () => deaf
    const abort = new AbortController()
    const turn = all(spoken, engines, {signal: abort.signal})
    await reached.promise
    abort.abort()
    await expect(turn).rejects.toMatchObject({code: 'CANCELLED'})
  })
})

describe('what goes to the assistant and comes from it', () => {
  it('is who, where, how and about what; read where it is not spoken', async () => {
    const engines = scriptedEngines({answer: ['Yes.']})
    const decision = {confirmation: 'c1', accepted: true}
    await all({...typed, channel: 'web', decision, documents: ['d1']}, engines)
    await all({...typed, speak: false}, engines)
    await all({...typed, written: true}, engines)
    expect(engines.trace.requests).toMatchObject([
      {channel: 'web', written: false, decision, documents: ['d1']},
      {written: true},
      {written: true},
    ])
  })

  it('is what it asks, leans on and has the door do, at the end', async () => {
    const end = {
      confirmation: {id: 'c1', question: 'Send it?', expiresAt: new Date(0)},
      sources: [{id: 'd1', name: 'Handbook', page: 12}],
      action: {kind: 'volume', step: 1} as const,
    }
    const last = {kind: 'answer', text: '', ...end} as const
    const done = (await all(typed, scriptedEngines({answer: ['Send it?', last]}))).at(-1)
    expect(done).toMatchObject({type: 'done', text: 'Send it?', ...end})
  })
})
