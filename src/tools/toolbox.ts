import {setTimeout as sleep} from 'node:timers/promises'
import {EssenceError, isEssenceError, messageOf, throwIfCancelled} from '../kit/errors.ts'
import {nearest} from '../kit/nearest.ts'
import {redact} from '../kit/secret.ts'
import {askStore} from '../store/ask-store.ts'
import type {Store} from '../store/store.ts'
import {type AuditedCall, audit, storable} from './audit.ts'
import {openConfirmations} from './confirmations.ts'
import {cutTo, wrapForeign} from './foreign-text.ts'
import type {Toolbox, ToolContext, ToolOutcome} from './port.ts'
import type {RunContext, Tool} from './tool.ts'
import {newTurns} from './turns.ts'
import {shortened, wordingFor} from './wording.ts'

export interface ToolboxParts {
  tools: readonly Tool[]
  /** Where calls are audited and questions kept. Without it nothing can be asked: what has to be asked first is not done. */
  store?: Store | undefined
  /** ms of one call. */
  timeoutMs: number
  /** ms a question whether something is to be done stays open. */
  confirmationMs: number
  /** Characters of one result. */
  resultCharacters: number
  now: () => Date
  lacks: () => string[]
  /** Called when something goes wrong that no caller hears of. */
  onProblem: (message: string) => void
  close: () => Promise<void>
}

/** ms that an answer waits for its audit. */
const auditMs = 1000

type Ran = {outcome: ToolOutcome; audited: Pick<AuditedCall, 'outcome' | 'detail'>}

const failed = (text: string, outcome: AuditedCall['outcome'] = 'error'): Ran => ({
  outcome: {kind: 'error', text},
  audited: {outcome, detail: text},
})

/** Tools behind what holds for each of them: checked arguments, limits, questions, audit. */
export const toolboxOf = (parts: ToolboxParts): Toolbox => {
  const {store, timeoutMs, resultCharacters, now, onProblem} = parts
  const tools = new Map(parts.tools.map(tool => [tool.definition.name, tool]))
  const ask = store && askStore(store)
  const questions = store && openConfirmations({store, openMs: parts.confirmationMs, now})
  const turns = newTurns()

  /** A database that is away holds up no answer. */
  const note = async (call: AuditedCall): Promise<void> => {
    if (!store || !ask) return
    const audited = audit(ask, store.cipher, call).catch(error =>
      onProblem(`A call of a tool was not audited: ${messageOf(error)}`),
    )
    await Promise.race([audited, sleep(auditMs, undefined, {ref: false})])
  }

  /** Does work within its time and audits it; what it throws is an error outcome. @throws CANCELLED */
  const audited = async (
    call: Pick<AuditedCall, 'tool' | 'arguments'>,
    context: ToolContext,
    work: (context: RunContext) => Promise<Ran>,
  ): Promise<ToolOutcome> => {
    throwIfCancelled(context.signal)
    const started = performance.now()
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = context.signal ? AbortSignal.any([context.signal, timeout]) : timeout
    const finish = (result: AuditedCall['outcome'], detail?: string): Promise<void> =>
      note({...call, context, outcome: result, detail, ms: performance.now() - started})
    try {
      const {outcome, audited} = await beforeAbort(work({...context, signal}), signal)
      await finish(audited.outcome, audited.detail)
      return outcome
    } catch (error) {
      if (context.signal?.aborted) {
        await finish('cancelled')
        throw new EssenceError('CANCELLED', 'Cancelled.', {cause: context.signal.reason})
      }
      const text = timeout.aborted ? timeoutText(call.tool, timeoutMs) : redact(describe(error))
      await finish(timeout.aborted ? 'timeout' : 'error', text)
      return {kind: 'error', text: cutTo(resultCharacters, text)}
    }
  }

  const run = async (tool: Tool, input: unknown, context: RunContext): Promise<Ran> => {
    const {name} = tool.definition
    // A check may have outlasted the time: what was reported as not done is not done later.
    context.signal.throwIfAborted()
    // Before it answers: what is called meanwhile already counts as said by others.
    if (tool.foreign) turns.readForeign(context)
    const wrapped = (text: string): string => {
      const cut = cutTo(resultCharacters, redact(text))
      return tool.foreign ? wrapForeign(name, cut) : cut
    }
    try {
      const {text, sources} = await tool.run(input, context)
      return {outcome: {kind: 'result', text: wrapped(text), sources}, audited: {outcome: 'result'}}
    } catch (error) {
      if (!tool.foreign || context.signal.aborted) throw error
      // Its error, too, was written by others.
      return {
        outcome: {kind: 'error', text: wrapped(describe(error))},
        audited: {outcome: 'error', detail: describe(error)},
      }
    }
  }

  const askFirst = async (tool: Tool, input: unknown, context: RunContext): Promise<Ran> => {
    const {name} = tool.definition
    if (!questions) return failed(`${name} has to be confirmed first, and nothing can be asked: there is no database.`)
    const exact = JSON.stringify(input)
    const question =
      (await tool.question?.(input, context)) ?? wordingFor(context.language).ask(`${name} ${shortened(exact)}`)
    const asked = {tool: name, arguments: exact, question: storable(question)}
    return {
      outcome: {kind: 'confirm', confirmation: await questions.ask(context, asked)},
      audited: {outcome: 'confirm'},
    }
  }

  return {
    definitions: parts.tools.map(({definition}) => definition),
    get lacks() {
      return parts.lacks()
    },
    call: (call, context) =>
      audited({tool: call.name, arguments: call.arguments}, context, async bounded => {
        const tool = tools.get(call.name)
        if (!tool) return failed(unknownTool(call.name, tools.keys()))
        const parsed = parseArguments(tool, call.arguments)
        if ('wrong' in parsed) return failed(`The arguments of ${call.name} are wrong. ${parsed.wrong}`)
        await tool.check?.(parsed.input, bounded)
        const asksFirst = tool.effect === 'world' || (tool.effect === 'own' && turns.hasReadForeign(context))
        return (asksFirst ? askFirst : run)(tool, parsed.input, bounded)
      }),
    pending: (person, id) =>
      (id === undefined ? questions?.pending(person) : questions?.find(person, id))?.catch(error => {
        onProblem(`What was asked cannot be looked up: ${messageOf(error)}`)
        return undefined
      }) ?? Promise.resolve(undefined),
    async decide(id, accepted, context) {
      const found = questions?.find(context, id)
      const question = await found?.catch(() => undefined)
      const call = {tool: question?.tool ?? 'unknown', arguments: question?.arguments ?? ''}
      return audited(call, context, async bounded => {
        await found
        if (!question) return failed('That question is no longer open: it was answered, or its time is over.')
        const tool = tools.get(question.tool)
        if (accepted && !tool) return failed(`${question.tool} cannot be called at the moment.`)
        if (!(await questions?.answer(context, id, accepted))) return failed('That question has just been answered.')
        if (!accepted || !tool) {
          const text = `The person said no: ${question.tool} was not called.`
          return {outcome: {kind: 'result', text}, audited: {outcome: 'refused'}}
        }
        return run(tool, JSON.parse(question.arguments), bounded)
      })
    },
    close: parts.close,
  }
}

const describe = (error: unknown): string =>
  isEssenceError(error) ? [error.message, ...error.suggestions].join(' ') : messageOf(error)

const timeoutText = (tool: string, ms: number): string =>
  `${tool} did not answer within ${ms / 1000} s. What it was to do may have been done or not.`

const unknownTool = (name: string, names: Iterable<string>): string => {
  const known = [...names]
  const near = nearest(name, known)
  return `There is no tool named ${name.slice(0, 100)}. ${near ? `Did you mean ${near}?` : `There are: ${known.join(', ')}.`}`
}

const parseArguments = (tool: Tool, text: string): ReturnType<Tool['parse']> => {
  try {
    // Models leave the arguments out where a tool has none.
    return tool.parse(JSON.parse(text.trim() === '' ? '{}' : text))
  } catch (error) {
    return {wrong: `They are not JSON: ${messageOf(error)}`}
  }
}

/** Settles as the work does, or rejects when the signal aborts first: not every library listens to it. */
const beforeAbort = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, {once: true})
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
