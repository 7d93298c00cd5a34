import {isEssenceError} from '@essence/core/kit/errors'
import type {Said, VoiceTurn} from '@essence/core/voice/events'
import {type RecordingSource, recordingOf} from './bot-api/stored-recording.ts'
import type {Collectable, Content} from './incoming.ts'

/** Messages that are answered together, at most. */
const maxTogether = 20

/** What of it can be answered with others. */
const collectable = (content: Content): readonly Collectable[] => {
  if (content.kind === 'collected') return content.said
  return content.kind === 'text' || content.kind === 'sound' ? [content] : []
}

/** Two messages as one that asks what both ask; undefined where they cannot be answered together. */
export const together = (first: Content, next: Content): Content | undefined => {
  if (first.kind === 'unsupported' && next.kind === 'unsupported') return next
  const [before, after] = [collectable(first), collectable(next)]
  const said = [...before, ...after]
  if (before.length === 0 || after.length === 0 || said.length > maxTogether) return undefined
  const texts = said.flatMap(one => (one.kind === 'text' ? [one.text] : []))
  return texts.length === said.length ? {kind: 'text', text: texts.join('\n')} : {kind: 'collected', said}
}

/** Its recordings. */
export const soundsIn = (content: Content) => collectable(content).flatMap(one => (one.kind === 'sound' ? [one] : []))

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
  if (content.kind === 'collected') {
    const messages: Said[] = []
    const missed: unknown[] = []
    for (const one of content.said) {
      try {
        messages.push(await said(one))
      } catch (error) {
        if (isEssenceError(error) && error.code === 'CANCELLED') throw error
        missed.push(error)
      }
    }
    if (messages.length === 0) throw missed[0]
    return {input: {messages}, missed}
  }
  if (content.kind !== 'decision') return {input: await said(content), missed: []}
  const {label, confirmation, accepted} = content
  return {input: {text: label}, decision: {confirmation, accepted}, missed: []}
}
