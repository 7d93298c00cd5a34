import {inputOfAll} from '@essence/core/channel/several-messages'
import type {Said, VoiceTurn} from '@essence/core/voice/events'
import type {Asked, Collectable} from '../incoming/incoming.ts'
import {type RecordingSource, recordingOf} from './stored-recording.ts'

/**
 * What is asked, as a turn takes it; recordings are fetched.
 * @returns also why some of several recordings are not in it
 * @throws as `recordingOf`
 */
export const turnInput = async (
  {content, channelId, messageId}: Asked,
  source: RecordingSource,
  signal: AbortSignal,
): Promise<Pick<VoiceTurn, 'input' | 'decision'> & {missed: readonly unknown[]}> => {
  const said = async (one: Collectable): Promise<Said> => {
    if (one.kind === 'text') return {text: one.text}
    const bytes = await recordingOf(one, {channelId, messageId: one.messageId ?? messageId}, source, signal)
    return {audio: {bytes}, question: one.question}
  }
  if (content.kind === 'collected') return await inputOfAll(content.said, said)
  if (content.kind !== 'decision') return {input: await said(content), missed: []}
  const {label, confirmation, accepted} = content
  return {input: {text: label}, decision: {confirmation, accepted}, missed: []}
}
