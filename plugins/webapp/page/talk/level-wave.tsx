import {useEffect, useRef} from 'react'
import {useTranslation} from 'react-i18next'
import {liveTalk} from './talk.ts'
import {type TalkState, useTalk} from './talk-store.ts'

/** How each bar moves with the level, as June's mark stands. */
const bars = [0.35, 0.7, 1, 0.7, 0.35]

/** Share of the way from the level shown to a louder one, and to a softer one, in a frame. */
const [rise, fall] = [0.5, 0.12]

/** ms from one value told to those who cannot see it to the next. */
const toldEveryMs = 1000

/** −50 dB and less is 0, −10 dB and more is 1: as loud as it seems. */
const shown = (level: number): number => Math.min(1, Math.max(0, (20 * Math.log10(Math.max(level, 1e-5)) + 50) / 40))

/** Nobody is heard then. */
const quiet: readonly TalkState[] = ['muted', 'ready', 'queued', 'thinking']

/** How loud whoever speaks is: the person, or June. */
export const LevelWave = () => {
  const {t} = useTranslation('talk')
  const wave = useRef<HTMLDivElement>(null)
  const isJune = useTalk(({state}) => state === 'speaking')
  const isQuiet = useTalk(({state}) => quiet.includes(state))
  useEffect(() => {
    let level = 0
    let toldAt = 0
    let frame = requestAnimationFrame(function draw(now) {
      frame = requestAnimationFrame(draw)
      const {current} = wave
      if (!current) return
      const next = shown(liveTalk()?.level() ?? 0)
      level += (next - level) * (next > level ? rise : fall)
      current.style.setProperty('--level', level.toFixed(3))
      if (now - toldAt < toldEveryMs) return
      toldAt = now
      current.ariaValueNow = String(Math.round(level * 100))
    })
    return () => cancelAnimationFrame(frame)
  }, [])
  return (
    // biome-ignore lint/a11y/useSemanticElements: what a <meter> draws cannot be shaped
    <div
      ref={wave}
      className="level"
      role="meter"
      aria-label={t('level')}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={0}
      data-who={isJune ? 'june' : isQuiet ? 'nobody' : 'you'}
    >
      {bars.map((share, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: five bars that stay where they are
        <i key={at} style={{'--share': share} as object} />
      ))}
    </div>
  )
}
