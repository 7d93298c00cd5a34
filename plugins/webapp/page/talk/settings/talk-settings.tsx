import {useTranslation} from 'react-i18next'
import {SettingsIcon} from '../../ui/icons.tsx'
import {LateButton, late} from '../../ui/late.tsx'

const popover = late(() => import('./talk-settings-popover.tsx').then(part => part.TalkSettingsPopover))

export const TalkSettings = () => {
  const {t} = useTranslation('talk')
  const button = {label: t('settings.title'), icon: <SettingsIcon />, className: 'icon-button'}
  return <LateButton part={popover} button={button} more={{}} />
}
