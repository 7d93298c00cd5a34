import {isEssenceError} from '../kit/errors.ts'
import type {ChatMessage} from '../llm/port.ts'
import type {Confirmation, Toolbox, ToolOutcome} from '../tools/port.ts'
import {agreementIn} from './agreement.ts'
import type {AssistantRequest} from './port.ts'
import {contextOf} from './tool-context.ts'
import {resultMessage} from './tool-rounds.ts'

/** What a person wants done with what they were asked. */
export interface Decision {
  id: string
  accepted: boolean
}

/** What a person decides with this: by a button, or by a plain yes or no to what they were asked. */
export const decisionOf = async (request: AssistantRequest, toolbox: Toolbox): Promise<Decision | undefined> => {
  const {decision, text, language} = request
  if (decision) return {id: decision.confirmation, accepted: decision.accepted}
  const agreement = agreementIn(text, language)
  if (!agreement) return undefined
  const pending = await pendingOf(toolbox, request)
  return pending && {id: pending.id, accepted: agreement === 'yes'}
}

/** While the database is away nothing is known to be open: the answer goes on without. */
const pendingOf = (toolbox: Toolbox, request: AssistantRequest, id?: string): Promise<Confirmation | undefined> =>
  toolbox.pending(request, id).catch(error => {
    if (isEssenceError(error) && error.code === 'STORE_UNAVAILABLE') return undefined
    throw error
  })

/** Does what was asked about, or drops it; what goes wrong is an outcome. @throws CANCELLED */
export const decide = ({id, accepted}: Decision, toolbox: Toolbox, request: AssistantRequest): Promise<ToolOutcome> =>
  toolbox.decide(id, accepted, contextOf(request)).catch(error => {
    if (isEssenceError(error) && error.code === 'STORE_UNAVAILABLE')
      return {kind: 'error', text: 'The database with the question cannot be had now: nothing was done.'}
    throw error
  })

/** Does what was confirmed; the call and what came of it, for the model to tell. */
export const carryOut = async (
  decision: Decision,
  toolbox: Toolbox,
  request: AssistantRequest,
): Promise<ChatMessage[]> => {
  const asked = await pendingOf(toolbox, request, decision.id)
  const outcome = await decide(decision, toolbox, request)
  if (outcome.kind === 'confirm') return []
  const call = {
    id: `confirmed-${decision.id}`,
    name: asked?.tool ?? 'confirmed',
    arguments: asked?.arguments ?? '{}',
  }
  return [{role: 'assistant', content: '', toolCalls: [call]}, resultMessage(call, outcome)]
}
