import {useTranslation} from 'react-i18next'
import {View} from '../shell/view.tsx'

export const OwnerView = () => {
  const {t} = useTranslation('owner')
  return <View title={t('title')}>{null}</View>
}
