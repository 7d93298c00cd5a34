import {Popover} from '@base-ui/react/popover'
import {useTranslation} from 'react-i18next'
import {SettingsIcon} from '../ui/icons.tsx'
import {DevicePicker} from './device-picker.tsx'

/** How to talk, behind a button. */
export const TalkSettings = () => {
  const {t} = useTranslation('talk')
  return (
    <Popover.Root>
      <Popover.Trigger className="icon-button" aria-label={t('settings.title')}>
        <SettingsIcon />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner side="top" sideOffset={8} collisionPadding={12}>
          <Popover.Popup className="talk-settings">
            <Popover.Title className="unseen">{t('settings.title')}</Popover.Title>
            <DevicePicker />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
