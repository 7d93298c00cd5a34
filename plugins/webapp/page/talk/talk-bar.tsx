import {useEffect, useRef} from 'react'
import {Trans, useTranslation} from 'react-i18next'
import {stopWriting} from '../conversation/write.ts'
import {usePreferences} from '../settings/preferences.ts'
import {EndIcon, MicrophoneIcon, MutedIcon} from '../ui/icons.tsx'
import {useTalkKeys} from './keys.ts'
import {LevelWave} from './level-wave.tsx'
import {spaceDown, spaceUp, toggleMute} from './press.ts'
import {TalkSettings} from './settings/talk-settings.tsx'
import {endTalk, liveTalk} from './talk.ts'
import {TalkButton} from './talk-button.tsx'
import {useTalk} from './talk-store.ts'

const stop = (): void => {
  liveTalk()?.interrupt()
  stopWriting()
}

interface TalkBarProps {
  isReady: boolean
  /** Why nobody can talk now. */
  problem: string | undefined
  /** What a written message waits for. */
  notice?: string | undefined
}

/** What goes on, the one big button, and what belongs to it. */
export const TalkBar = ({isReady, problem, notice}: TalkBarProps) => {
  const {t} = useTranslation('talk')
  const {state, seconds, before = 0, notice: told, connection} = useTalk()
  const isLive = connection !== 'none'
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    document.body.dataset['state'] = problem === undefined || isLive ? state : 'starting'
  }, [state, problem, isLive])
  useTalkKeys(button, {
    onDown: () => {
      if (isReady || isLive) spaceDown()
    },
    onUp: spaceUp,
    onEscape: stop,
  })
  return (
    <div className="talk-bar">
      {isLive && <LevelWave />}
      <p className="status" role="status">
        {(isLive ? undefined : problem) ?? notice ?? told ?? t(`state.${state}`, {seconds, place: before + 1})}
      </p>
      <div className="controls">
        <div className="aside">
          <TalkSettings />
          <Aside />
        </div>
        <TalkButton button={button} isReady={isReady} />
        {(state === 'queued' || state === 'thinking' || state === 'speaking') && (
          <button type="button" className="quiet" onClick={stop}>
            {t('stop')}
          </button>
        )}
      </div>
      <KeyHint isLive={isLive} />
    </div>
  )
}

/** Mutes, or where the big button is held, ends. */
const Aside = () => {
  const {t} = useTranslation('talk')
  const isMuted = useTalk(talk => talk.isMuted)
  const isLive = useTalk(({connection}) => connection !== 'none')
  const isPushToTalk = usePreferences(({talking}) => talking === 'push-to-talk')
  if (!isLive) return null
  return isPushToTalk ? (
    <button type="button" className="icon-button" aria-label={t('end')} onClick={endTalk}>
      <EndIcon />
    </button>
  ) : (
    <button
      type="button"
      className="icon-button"
      aria-label={t(isMuted ? 'unmute' : 'mute')}
      aria-pressed={isMuted}
      onClick={toggleMute}
    >
      {isMuted ? <MutedIcon /> : <MicrophoneIcon />}
    </button>
  )
}

/** What the keys do, where there are some. */
const KeyHint = ({isLive}: {isLive: boolean}) => {
  const isPushToTalk = usePreferences(({talking}) => talking === 'push-to-talk')
  const {t} = useTranslation('talk')
  return (
    <p className="keys">
      <Trans
        t={t}
        i18nKey={isPushToTalk ? 'keys.pushToTalk' : isLive ? 'keys.handsFree' : 'keys.idle'}
        components={{key: <kbd />}}
      />
    </p>
  )
}
