import type {RefObject} from 'react'
import {useTranslation} from 'react-i18next'
import {usePreferences} from '../settings/preferences.ts'
import {EndIcon, MicrophoneIcon} from '../ui/icons.tsx'
import {letGo, press, toggleHold, toggleTalk} from './press.ts'
import {useTalk} from './talk-store.ts'

interface TalkButtonProps {
  button: RefObject<HTMLButtonElement | null>
  isReady: boolean
}

/** The one big button: hands-free it begins and ends; in push-to-talk it is held. */
export const TalkButton = ({button, isReady}: TalkButtonProps) => {
  const isPushToTalk = usePreferences(({talking}) => talking === 'push-to-talk')
  return isPushToTalk ? (
    <HoldButton button={button} isReady={isReady} />
  ) : (
    <ToggleButton button={button} isReady={isReady} />
  )
}

const ToggleButton = ({button, isReady}: TalkButtonProps) => {
  const {t} = useTranslation('talk')
  const isLive = useTalk(({connection}) => connection !== 'none')
  return (
    <button
      ref={button}
      type="button"
      className="talk"
      aria-label={t(isLive ? 'end' : 'start')}
      aria-pressed={isLive}
      disabled={!isReady && !isLive}
      onClick={toggleTalk}
    >
      {isLive ? <EndIcon /> : <MicrophoneIcon />}
    </button>
  )
}

const HoldButton = ({button, isReady}: TalkButtonProps) => {
  const {t} = useTranslation('talk')
  const isLive = useTalk(({connection}) => connection !== 'none')
  const isHeld = useTalk(state => state.isHeld)
  return (
    <button
      ref={button}
      type="button"
      className="talk"
      aria-label={t(isHeld ? 'send' : isLive ? 'hold' : 'start')}
      aria-pressed={isHeld}
      disabled={!isReady && !isLive}
      onPointerDown={event => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        void press()
      }}
      onPointerUp={letGo}
      onPointerCancel={letGo}
      onContextMenu={event => event.preventDefault()}
      // Without a pointer: Enter, or a program that presses for a person.
      onClick={({detail}) => {
        if (detail === 0) toggleHold()
      }}
    >
      <MicrophoneIcon />
    </button>
  )
}
