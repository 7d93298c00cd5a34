import type {TurnTimes} from '../../voice/events.ts'

/** When each stage of a turn was reached, in the order in which they happened, all from the end of the question. */
export const timeLines = ({decodeMs = 0, sttMs, ttftMs, ttfaMs, llmMs, totalMs}: TurnTimes): string[] => {
  const heardMs = decodeMs + (sttMs ?? 0)
  const since = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : heardMs + ms)
  const stages: [string, number | undefined][] = [
    ['question heard', sttMs === undefined ? undefined : heardMs],
    ['first words of the answer', since(ttftMs)],
    ['first sound of the answer', ttfaMs],
    ['answer written', since(llmMs)],
    [ttfaMs === undefined ? 'end' : 'all of it spoken', totalMs],
  ]
  const reached = stages
    .flatMap(([stage, ms]) => (ms === undefined ? [] : [{stage, ms}]))
    .toSorted((a, b) => a.ms - b.ms)
  const width = String(Math.round(totalMs)).length
  return [
    'ms since the end of the question:',
    ...reached.map(({stage, ms}) => `  ${String(Math.round(ms)).padStart(width)}  ${stage}`),
  ]
}
