import type {Assistant, AssistantRequest} from '@essence/core/assistant/port'
import {EssenceError} from '@essence/core/kit/errors'
import type {ChatOptions, LanguageModel, ToolCall} from '@essence/core/llm/port'
import {fitting, messagesOf, spokenNow} from './history.ts'
import {type Item, type Items, textOf} from './items/items.ts'
import type {LateCut} from './late-cut.ts'
import type {Served} from './served.ts'
import {type AnswerConfig, chatOptionsOf} from './session-config.ts'

/** What has been heard of a conversation's last answer; the next one waits for it. */
class LastAnswer {
  #heard: Promise<string | undefined> = Promise.resolve(undefined)

  /** @returns what was heard of the answer before this one */
  follow({live}: Pick<AssistantRequest, 'live'>): Promise<string | undefined> {
    const before = this.#heard
    if (live) this.#heard = before.then(async earlier => (await live.heard) ?? earlier)
    return before
  }
}

interface ModelAssistantOptions {
  model: LanguageModel
  items: Items
  last: LastAnswer
  /** What reuses what was computed. */
  conversation: string
  instructions: string
  options: ChatOptions
  /** Read instead of the conversation. */
  input?: readonly Item[] | undefined
}

/** The bare model, which reads the session's items and nothing else. Functions it calls are the client's. */
const modelAssistant = (given: ModelAssistantOptions): Assistant => {
  const {model, items, last, conversation, instructions, options, input} = given
  return {
    info: model.info,
    async *reply({text, live, signal}) {
      const heard = await last.follow({live})
      const messages = input
        ? messagesOf(input, {instructions})
        : messagesOf(items.all, {
            ...{instructions, heard, said: text},
            ...(text !== '' && {current: spokenNow(items)}),
          })
      const calls: ToolCall[] = []
      const asked = await fitting(messages, model, options)
      for await (const delta of model.chat(asked, {...options, conversation, signal})) {
        if (delta.kind === 'toolCall') calls.push(delta.call)
        else if (delta.kind === 'end') {
          const {finish, usage} = delta
          yield {kind: 'answer', text: '', model: {finish, usage}, calls: calls.length > 0 ? calls : undefined}
        } else yield delta
      }
    },
    forget: async () => {},
    close: async () => {},
  }
}

interface JuneAssistantOptions {
  assistant: Assistant
  items: Items
  last: LastAnswer
  lateCut: LateCut
  maxTokens: number | undefined
}

/** June, who keeps the conversation herself and is told what is new: what was written since her last answer, and what was said. */
const juneAssistant = ({assistant, items, last, lateCut, maxTokens}: JuneAssistantOptions): Assistant => ({
  info: assistant.info,
  mind: assistant.mind,
  async *reply(request) {
    lateCut.hurry()
    await last.follow(request)
    const spoken = request.text === '' ? new Set<Item>() : spokenNow(items)
    const written = newText(items.unanswered.filter(item => !spoken.has(item)))
    const text = [written, request.text].filter(part => part !== '').join('\n')
    let whole = ''
    const {live} = request
    const heard = live && {...live, heard: lateCut.of(live.heard, () => whole)}
    const asked = {...request, text, live: heard, sampling: {...request.sampling, maxTokens}}
    for await (const delta of assistant.reply(asked)) {
      if (delta.kind === 'answer') whole += delta.text
      yield delta
    }
  },
  forget: (session, speaker) => assistant.forget(session, speaker),
  close: async () => {},
})

/** What the person has written or said in items. */
export const newText = (items: readonly Item[]): string =>
  items
    .flatMap(item => (item.type === 'message' && item.role === 'user' ? [textOf(item).trim()] : []))
    .filter(text => text !== '')
    .join('\n')

/** What answers in a session. @param input what is read instead of the conversation @throws ENGINE_UNAVAILABLE: the model is gone */
export type SessionAssistants = (config: AnswerConfig, input?: readonly Item[]) => Assistant

/** @param options.conversation by which the model finds what was computed for it */
export const sessionAssistants = ({
  served,
  items,
  conversation,
  lateCut,
}: {
  served: Pick<Served, 'engines' | 'model'>
  items: Items
  conversation: string
  lateCut: LateCut
}): SessionAssistants => {
  const last = new LastAnswer()
  return (config, input) => {
    const {
      engines,
      model: {id, kind},
    } = served
    const {max_output_tokens: max, instructions} = config
    if (kind === 'june') {
      const maxTokens = max === 'inf' ? undefined : max
      return juneAssistant({items, last, lateCut, assistant: engines.assistant, maxTokens})
    }
    const {model} = engines
    if (!model) throw new EssenceError('ENGINE_UNAVAILABLE', `The model ${id} is not here any more.`)
    return modelAssistant({model, items, last, conversation, instructions, options: chatOptionsOf(config), input})
  }
}
