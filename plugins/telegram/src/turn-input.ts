import {inputOfAll, together} from '@essence/core/channel/several-messages'
import type {Said, VoiceTurn} from '@essence/core/voice/events'
import {type RecordingSource, recordingOf} from './bot-api/stored-recording.ts'
import type {Collectable, Content} from './incoming.ts'

/** What of it can be answered with others. */
const saidIn = (content: Content): readonly Collectable[] => {
  if (content.kind === 'collected') return content.said
  return content.kind === 'text' || content.kind === 'sound' ? [content] : []
}

/** Two messages as one that asks what both ask; undefined where they cannot be answered together. */
export const asOne = (first: Content, next: Content): Content | undefined => {
  if (first.kind === 'unsupported' && next.kind === 'unsupported') return next
  return together(saidIn(first), saidIn(next))
}

/** Its recordings. */
export const soundsIn = (content: Content) => saidIn(content).flatMap(one => (one.kind === 'sound' ? [one] : []))

/**
 * What is asked, as a turn takes it; recordings are fetched.
 * @returns also why some of several recordings are not in it: they cannot be had, and something else is left
 * @throws as `recordingOf`
 */
export const turnInput = async (
  content: Extract<Content, {kind: 'sound' | 'text' | 'decision' | 'collected'}>,
  source: RecordingSource,
  signal: AbortSignal,
): Promise<Pick<VoiceTurn, 'input' | 'decision'> & {missed: readonly unknown[]}> => {
  const said = async (one: Collectable): Promise<Said> => {
    if (one.kind === 'text') return {text: one.text}
    const bytes = await recordingOf(one, source, signal)
    return {audio: {bytes}, question: one.question}
  }
  if (content.kind === 'collected') return await inputOfAll(content.said, said)
  if (content.kind !== 'decision') return {input: await said(content), missed: []}
  const {label, confirmation, accepted} = content
  return {input: {text: label}, decision: {confirmation, accepted}, missed: []}
}
