import * as z from 'zod'
import type {ToolDefinition} from '../llm/port.ts'
import type {Source, ToolContext} from './port.ts'

/** What a call changes: nothing; what June keeps for this person; or the world outside. */
export type ToolEffect = 'none' | 'own' | 'world'

/** As `ToolContext`, and the signal that ends the call: its time is over, or the caller has gone. */
export interface RunContext extends ToolContext {
  signal: AbortSignal
}

export interface ToolResult {
  text: string
  sources?: Source[] | undefined
}

/** Arguments as they are passed on, or what is wrong with them, for the model. */
export type ParsedArguments = {input: unknown} | {wrong: string}

/** A tool as the toolbox sees it, whatever its arguments are. */
export interface Tool {
  readonly definition: ToolDefinition
  readonly effect: ToolEffect
  /** What it answers was written by others: it is wrapped as data, and nothing is kept or done unasked in the rest of the turn. */
  readonly foreign: boolean
  parse(json: unknown): ParsedArguments
  /** Whether it can be done, before it is done or asked about. @throws what goes back to the model */
  check?: ((input: unknown, context: RunContext) => Promise<void>) | undefined
  /** The question of its confirmation, in the person's language; else the common one is asked. */
  question?: ((input: unknown, context: RunContext) => Promise<string>) | undefined
  /** @throws what goes back to the model */
  run(input: unknown, context: RunContext): Promise<ToolResult>
}

export interface ToolOptions<S extends z.ZodObject> {
  name: string
  /** For the model. */
  description: string
  input: S
  effect: ToolEffect
  foreign?: boolean | undefined
  check?: ((input: z.output<S>, context: RunContext) => Promise<void>) | undefined
  question?: ((input: z.output<S>, context: RunContext) => Promise<string>) | undefined
  run: (input: z.output<S>, context: RunContext) => Promise<ToolResult | string>
}

/** A tool whose arguments are of a zod schema: strict, so that an argument it does not know goes back as an error. */
export const defineTool = <S extends z.ZodObject>(options: ToolOptions<S>): Tool => {
  const {name, description, input, effect, foreign = false, check, question, run} = options
  const {$schema, ...parameters} = z.toJSONSchema(input, {io: 'input'})
  return {
    definition: {name, description, parameters},
    effect,
    foreign,
    parse(json) {
      const parsed = input.safeParse(json)
      return parsed.success ? {input: parsed.data} : {wrong: z.prettifyError(parsed.error)}
    },
    check: check && ((value, context) => check(value as z.output<S>, context)),
    question: question && ((value, context) => question(value as z.output<S>, context)),
    async run(value, context) {
      const result = await run(value as z.output<S>, context)
      return typeof result === 'string' ? {text: result} : result
    },
  }
}
