import {useTranslation} from 'react-i18next'
import {OneOf} from '../ui/one-of.tsx'
import {Range} from '../ui/range.tsx'
import {prefer, usePreferences} from './preferences.ts'
import {Section} from './section.tsx'
import {VoiceSettings} from './voice-settings.tsx'

const replies = ['text', 'voice', 'both'] as const

export const AnswerSettings = () => {
  const {t, i18n} = useTranslation('settings')
  const {reply, speed, volume} = usePreferences()
  return (
    <Section title={t('voice.title')}>
      <VoiceSettings />
      <Range
        label={t('speed')}
        value={speed}
        min={0.5}
        max={2}
        step={0.1}
        format={{style: 'percent'}}
        locale={i18n.language}
        onChange={value => prefer({speed: Math.round(value * 10) / 10})}
      />
      <Range
        label={t('volume')}
        value={volume}
        min={0}
        max={1}
        step={0.05}
        format={{style: 'percent'}}
        locale={i18n.language}
        onChange={value => prefer({volume: Math.round(value * 100) / 100})}
      />
      <OneOf
        label={t('reply.label')}
        options={replies.map(value => ({value, label: t(`reply.${value}`)}))}
        value={reply}
        onChange={value => prefer({reply: value})}
        hint={t(`reply.hint.${reply}`)}
      />
    </Section>
  )
}
