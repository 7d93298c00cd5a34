import type {
  ChatDelta,
  ChatMessage,
  ChatOptions,
  LanguageModel,
  TokenUsage,
  ToolCall,
  ToolDefinition,
} from '@essence/core/llm/port'
import {Ajv} from 'ajv'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {collected} from '../collected.ts'

export const say = (content: string): ChatMessage[] => [{role: 'user', content}]

export const answerOf = (deltas: ChatDelta[]): string => textOf(deltas, 'answer')
export const thoughtOf = (deltas: ChatDelta[]): string => textOf(deltas, 'thought')

const textOf = (deltas: ChatDelta[], kind: ChatDelta['kind']): string =>
  deltas.flatMap(delta => (delta.kind === kind ? [delta.text] : [])).join('')

/** The last delta, which says how the answer ended. */
export const endOf = (deltas: ChatDelta[]): Extract<ChatDelta, {kind: 'end'}> => {
  const last = deltas.at(-1)
  if (last?.kind !== 'end') throw new Error(`The last delta is ${JSON.stringify(last)}, not the end.`)
  return last
}

/** What was written, without the end. */
export const writtenOf = (deltas: ChatDelta[]): ChatDelta[] => deltas.filter(({kind}) => kind !== 'end')

export const callsOf = (deltas: ChatDelta[]): ToolCall[] =>
  deltas.flatMap(delta => (delta.kind === 'toolCall' ? [delta.call] : []))

export const weatherTool: ToolDefinition = {
  name: 'weather',
  description: 'The weather of a place.',
  parameters: {type: 'object', properties: {place: {type: 'string'}, days: {type: 'integer'}}, required: ['place']},
}

const call = (id: string): ToolCall => ({id, name: 'weather', arguments: '{"place":"Oslo"}'})
const called = (...ids: string[]): ChatMessage => ({role: 'assistant', content: '', toolCalls: ids.map(call)})
const result = (id: string, content = 'Rain.'): ChatMessage => ({
  role: 'tool',
  content,
  toolCallId: id,
  name: 'weather',
})

/** Short enough for a model that knows nothing. */
const verdict = {
  type: 'object',
  properties: {fine: {type: 'boolean'}, why: {enum: ['good', 'bad']}},
  required: ['fine', 'why'],
  additionalProperties: false,
}
const verdictFits = new Ajv().compile(verdict)
const held = {temperature: 0, maxTokens: 120}

const short: ChatOptions = {temperature: 0, maxTokens: 8}

/** What every language model must do, whatever it is made of. Its answers must have at least two deltas. */
export const languageModelConformance = (name: string, open: () => Promise<LanguageModel>): void => {
  describe(`${name} is a language model`, () => {
    let model: LanguageModel
    beforeAll(async () => {
      model = await open()
    })
    afterAll(() => model.close())

    it('says what it is and where it runs', () => {
      expect(model.info).toMatchObject({
        engine: expect.stringMatching(/./),
        model: expect.stringMatching(/./),
        device: expect.stringMatching(/^(cuda|vulkan|metal|cpu|server)$/),
        deviceReason: expect.stringMatching(/./),
      })
      expect(model.contextTokens).toBeGreaterThanOrEqual(256)
    })

    it('streams whole characters, as answer or thought', async () => {
      const deltas = await collected(model.chat(say('Good morning, June.'), short))
      expect(deltas.length).toBeGreaterThan(1)
      for (const {kind, text} of writtenOf(deltas)) {
        expect(kind).toMatch(/^(answer|thought)$/)
        expect(text).not.toBe('')
        expect(text).not.toContain('\uFFFD')
      }
    })

    it('says at the end why it stopped, and what it took', async () => {
      const question = say('one two three four five six seven eight nine ten')
      const deltas = await collected(model.chat(question, {...short, maxTokens: 2}))
      expect(deltas.filter(({kind}) => kind === 'end')).toHaveLength(1)
      const {finish, usage} = endOf(deltas)
      expect(finish).toMatch(/^(stop|length)$/)
      expect(usage.promptTokens).toBe(await model.countTokens(question))
      expect(usage.completionTokens).toBeGreaterThan(0)
      expect(usage.completionTokens).toBeLessThanOrEqual(2)
      expect(usage.cachedTokens).toBeLessThan(usage.promptTokens)
      expect(usage).toEqual(expect.objectContaining<Partial<TokenUsage>>({tokensPerSecond: expect.any(Number)}))
      expect(usage.tokensPerSecond).toBeGreaterThanOrEqual(0)
    })

    it('ends before a stop sequence', async () => {
      const question = say('one two three four five six')
      const answer = answerOf(await collected(model.chat(question, {...short, maxTokens: 16})))
      if (answer.trim().length < 3) return
      const stop = answer.trim().slice(2, 6)
      const deltas = await collected(model.chat(question, {...short, maxTokens: 16, stopSequences: [stop]}))
      expect(answerOf(deltas)).toBe(answer.slice(0, answer.indexOf(stop)))
      expect(endOf(deltas).finish).toBe('stop')
    })

    it('takes tools, and messages of tools that were called', async () => {
      const messages = [...say('Will it rain?'), called('a', 'b'), result('a'), result('b', 'Sun.')]
      const answering = collected(model.chat(messages, {...short, tools: [weatherTool]}))
      // Its instructions for tools are long, and some models are small.
      if ((await model.countTokens(messages, [weatherTool])) > model.promptTokens(short.maxTokens))
        return await expect(answering).rejects.toMatchObject({code: 'CONTEXT_FULL'})
      expect(endOf(await answering).usage.promptTokens).toBe(await model.countTokens(messages, [weatherTool]))
      expect(await model.countTokens(messages, [weatherTool])).toBeGreaterThan(
        await model.countTokens(say('Will it rain?'), [weatherTool]),
      )
      await model.prepare({messages: [], tools: [weatherTool]})
    })

    it('answers in JSON that fits the schema', async () => {
      const deltas = await collected(model.chat(say('yes or no'), {...held, responseSchema: verdict}))
      expect(endOf(deltas).finish).toBe('stop')
      expect(verdictFits(JSON.parse(answerOf(deltas)))).toBe(true)
    })

    it('answers with a JSON object', async () => {
      const deltas = await collected(model.chat(say('yes or no'), {...held, responseJson: true}))
      // A model that knows nothing goes on until it is cut off.
      if (endOf(deltas).finish === 'stop') expect(JSON.parse(answerOf(deltas))).toBeTypeOf('object')
      expect(answerOf(deltas)).toMatch(/^\{/)
    })

    it.each<ChatOptions['toolChoice']>(['required', {name: 'verdict'}])(
      'calls a tool where it must: %j',
      async choice => {
        const tools = [
          {name: 'verdict', description: 'Notes it.', parameters: verdict},
          ...(choice === 'required' ? [] : [weatherTool]),
        ]
        const options = {...held, tools, toolChoice: choice, parallelToolCalls: false}
        const answering = collected(model.chat(say('yes or no'), options))
        if ((await model.countTokens(say('yes or no'), tools)) > model.promptTokens(held.maxTokens))
          return await expect(answering).rejects.toMatchObject({code: 'CONTEXT_FULL'})
        const deltas = await answering
        const [call, ...others] = callsOf(deltas)
        expect(call?.name).toBe('verdict')
        expect(verdictFits(JSON.parse(call?.arguments ?? ''))).toBe(true)
        expect(others).toEqual([])
        expect(answerOf(deltas)).toBe('')
        expect(endOf(deltas).finish).toBe('toolCalls')
      },
    )

    it('takes tools that must not be called for no tools', async () => {
      const deltas = async (options: ChatOptions) => collected(model.chat(say('Good morning.'), {...short, ...options}))
      const [none, without] = [await deltas({tools: [weatherTool], toolChoice: 'none'}), await deltas({})]
      expect(writtenOf(none)).toEqual(writtenOf(without))
      expect(endOf(none).usage.promptTokens).toBe(endOf(without).usage.promptTokens)
    })

    it('takes a system prompt and a history', async () => {
      const messages: ChatMessage[] = [
        {role: 'system', content: 'You are June.'},
        ...say('Hello.'),
        {role: 'assistant', content: 'Hello!'},
        ...say('How are you?'),
      ]
      expect(await collected(model.chat(messages, short))).not.toEqual([])
    })

    it('answers the same to the same at temperature 0', async () => {
      const [first, second] = [
        await collected(model.chat(say('Tell.'), short)),
        await collected(model.chat(say('Tell.'), short)),
      ]
      expect(answerOf(second)).toBe(answerOf(first))
    })

    it('writes no more than maxTokens', async () => {
      const one = await collected(model.chat(say('one two three four'), {...short, maxTokens: 1}))
      const more = await collected(model.chat(say('one two three four'), short))
      expect(writtenOf(one).length).toBeLessThanOrEqual(1)
      expect(writtenOf(more).length).toBeGreaterThan(1)
    })

    it('does nothing for a request that is cancelled already', async () => {
      const stream = model.chat(say('Hello.'), {signal: AbortSignal.abort()})
      await expect(collected(stream)).rejects.toMatchObject({code: 'CANCELLED'})
    })

    it('stops when cancelled, and answers the next one', async () => {
      const cancel = new AbortController()
      let heard = 0
      const listening = (async () => {
        for await (const _delta of model.chat(say('one two three four five six'), {...short, signal: cancel.signal})) {
          heard++
          cancel.abort()
        }
      })()
      await expect(listening).rejects.toMatchObject({code: 'CANCELLED'})
      expect(heard).toBe(1)
      expect(await collected(model.chat(say('And now?'), short))).not.toEqual([])
    })

    it('is free again after a listener walked away', async () => {
      for (let turn = 0; turn < 40; turn++) for await (const _delta of model.chat(say('one two three'), short)) break
      expect(await collected(model.chat(say('Still there?'), short))).not.toEqual([])
    })

    it('holds several conversations at once', async () => {
      const names = ['a', 'b', 'c', 'd', 'e', 'f']
      const alone = await collected(model.chat(say('Who is a?'), short))
      const answers = await Promise.all(
        names.map(async conversation =>
          answerOf(await collected(model.chat(say(`Who is ${conversation}?`), {...short, conversation}))),
        ),
      )
      expect(answers).toHaveLength(names.length)
      expect(answers[0]).toBe(answerOf(alone))
    })

    it('counts the tokens of a prompt: more for each message', async () => {
      const history: ChatMessage[] = [{role: 'system', content: 'You are June.'}, ...say('Hello.')]
      const more: ChatMessage[] = [...history, {role: 'assistant', content: 'Hello!'}, ...say('How are you?')]
      expect(await model.countTokens(history)).toBeGreaterThan(await model.countTokens(say('Hello.')))
      expect(await model.countTokens(more)).toBeGreaterThan(await model.countTokens(history))
      expect(await model.countTokens(more)).toBe(await model.countTokens(more))
      expect(model.promptTokens(1)).toBeLessThanOrEqual(model.contextTokens)
      expect(model.promptTokens()).toBeLessThanOrEqual(model.promptTokens(1))
    })

    it('answers a prompt as long as it says, and refuses a longer one', async () => {
      const prompt = (length: number): ChatMessage[] => [
        ...say('word '.repeat(Math.floor(length / 2))),
        {role: 'assistant', content: 'Yes.'},
        ...say('word '.repeat(Math.ceil(length / 2))),
      ]
      const room = model.promptTokens(2)
      let [fits, tooLong] = [0, model.contextTokens]
      while (tooLong - fits > 1) {
        const length = Math.floor((fits + tooLong) / 2)
        if ((await model.countTokens(prompt(length))) <= room) fits = length
        else tooLong = length
      }
      expect(await collected(model.chat(prompt(fits), {...short, maxTokens: 2}))).not.toEqual([])
      const stream = model.chat(prompt(tooLong), {...short, maxTokens: 2})
      await expect(collected(stream)).rejects.toMatchObject({code: 'CONTEXT_FULL'})
    })

    it('refuses a history that does not fit, rather than to leave something out', async () => {
      const exchange: ChatMessage[] = [...say('word '.repeat(200)), {role: 'assistant', content: 'word '.repeat(200)}]
      const history = Array.from({length: Math.ceil(model.contextTokens / 200)}, () => exchange).flat()
      const stream = model.chat([...history, ...say('Short.')], {...short, maxTokens: 2})
      await expect(collected(stream)).rejects.toMatchObject({code: 'CONTEXT_FULL'})
    })

    it('refuses a message that does not fit alone', async () => {
      const stream = model.chat(say('word '.repeat(model.contextTokens + 1)), short)
      await expect(collected(stream)).rejects.toMatchObject({code: 'CONTEXT_FULL'})
    })

    it('takes an option that is undefined for one that is absent', async () => {
      const names = ['conversation', 'tools', 'topP', 'topK', 'repetitionPenalty', 'stopSequences', 'seed'] as const
      const undefineds = Object.fromEntries(names.map(name => [name, undefined]))
      const answer = async (options: ChatOptions) =>
        writtenOf(await collected(model.chat(say('Good morning.'), options)))
      expect(await answer({...undefineds, ...short})).toEqual(await answer(short))
    })

    it.each<[string, ChatMessage[], ChatOptions]>([
      ['no message', [], {}],
      ['an answer as the last message', [...say('Hi.'), {role: 'assistant', content: 'Hi.'}], {}],
      ['a negative temperature', say('Hi.'), {temperature: -1}],
      ['a temperature that is no number', say('Hi.'), {temperature: Number.NaN}],
      ['half a token', say('Hi.'), {maxTokens: 0.5}],
      ['topP above 1', say('Hi.'), {topP: 1.5}],
      ['less than no thought', say('Hi.'), {thoughtTokens: -1}],
      ['an empty stop sequence', say('Hi.'), {stopSequences: ['']}],
      ['a message without text', say(' '), {}],
      ['an unknown role', [{role: 'pope' as 'user', content: 'Hi.'}], {}],
      ['a result of no call', [...say('Hi.'), result('a')], {}],
      ['two results of a call', [...say('Hi.'), called('a'), result('a'), result('a')], {}],
      ['a call without a result', [...say('Hi.'), called('a', 'b'), result('a'), ...say('And?')], {}],
      ['two calls of one id', [...say('Hi.'), called('a', 'a'), result('a')], {}],
      ['calls of the user', [{...called('a'), role: 'user', content: 'Hi.'}, result('a')], {}],
      ['a call that must be made, without tools', say('Hi.'), {toolChoice: 'required'}],
      ['a call of another tool', say('Hi.'), {tools: [weatherTool], toolChoice: {name: 'other'}}],
      ['an unknown choice', say('Hi.'), {tools: [weatherTool], toolChoice: 'maybe' as 'auto'}],
      ['an answer whose schema is none', say('Hi.'), {responseSchema: {type: 'cat'}}],
      ['a tool without a name', say('Hi.'), {tools: [{...weatherTool, name: ''}]}],
      ['two tools of one name', say('Hi.'), {tools: [weatherTool, weatherTool]}],
      ['a schema that is none', say('Hi.'), {tools: [{...weatherTool, parameters: {type: 'cat'}}]}],
      ['a schema of no object', say('Hi.'), {tools: [{...weatherTool, parameters: {type: 'string'}}]}],
      [
        'a property whose type is none',
        say('Hi.'),
        {tools: [{...weatherTool, parameters: {type: 'object', properties: {a: {type: 'cat'}}}}]},
      ],
    ])('refuses %s', async (_what, messages, options) => {
      await expect(collected(model.chat(messages, options))).rejects.toMatchObject({code: 'USAGE'})
    })

    it('closes once, and answers no more', async () => {
      const other = await open()
      await other.close()
      await other.close()
      await expect(collected(other.chat(say('Hi.')))).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
      await expect(other.countTokens(say('Hi.'))).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
    })
  })
}
