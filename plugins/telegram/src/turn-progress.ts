import {shorten} from '@essence/core/channel/split-text'
import type {Words} from '@essence/core/channel/words/words'
import type {TurnEvent} from '@essence/core/voice/events'
import {formattedOf} from './formatting/markdown.ts'

/** A draft that shows more than this is a wall of text; the answer comes in full anyway. */
const maxShown = 700

/** Turns the events of a turn into the text of its draft; of a typed message into the answer as it is written. */
export const turnProgress = (
  show: (text: string) => void,
  spoken: boolean,
  words: Words,
): ((event: TurnEvent) => void) => {
  let heard = ''
  let answer = ''
  const put = (stage: string): void => {
    const parts = [
      heard && `“${shorten(heard, maxShown)}”`,
      answer && shorten(formattedOf(answer).text, maxShown),
      stage,
    ]
    show(parts.filter(Boolean).join('\n\n'))
  }
  put(spoken ? words('listening') : words('thinking'))
  return event => {
    if (event.type === 'transcript') {
      heard = event.transcript.text
      put(words('thinking'))
    } else if (event.type === 'delta') {
      answer += event.text
      put(words('thinking'))
    } else if (event.type === 'speech') put(words('speaking'))
    else if (event.type === 'done' && spoken) put(words('sending'))
  }
}
