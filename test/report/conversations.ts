import {type ConversationScenario, conversationsOf} from '@essence/core/report/conversation-report'
import type {TestReport} from '@essence/core/report/test-report'
import {mockReport} from './reports.ts'

const figures: ConversationScenario['figures'] = {
  ...{
    utterances: 2,
    cutOffs: 1,
    voiceToVoice: [700, 900],
    disturbances: 1,
    falseStops: 0,
    interruptions: 1,
    missedStops: 0,
  },
  ...{
    quietAfter: [180],
    resumedAfter: [640],
    selfReplies: 0,
    falseTurns: 0,
    words: 20,
    wordErrors: 1,
    microphoneLate: [4],
  },
}

/** A test of two conversations, the second of which failed. */
export const conversationReport = (
  failure = 'line 4, after 3.21 s: expected whole: true; the turn was over at 1.27 s',
): TestReport => ({
  ...mockReport(),
  ...{
    mode: 'conversation',
    passed: false,
    checks: [],
    reasons: [`1 of 2 scenarios failed; the first is pause: ${failure}`],
  },
  conversations: conversationsOf([
    {name: 'plain', description: 'A question is answered.', ms: 6000, failures: [], figures, happenings: []},
    {
      ...{name: 'pause', description: 'A pause does not end the turn.', ms: 4000, failures: [failure], figures},
      happenings: [
        {atMs: 0, who: 'person', what: '"I would like a table"'},
        {atMs: 1270, who: 'gateway', what: 'the turn is over'},
      ],
    },
  ]),
})
