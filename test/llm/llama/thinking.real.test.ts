// Templates in the ways of published ones: how each calls its switch, and where it puts what the switch changes.
import type {Thinking} from '@essence/core/llm/llama/thinking'
import {afterAll, afterEach, describe, expect, it} from 'vitest'
import {collected} from '../../collected.ts'
import {answerOf, endOf, say, thoughtOf} from '../conformance.ts'
import {modelFolder} from './test-model.ts'
import {chatMlTemplate, openedThoughtTemplate, reasoningTemplate, type ScriptToken} from './tiny-gguf.ts'

const models = modelFolder()
afterEach(() => models.closeModels())
afterAll(() => models.close())

const messages =
  "{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{% endfor %}"
/** A template whose prompt ends as said. */
const asking = (ending: string): string =>
  `${messages}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}${ending}{% endif %}`

const switched: [string, string][] = [
  [
    'Qwen3',
    asking(
      "{% if enable_thinking is defined and enable_thinking is false %}{{ '<think>\\n\\n</think>\\n\\n' }}{% endif %}",
    ),
  ],
  ['Qwen3.5', asking("{% if enable_thinking is false %}<think>\\n\\n</think>{% else %}{{ '<think>\\n' }}{% endif %}")],
  ['SmolLM3', `{{ '/think' if enable_thinking is not defined or enable_thinking else '/no_think' }}${asking('')}`],
  ['DeepSeek V3.1', asking("{{ '<think>' if thinking else '<think></think>' }}")],
  ['Gemma 4', asking("{% if not enable_thinking %}{{ '<|channel>thought\\n<channel|>' }}{% endif %}")],
  ['Cohere', asking("{% if reasoning_effort == 'none' %}{{ '<think></think>' }}{% endif %}")],
  [
    'one that takes no other value',
    `{% if reasoning_effort is defined and reasoning_effort != 'none' %}{{ raise_exception('?') }}{% endif %}${asking("{{ '<think></think>' if reasoning_effort is defined else '<think>' }}")}`,
  ],
  [
    'one that does not know that value',
    `{% if reasoning_effort is defined %}{{ raise_exception('?') }}{% endif %}${asking("{{ '<think>' if enable_thinking else '<think></think>' }}")}`,
  ],
]

/** Tokens of a prompt, and what is told of the model. */
const opened = async (template: string, thinking: Thinking): Promise<{tokens: number; note: string | undefined}> => {
  const model = await models.tiny({template}, {thinking})
  return {tokens: await model.countTokens(say('Hi.')), note: model.info.note}
}

describe('thinking', () => {
  it.each(switched)('is switched off and on in the way of %s', async (_family, template) => {
    const [off, on] = [await opened(template, 'off'), await opened(template, 'on')]
    expect(off.tokens).not.toBe(on.tokens)
    expect(off.note).toBeUndefined()
    expect(on.note).toBeUndefined()
  })

  it.each([
    ['opens a thought whatever is asked for', openedThoughtTemplate],
    ['opens it and renders thoughts', reasoningTemplate],
    ['is that of gpt-oss', `${asking('')}{# <|start|>assistant<|channel|>final #}`],
  ])('that cannot be switched off is told, where a template %s', async (_how, template) => {
    expect(await opened(template, 'off')).toMatchObject({note: expect.stringMatching('thinks before it answers')})
    expect(await opened(template, 'auto')).toMatchObject({note: undefined})
  })

  it('is no word worth of a model that does not think', async () => {
    const [off, on] = [await opened(chatMlTemplate, 'off'), await opened(chatMlTemplate, 'on')]
    expect(off).toEqual({tokens: on.tokens, note: undefined})
  })

  it('is off unless it is asked for, and stays out of the answer where it is on', async () => {
    const script: ScriptToken[] = ['\n', 'hmm', '</think>', 'Hello', '<|im_end|>']
    const template = asking("{{ '<think>\\n' if enable_thinking else '<think></think>\\n' }}")
    const on = await collected((await models.tiny({script, template}, {thinking: 'on'})).chat(say('Hi.')))
    expect([thoughtOf(on), answerOf(on)]).toEqual(['hmm', 'Hello'])
    const byDefault = await models.tiny({script, template})
    expect(thoughtOf(await collected(byDefault.chat(say('Hi.'))))).toBe('')
  })

  it('is switched off by an answer that may have none, and on by one that may have some', async () => {
    const script: ScriptToken[] = ['\n', 'hmm', '</think>', 'Hello', '<|im_end|>']
    const template = asking("{{ '<think>\\n' if enable_thinking else '<think></think>' }}")
    for (const thinking of ['on', 'off'] as const) {
      const model = await models.tiny({script, template}, {thinking})
      for (const [thoughtTokens, thought] of [
        [0, ''],
        [20, 'hmm'],
      ] as const) {
        const deltas = await collected(model.chat(say('Hi.'), {thoughtTokens}))
        expect([thoughtOf(deltas), answerOf(deltas)]).toEqual([thought, 'Hello'])
      }
    }
  })

  // What follows the mark stands before what leads to it: a script knows one way on from each token.
  const endlessThought: ScriptToken[] = ['</think>', 'Hello', '<|im_end|>', '\n', 'tick', ' tock', 'tick']
  it.each([
    ['opens thoughts', openedThoughtTemplate, {thoughtTokens: 6}, {}],
    ['opens and renders thoughts', reasoningTemplate, {thoughtTokens: 6}, {}],
    ['opens thoughts', openedThoughtTemplate, {}, {thoughtTokens: 6}],
  ] as const)('that %s ends at its bound, case %#', async (_how, template, options, opened) => {
    const model = await models.tiny({script: endlessThought, template}, {thinking: 'on', ...opened})
    const deltas = await collected(model.chat(say('Hi.'), {maxTokens: 40, ...options}))
    expect(thoughtOf(deltas)).toMatch(/^tick tock/)
    expect(thoughtOf(deltas).length).toBeLessThan('tick tock'.length * 4)
    expect(answerOf(deltas)).toBe('Hello')
    expect(endOf(deltas).finish).toBe('stop')
  })
})

it('a start that is cancelled does not wait for the system prompt', async () => {
  const model = await models.tiny({contextLength: 8192}, {contextTokens: 8192})
  const cancel = new AbortController()
  const preparing = model.prepare({messages: [{role: 'system', content: 'x'.repeat(5000)}]}, cancel.signal)
  cancel.abort()
  await expect(preparing).rejects.toMatchObject({code: 'CANCELLED'})
  expect(model.tokenCounts().prompt).toBeLessThan(5000)
})
