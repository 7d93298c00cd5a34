import {useTranslation} from 'react-i18next'
import {View} from '../shell/view.tsx'
import settings from '../words/en/settings.json'
import {addEnglish} from '../words/words.ts'
import {AnswerSettings} from './answer-settings.tsx'
import {ListeningSettings} from './listening-settings.tsx'
import {PageSettings} from './page-settings.tsx'

addEnglish('settings', settings)

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
