import {Popover} from '@base-ui/react/popover'
import {useId} from 'react'
import {useTranslation} from 'react-i18next'
import {prefer, usePreferences} from '../../settings/preferences.ts'
import type {OpenedProps} from '../../ui/late.tsx'
import {DevicePicker} from './device-picker.tsx'

/** How to talk, behind a button: hands-free or by a button, by what, how loud. */
export const TalkSettingsPopover = ({label, icon, className, isOpenAtFirst}: OpenedProps) => {
  const {t} = useTranslation('talk')
  const {talking, volume} = usePreferences()
  const volumeId = useId()
  return (
    <Popover.Root defaultOpen={isOpenAtFirst}>
      <Popover.Trigger className={className} aria-label={label}>
        {icon}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner side="top" sideOffset={8} collisionPadding={12}>
          <Popover.Popup className="talk-settings">
            <Popover.Title className="unseen">{label}</Popover.Title>
            <fieldset>
              <legend>{t('settings.mode')}</legend>
              {(['hands-free', 'push-to-talk'] as const).map(mode => (
                <label key={mode}>
                  <input
                    type="radio"
                    name="talking"
                    checked={talking === mode}
                    onChange={() => prefer({talking: mode})}
                  />
                  {t(mode === 'hands-free' ? 'settings.handsFree' : 'settings.pushToTalk')}
                </label>
              ))}
            </fieldset>
            <DevicePicker />
            <label htmlFor={volumeId}>{t('settings.volume')}</label>
            <input
              id={volumeId}
              type="range"
              min={0}
              max={1}
              step={0.05}
              value={volume}
              onChange={event => prefer({volume: event.target.valueAsNumber})}
            />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
