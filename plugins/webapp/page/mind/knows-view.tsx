import {useTranslation} from 'react-i18next'
import {View} from '../shell/view.tsx'

export const KnowsView = () => {
  const {t} = useTranslation('mind')
  return <View title={t('title')}>{null}</View>
}
