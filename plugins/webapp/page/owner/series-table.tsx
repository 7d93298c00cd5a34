import {useTranslation} from 'react-i18next'
import type {Stage, StagesSummary} from './admin.ts'
import {Moment} from './moment.tsx'
import {QuantileTable} from './quantile-table.tsx'

/** The figures of the plot, for whoever does not see it. */
export const SeriesTable = ({series, stage}: Pick<StagesSummary, 'series'> & {stage: Stage}) => {
  const {t} = useTranslation('owner')
  return (
    <details className="series">
      <summary>{t('stages.figures')}</summary>
      <QuantileTable
        caption={t(`stages.name.${stage}`)}
        first={t('stages.from')}
        rows={series.map(({at, stages: {[stage]: figures}}) => ({key: at, head: <Moment at={at} />, figures}))}
      />
    </details>
  )
}
