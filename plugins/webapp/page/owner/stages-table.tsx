import {useTranslation} from 'react-i18next'
import {type StageFigures, type StagesSummary, stages} from './admin.ts'
import {duration} from './duration.ts'

/** Median and 95th percentile of each stage: of all turns, and of each channel where there are several. */
export const StagesTable = ({summary}: {summary: StagesSummary}) => {
  const {t} = useTranslation('owner')
  const channels = Object.entries(summary.channels)
  return (
    <>
      <Figures caption={t('stages.all')} figures={summary.stages} />
      {channels.length > 1 &&
        channels.map(([channel, figures]) => <Figures key={channel} caption={channel} figures={figures} />)}
    </>
  )
}

const Figures = ({caption, figures}: {caption: string; figures: StageFigures}) => {
  const {t, i18n} = useTranslation('owner')
  return (
    <table className="figures-table">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{t('stages.stage')}</th>
          <th scope="col">{t('stages.p50')}</th>
          <th scope="col">{t('stages.p95')}</th>
          <th scope="col">{t('stages.count')}</th>
        </tr>
      </thead>
      <tbody>
        {stages.map(stage => {
          const its = figures[stage]
          return (
            its && (
              <tr key={stage}>
                <th scope="row">{t(`stages.name.${stage}`)}</th>
                <td>{duration(its.p50, i18n.language)}</td>
                <td>{duration(its.p95, i18n.language)}</td>
                <td>{its.count}</td>
              </tr>
            )
          )
        })}
      </tbody>
    </table>
  )
}
