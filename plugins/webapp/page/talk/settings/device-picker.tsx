import {useId} from 'react'
import {useTranslation} from 'react-i18next'
import {prefer, usePreferences} from '../../settings/preferences.ts'
import {canChooseSpeaker, type SoundDevice, useSoundDevices} from '../../sound/devices.ts'

/** By which microphone, over which speaker. */
export const DevicePicker = () => {
  const {t} = useTranslation('talk')
  const {microphone, speaker} = usePreferences()
  const {microphones, speakers, look} = useSoundDevices()
  const areNamed = microphones.some(({name}) => name !== '')
  return (
    <div className="device-picker">
      <DeviceChoice
        label={t('settings.microphone')}
        devices={microphones}
        chosen={microphone}
        onChoose={id => prefer({microphone: id})}
      />
      {canChooseSpeaker() && (
        <DeviceChoice
          label={t('settings.speaker')}
          devices={speakers}
          chosen={speaker}
          onChoose={id => prefer({speaker: id})}
        />
      )}
      {!areNamed && (
        <button type="button" className="quiet" onClick={() => void allowed().then(look)}>
          {t('settings.allow')}
        </button>
      )}
    </div>
  )
}

interface DeviceChoiceProps {
  label: string
  devices: readonly SoundDevice[]
  chosen: string | undefined
  onChoose: (id: string | undefined) => void
}

const DeviceChoice = ({label, devices, chosen, onChoose}: DeviceChoiceProps) => {
  const {t} = useTranslation('talk')
  const id = useId()
  const named = devices.filter(({name}) => name !== '')
  const isAway = chosen !== undefined && !named.some(device => device.id === chosen)
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={chosen ?? ''} onChange={({target: {value}}) => onChoose(value || undefined)}>
        <option value="">{t('settings.usual')}</option>
        {named.map(device => (
          <option key={device.id} value={device.id}>
            {device.name}
          </option>
        ))}
        {isAway && <option value={chosen}>{t('settings.away', {name: t('settings.unnamed')})}</option>}
      </select>
    </>
  )
}

/** Asks for the microphone: only then the browser names what is connected. Where it is denied they stay without names. */
const allowed = async (): Promise<void> => {
  const stream = await navigator.mediaDevices?.getUserMedia({audio: true}).catch(() => undefined)
  for (const track of stream?.getTracks() ?? []) track.stop()
}
