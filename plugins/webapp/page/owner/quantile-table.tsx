import type {ReactNode} from 'react'
import {useTranslation} from 'react-i18next'
import type {Stage, StageFigures} from './admin.ts'
import {duration} from './duration.ts'

export interface QuantileRow {
  key: string
  head: ReactNode
  /** Absent: the row is left out. */
  figures: StageFigures[Stage] | undefined
}

/** Median, 95th percentile and count, a row each. @param first heads the column of the rows' heads */
export const QuantileTable = ({caption, first, rows}: {caption: string; first: string; rows: QuantileRow[]}) => {
  const {t, i18n} = useTranslation('owner')
  return (
    <table className="figures-table">
      <caption>{caption}</caption>
      <thead>
        <tr>
          {[first, t('stages.p50'), t('stages.p95'), t('stages.count')].map(name => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(
          ({key, head, figures}) =>
            figures && (
              <tr key={key}>
                <th scope="row">{head}</th>
                <td>{duration(figures.p50, i18n.language)}</td>
                <td>{duration(figures.p95, i18n.language)}</td>
                <td>{figures.count}</td>
              </tr>
            ),
        )}
      </tbody>
    </table>
  )
}
