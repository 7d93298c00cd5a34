import {useTranslation} from 'react-i18next'
import {View} from '../shell/view.tsx'

export const SettingsView = () => {
  const {t} = useTranslation('settings')
  return <View title={t('title')}>{null}</View>
}
