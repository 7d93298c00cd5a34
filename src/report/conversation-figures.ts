import type {Conversations} from './conversation-report.ts'
import {percent, readableMs} from './figures.ts'
import type {Quantiles} from './run.ts'

/** A figure for people: its name, its value, and what it is of. */
export interface ConversationFigure {
  name: string
  value: string
  note: string
}

const both = (quantiles: Quantiles | undefined): string =>
  quantiles ? `${readableMs(quantiles.p50)} / ${readableMs(quantiles.p95)}` : '–'

const share = (count: number, of: number): string => (of === 0 ? '–' : `${count} of ${of}`)

/** How June converses, in the order in which it matters: how soon she answers, and at what price. */
export const conversationFigures = ({overall}: Conversations): ConversationFigure[] => [
  {
    name: 'Voice to voice',
    value: both(overall.voiceToVoice),
    note: 'p50 / p95, from the end of speech to her first sound',
  },
  {name: 'Cut-offs', value: share(overall.cutOffs, overall.utterances), note: 'turns ended before the person was done'},
  {
    name: 'False stops',
    value: share(overall.falseStops, overall.disturbances),
    note: 'answers ended for what was no turn',
  },
  {
    name: 'Missed stops',
    value: share(overall.missedStops, overall.interruptions),
    note: 'interruptions she spoke over for 2 s',
  },
  {name: 'Quiet after', value: both(overall.quietAfter), note: 'p50 / p95, from the beginning of speech'},
  {name: 'Goes on after', value: both(overall.resumedAfter), note: 'p50 / p95 of being quiet for what was no turn'},
  {name: 'Self-replies', value: String(overall.selfReplies), note: 'turns taken for her own echo'},
  {name: 'False turns', value: String(overall.falseTurns), note: 'turns taken where nobody spoke to her'},
  {
    name: 'WER',
    value: overall.words === 0 ? '–' : percent(overall.wordErrors / overall.words),
    note: `of ${overall.words} words that people said`,
  },
  {
    name: 'Test late',
    value: both(overall.microphoneLate),
    note: 'p50 / p95; by 100 ms or more, the machine is too busy',
  },
]
