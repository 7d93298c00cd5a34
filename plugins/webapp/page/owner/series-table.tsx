import {useTranslation} from 'react-i18next'
import type {Stage, StagesSummary} from './admin.ts'
import {duration} from './duration.ts'
import {Moment} from './moment.tsx'

/** The figures of the plot, for whoever does not see it. */
export const SeriesTable = ({series, stage}: Pick<StagesSummary, 'series'> & {stage: Stage}) => {
  const {t, i18n} = useTranslation('owner')
  return (
    <details className="series">
      <summary>{t('stages.figures')}</summary>
      <table className="figures-table">
        <caption>{t(`stages.name.${stage}`)}</caption>
        <thead>
          <tr>
            <th scope="col">{t('stages.from')}</th>
            <th scope="col">{t('stages.p50')}</th>
            <th scope="col">{t('stages.p95')}</th>
            <th scope="col">{t('stages.count')}</th>
          </tr>
        </thead>
        <tbody>
          {series.map(({at, stages: {[stage]: its}}) => {
            return (
              its && (
                <tr key={at}>
                  <th scope="row">
                    <Moment at={at} />
                  </th>
                  <td>{duration(its.p50, i18n.language)}</td>
                  <td>{duration(its.p95, i18n.language)}</td>
                  <td>{its.count}</td>
                </tr>
              )
            )
          })}
        </tbody>
      </table>
    </details>
  )
}
