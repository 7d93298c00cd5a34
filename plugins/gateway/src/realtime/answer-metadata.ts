import {decisionLabels} from '@essence/core/channel/decision-labels'
import type {LiveEvent} from '@essence/core/conversation/port'

type Ended = Extract<LiveEvent, {type: 'responseEnded'}>

/** What June's answer carries beside its words, as metadata of its response: JSON under each name, where there is something. */
export const answerMetadata = (ended: Ended): Record<string, string> => {
  const {times, voiceToVoiceMs, waitedMs, sources, confirmation, action} = ended
  const carried = {
    times: times && {...times, voiceToVoiceMs, waitedMs},
    sources: sources?.length ? sources : undefined,
    confirmation: confirmation && {...confirmation, ...decisionLabels(confirmation.question)},
    action,
  }
  return Object.fromEntries(
    Object.entries(carried).flatMap(([name, value]) => (value ? [[name, JSON.stringify(value)]] : [])),
  )
}
