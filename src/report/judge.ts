import type {AccuracySummary, LengthClass, RoundTrip} from './test-report.ts'

/** Fewer phrases of a length say nothing of their own; all together are judged however few they are. */
const minCases = 20

export type Judgement = 'met' | 'missed' | 'too few'

/** Whether what was heard is as right as it has to be. */
export const judge = (
  name: 'all' | LengthClass,
  {cases, words, wer}: AccuracySummary,
  {wer: allowed}: RoundTrip['thresholds'],
): Judgement => {
  if (words === 0 || (name !== 'all' && cases < minCases)) return 'too few'
  return wer > allowed[name] ? 'missed' : 'met'
}
