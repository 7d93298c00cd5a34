import {useQuery} from '@tanstack/react-query'
import {useTranslation} from 'react-i18next'
import {type Message, useConversation} from '../conversation/conversation-store.ts'
import {personName} from '../server/person-name.ts'
import {useTalk} from '../talk/talk-store.ts'
import {EndIcon, PlayIcon} from '../ui/icons.tsx'
import {type KeptSound, soundsOf, useSoundChanges} from './kept-sound.ts'
import {playSound, stopSound, usePlayer} from './sound-player.ts'

/** What a message sounded like, where this browser still has it: its waveform, and a button that plays it. */
export const KeptSoundView = ({message}: {message: Message}) => {
  const session = useConversation(state => state.session)
  const changes = useSoundChanges(({count}) => count)
  const {data} = useQuery({
    queryKey: ['sounds', session, changes],
    queryFn: () => soundsOf(personName(), session),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    placeholderData: before => before,
  })
  const sound = message.isOpen ? undefined : soundFor(message, data ?? [])
  return sound ? <Player sound={sound} /> : null
}

/** The sound of these words that is nearest in time. */
const soundFor = ({who, text, heard, at}: Message, sounds: readonly KeptSound[]): KeptSound | undefined => {
  const said = letters(text)
  const isOf = (sound: string): boolean => (heard === undefined ? said === sound : said.startsWith(sound))
  return sounds
    .filter(sound => sound.who === who && isOf(letters(sound.text)))
    .toSorted((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at))[0]
}

/** Sentences may be joined otherwise than they were told. */
const letters = (text: string): string => text.replace(/\s+/g, '')

const Player = ({sound}: {sound: KeptSound}) => {
  const {t} = useTranslation('list')
  const isMine = usePlayer(({id}) => id === sound.id)
  const position = usePlayer(player => (player.id === sound.id ? player.position : 0))
  // What is played would be heard as speech.
  const isLive = useTalk(({state}) => state !== 'idle')
  const {peaks, who, bytes, rate} = sound
  return (
    <span className="kept-sound">
      <button
        type="button"
        className="icon-button"
        aria-label={t(isMine ? 'sound.stop' : `sound.${who}`)}
        disabled={isLive && !isMine}
        onClick={() => (isMine ? stopSound() : void playSound(sound))}
      >
        {isMine ? <EndIcon /> : <PlayIcon />}
      </button>
      <span className="waveform">
        <svg viewBox={`0 0 ${peaks.length * 3} 32`} preserveAspectRatio="none" aria-hidden="true">
          {peaks.map((peak, part) => (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: a part of a waveform is its place
              key={part}
              className={isMine && part / peaks.length < position ? 'played' : undefined}
              x={part * 3}
              y={16 - barHeight(peak) / 2}
              width={2}
              height={barHeight(peak)}
              rx={1}
            />
          ))}
        </svg>
        <input
          type="range"
          aria-label={t('sound.position')}
          min={0}
          max={1}
          step={0.01}
          value={position}
          disabled={isLive}
          onChange={({target}) => void playSound(sound, Number(target.value))}
        />
      </span>
      <span className="length">{lengthOf(bytes / 2 / rate)}</span>
    </span>
  )
}

const barHeight = (peak: number): number => Math.max(2, peak * 30)

const lengthOf = (seconds: number): string => {
  const whole = Math.max(1, Math.round(seconds))
  return `${Math.floor(whole / 60)}:${`${whole % 60}`.padStart(2, '0')}`
}
