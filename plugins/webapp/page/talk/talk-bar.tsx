import {useEffect} from 'react'
import {useTranslation} from 'react-i18next'
import {stopWriting} from '../conversation/write.ts'
import {EndIcon, MicrophoneIcon} from '../ui/icons.tsx'
import {liveTalk, startTalk} from './talk.ts'
import {useTalk} from './talk-store.ts'

const stop = (): void => {
  liveTalk()?.interrupt()
  stopWriting()
}

interface TalkBarProps {
  isReady: boolean
  problem: string | undefined
  /** What a written message waits for. */
  waiting: string | undefined
}

/** What goes on, the one big button, and what stops June. */
export const TalkBar = ({isReady, problem, waiting}: TalkBarProps) => {
  const {t} = useTranslation('talk')
  const {state, level} = useTalk()
  const isLive = state !== 'idle' && liveTalk() !== undefined
  useEffect(() => {
    document.body.dataset['state'] = problem === undefined ? state : 'starting'
  }, [state, problem])
  useEffect(() => {
    const onKey = ({key}: KeyboardEvent): void => {
      if (key === 'Escape' && !document.querySelector('[role=dialog]')) stop()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  return (
    <div className="talk-bar">
      <p className="status" role="status">
        {problem ?? waiting ?? t(`state.${state}`)}
      </p>
      <div className="controls">
        <meter
          className="level"
          min={0}
          max={1}
          value={Math.min(1, level * 4)}
          aria-label={t('level')}
          hidden={!isLive}
        />
        <button
          type="button"
          className="talk"
          aria-label={t(isLive ? 'end' : 'start')}
          aria-pressed={isLive}
          disabled={!isReady || state === 'opening'}
          onClick={() => (isLive ? liveTalk()?.end() : void startTalk())}
        >
          {isLive ? <EndIcon /> : <MicrophoneIcon />}
        </button>
        {(state === 'thinking' || state === 'speaking') && (
          <button type="button" className="quiet" onClick={stop}>
            {t('stop')}
          </button>
        )}
      </div>
    </div>
  )
}
