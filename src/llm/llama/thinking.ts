import type {ChatWrapperSettings, LlamaModel} from 'node-llama-cpp'

type Library = typeof import('node-llama-cpp')

/** Whether the model thinks before it answers; `auto` leaves it to its template. */
export type Thinking = 'on' | 'off' | 'auto'

/**
 * What templates call their switch: Qwen3, Gemma 4, GLM and SmolLM3 `enable_thinking`, DeepSeek and Granite `thinking`, Mistral and Cohere
 * `reasoning_effort`. In the order they are tried.
 */
export const thinkingParameters: Record<Thinking, Record<string, unknown>[]> = {
  off: [
    {enable_thinking: false, thinking: false, reasoning_effort: 'none'},
    {enable_thinking: false, thinking: false},
  ],
  on: [{enable_thinking: true, thinking: true}],
  auto: [{}],
}

type ThoughtSegment = NonNullable<NonNullable<ChatWrapperSettings['segments']>['thought']>

export type ThoughtMarks = readonly [open: string, close: string]

/** The marks between which models write their reasoning. */
export const thoughtMarks: readonly ThoughtMarks[] = [
  ['<think>', '</think>'],
  ['<thought>', '</thought>'],
  ['[THINK]', '[/THINK]'],
  ['<|START_THINKING|>', '<|END_THINKING|>'],
  ['<|begin_of_thought|>', '<|end_of_thought|>'],
  ['<|channel>thought', '<channel|>'],
]

/** Whether a model may write these marks: its template names them, or its vocabulary has them. */
export const knowsMarks = (marks: ThoughtMarks, template: string, model: LlamaModel): boolean =>
  marks.every(mark => template.includes(mark)) || marks.every(mark => model.tokenize(mark, true).length === 1)

/** Whether a prompt ends within a thought. */
export const openedAtEnd = (prompt: string, [open, close]: ThoughtMarks): boolean =>
  prompt.lastIndexOf(open) > prompt.lastIndexOf(close)

/**
 * The bare marks, without the line breaks a template puts around them: a model that leaves out a line break would have its whole answer
 * taken for a thought, or the reverse.
 */
export const thoughtSegment = (
  {LlamaText, SpecialTokensText}: Library,
  [open, close]: ThoughtMarks,
  opened: boolean,
): ThoughtSegment => ({
  prefix: opened ? {type: 'openedOnStart'} : LlamaText(new SpecialTokensText(open)),
  suffix: LlamaText(new SpecialTokensText(close)),
  openOnResponseStart: opened,
})
