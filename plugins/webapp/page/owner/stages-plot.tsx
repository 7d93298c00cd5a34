import 'uplot/dist/uPlot.min.css'
import {useEffect, useRef, useSyncExternalStore} from 'react'
import {useTranslation} from 'react-i18next'
import UPlot from 'uplot'
import {usePreferences} from '../settings/preferences.ts'
import type {Stage, StagesSummary} from './admin.ts'
import {duration} from './duration.ts'

const height = 220

const dark = matchMedia('(prefers-color-scheme: dark)')
const onScheme = (changed: () => void): (() => void) => {
  dark.addEventListener('change', changed)
  return () => dark.removeEventListener('change', changed)
}

/** Median and 95th percentile of a stage over time. */
export const StagesPlot = ({series, stage}: Pick<StagesSummary, 'series'> & {stage: Stage}) => {
  const {t, i18n} = useTranslation('owner')
  const place = useRef<HTMLDivElement>(null)
  const theme = usePreferences(({theme}) => theme)
  const isDark = useSyncExternalStore(onScheme, () => dark.matches)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are those of the theme
  useEffect(() => {
    const element = place.current
    if (!element) return
    const plot = new UPlot(optionsFor(element, i18n.language), dataOf(series, stage), element)
    const resized = new ResizeObserver(() => plot.setSize({width: element.clientWidth, height}))
    resized.observe(element)
    return () => {
      resized.disconnect()
      plot.destroy()
    }
  }, [series, stage, theme, isDark, i18n.language])
  return (
    <figure>
      {/* Time goes to the right, in every language. */}
      <div ref={place} className="plot" dir="ltr" aria-hidden />
      <figcaption className="legend">
        <span className="p50">{t('stages.p50')}</span>
        <span className="p95">{t('stages.p95')}</span>
        <span className="unseen">{t('stages.plot', {stage: t(`stages.name.${stage}`)})}</span>
      </figcaption>
    </figure>
  )
}

const dataOf = (series: StagesSummary['series'], stage: Stage): UPlot.AlignedData => [
  series.map(({at}) => Date.parse(at) / 1000),
  series.map(({stages}) => stages[stage]?.p50 ?? null),
  series.map(({stages}) => stages[stage]?.p95 ?? null),
]

const optionsFor = (element: HTMLElement, language: string): UPlot.Options => {
  // A canvas knows no `light-dark()`: the colours as they are computed of the tokens.
  const [ink, line, accent, warn] = ['--soft', '--line', '--accent', '--warn'].map(token => computed(element, token))
  const axis = {stroke: ink, grid: {stroke: line, width: 1}, ticks: {stroke: line, width: 1}}
  const clock = new Intl.DateTimeFormat(language, {hour: '2-digit', minute: '2-digit'})
  const day = new Intl.DateTimeFormat(language, {day: 'numeric', month: 'short'})
  const written = (moments: readonly number[]): string[] => {
    const isLong = (moments.at(-1) ?? 0) - (moments[0] ?? 0) > 36 * 3600
    return moments.map(moment => (isLong ? day : clock).format(moment * 1000))
  }
  const drawn = {width: 2, spanGaps: true, points: {show: true, size: 6}}
  return {
    width: element.clientWidth,
    height,
    legend: {show: false},
    cursor: {show: false},
    scales: {y: {range: (_, __, max) => [0, Math.max(max, 1) * 1.1]}},
    axes: [
      {...axis, space: 90, values: (_, moments) => written(moments)},
      {...axis, size: 64, values: (_, values) => values.map(ms => duration(ms, language))},
    ],
    series: [{}, {...drawn, stroke: accent}, {...drawn, stroke: warn, dash: [6, 4]}],
  } as UPlot.Options
}

const computed = (element: HTMLElement, token: string): string => {
  const before = element.style.color
  element.style.color = `var(${token})`
  const colour = getComputedStyle(element).color
  element.style.color = before
  return colour
}
