import {useTranslation} from 'react-i18next'
import {type StageFigures, type StagesSummary, stages} from './admin.ts'
import {QuantileTable} from './quantile-table.tsx'

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
  const {t} = useTranslation('owner')
  const rows = stages.map(stage => ({key: stage, head: t(`stages.name.${stage}`), figures: figures[stage]}))
  return <QuantileTable caption={caption} first={t('stages.stage')} rows={rows} />
}
