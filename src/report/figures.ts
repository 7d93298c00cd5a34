import type {Quantiles} from './run.ts'
import type {AccuracySummary} from './test-report.ts'

/** `4.2 %` of 0.042. */
export const percent = (share: number, digits = 1): string => `${(share * 100).toFixed(digits)} %`

/** `4.2 % (3.1–5.5)`: a WER with its 95 % confidence interval. */
export const werWithInterval = ({wer, werLow, werHigh}: AccuracySummary): string =>
  `${percent(wer)} (${(werLow * 100).toFixed(1)}–${(werHigh * 100).toFixed(1)})`

/** `82 ms`, `1.24 s`, `95 s`. */
export const readableMs = (ms: number): string => {
  if (ms < 1) return `${ms.toFixed(1)} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  return `${(ms / 1000).toFixed(ms < 9995 ? 2 : ms < 99_950 ? 1 : 0)} s`
}

/** Three figures that matter: `0.084`, `12.3`, `512`. */
export const threeFigures = (value: number): string =>
  Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)))

export const quantileNames = ['p50', 'p95', 'max'] as const satisfies readonly (keyof Quantiles)[]
