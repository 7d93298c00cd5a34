import {maxCaptionLength, shorten, splitText} from './split-text.ts'
import type {Answer} from './spoken-answer.ts'
import {nothingToSay} from './texts.ts'

/** What goes out for one update: the voice note first, then the texts. */
export interface Reply {
  voice?: {ogg: Uint8Array; seconds: number; caption: string}
  /** Each within Telegram's limit. */
  texts: string[]
  /** The message this answers, shown above the first part. */
  replyTo?: number
}

/** Of what was heard, this much is shown with the answer: enough to see a mishearing. */
const maxHeard = 180

export const textReply = (text: string): Reply => ({texts: splitText(text)})

/**
 * A voice note carries its text as caption where that fits; else the caption says what was heard and the text follows.
 * @param notice sent after it, as a message of its own
 */
export const replyOf = ({transcript, text, voice}: Answer, messageId: number, notice?: string): Reply => {
  const notices = notice ? splitText(notice) : []
  if (!transcript) return {texts: [...splitText(text || nothingToSay), ...notices]}
  const heard = `“${shorten(transcript, maxHeard)}”`
  const whole = `${heard}\n\n${text || nothingToSay}`
  if (!voice) return {texts: [...splitText(whole), ...notices], replyTo: messageId}
  const fits = whole.length <= maxCaptionLength
  return {
    voice: {...voice, caption: fits ? whole : heard},
    texts: [...(fits ? [] : splitText(text)), ...notices],
    replyTo: messageId,
  }
}
