import {lazy, Suspense, useState} from 'react'
import {useTranslation} from 'react-i18next'
import {asJuneError} from '../server/june-error.ts'
import {Choice} from '../ui/choice.tsx'
import {type Stage, stages, useStages} from './admin.ts'
import {SeriesTable} from './series-table.tsx'
import {StagesTable} from './stages-table.tsx'

const StagesPlot = lazy(() => import('./stages-plot.tsx').then(plot => ({default: plot.StagesPlot})))

const spans = ['1', '6', '24', '168'] as const

/** How fast June answers, stage by stage. */
export const StagesTab = () => {
  const {t} = useTranslation('owner')
  const [span, setSpan] = useState<(typeof spans)[number]>('24')
  const [stage, setStage] = useState<Stage>('total')
  const {data, error} = useStages(Number(span))
  return (
    <>
      <div className="toolbar">
        <Choice
          label={t('stages.span')}
          options={spans.map(value => ({value, label: t('stages.hours', {count: Number(value)})}))}
          value={span}
          onChange={setSpan}
        />
        <Choice
          label={t('stages.plotted')}
          options={stages.map(value => ({value, label: t(`stages.name.${value}`)}))}
          value={stage}
          onChange={setStage}
        />
      </div>
      {error && (
        <p className="problem" role="alert">
          {asJuneError(error).message}
        </p>
      )}
      {!error && !data && (
        <p className="hint" role="status">
          {t('loading')}
        </p>
      )}
      {data &&
        (data.turns === 0 ? (
          <p className="hint" role="status">
            {t('stages.none')}
          </p>
        ) : (
          <>
            <Suspense fallback={<div className="plot" aria-busy />}>
              <StagesPlot series={data.series} stage={stage} />
            </Suspense>
            <SeriesTable series={data.series} stage={stage} />
            <StagesTable summary={data} />
          </>
        ))}
    </>
  )
}
