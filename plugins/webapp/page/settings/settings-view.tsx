import {useTranslation} from 'react-i18next'
import {View} from '../shell/view.tsx'
import {AnswerSettings} from './answer-settings.tsx'
import {ListeningSettings} from './listening-settings.tsx'
import {PageSettings} from './page-settings.tsx'

/** What a person chooses in this browser. */
export const SettingsView = () => {
  const {t} = useTranslation('settings')
  return (
    <View title={t('title')}>
      <p className="hint">{t('kept')}</p>
      <AnswerSettings />
      <ListeningSettings />
      <PageSettings />
    </View>
  )
}
