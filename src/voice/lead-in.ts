import {setTimeout as delay} from 'node:timers/promises'
import {mainLanguage} from '../text/language-tag.ts'
import {sentenceLanguage} from '../text/sentence-language.ts'
import type {PcmChunk} from '../tts/port.ts'
import type {TurnEvent} from './events.ts'
import type {TurnContext} from './turn-context.ts'

/** In other languages nothing is said: a foreign word would be worse than silence. */
const words: Record<string, string> = {
  en: 'One moment.',
  de: 'Einen Moment.',
  fr: 'Un instant.',
  es: 'Un momento.',
}

/**
 * Says a word where the answer takes its time, so that a silence is not taken for a failure; once, and not when the answer begins
 * meanwhile. A voice that fails here says so when it speaks the answer.
 * @param asked what the person said
 * @param known its language, where known
 * @param begun aborted when the first sentence is there, or none will come
 */
export async function* leadIn(
  asked: string,
  known: string | undefined,
  begun: AbortSignal,
  {turn, tts, signal, leadInMs, times, since, started}: TurnContext,
): AsyncGenerator<TurnEvent> {
  if (!leadInMs) return
  const language = known ?? sentenceLanguage(asked, undefined)
  const text = words[mainLanguage(language ?? '')]
  if (text === undefined) return
  const stop = AbortSignal.any([begun, signal])
  try {
    await delay(leadInMs, undefined, {signal: stop})
    const chunks: PcmChunk[] = []
    for await (const chunk of tts.synthesize(text, {signal: stop, voice: turn.voice, speed: turn.speed, language}))
      chunks.push(chunk)
    for (const {pcm, sampleRate} of chunks) {
      if (stop.aborted) return
      times.leadInMs ??= since(started)
      yield {type: 'leadIn', text, pcm, sampleRate}
    }
  } catch {
    return
  }
}
