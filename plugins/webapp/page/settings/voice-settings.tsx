import type {TFunction} from 'i18next'
import {useEffect} from 'react'
import {useTranslation} from 'react-i18next'
import {useStatus, type Voice} from '../server/status.ts'
import {Choice, type Option} from '../ui/choice.tsx'
import {languageName} from '../words/language-names.ts'
import {prefer, usePreferences} from './preferences.ts'
import {playSample, stopSample, useVoiceSample} from './voice-sample.ts'

/** Stands for no choice: no voice has this id. */
const usual = ''

/** Which voice June has, and how it sounds. */
export const VoiceSettings = () => {
  const {t, i18n} = useTranslation('settings')
  const {data: status} = useStatus()
  const {voice, speed} = usePreferences()
  const {state, problem} = useVoiceSample()
  // Who leaves does not want to hear it any more.
  useEffect(() => stopSample, [])
  if (!status?.ready) return <p className="hint">{t('voice.loading')}</p>
  const chosen = status.voices.find(({id}) => id === voice)
  const isGone = voice !== undefined && !chosen
  const choose = (id: string): void => {
    stopSample()
    prefer({voice: id === usual ? undefined : id})
  }
  const play = (): void => {
    const language = chosen?.language ?? (voice === undefined ? status.voices[0]?.language : undefined) ?? 'en'
    void playSample(language, {voice, speed})
  }
  return (
    <>
      <div className="voice-row">
        <Choice
          label={t('voice.label')}
          options={voiceOptions(status.voices, isGone ? voice : undefined, t, i18n.language)}
          value={voice ?? usual}
          onChange={choose}
        />
        <button
          type="button"
          className="quiet"
          disabled={isGone}
          aria-busy={state === 'coming'}
          onClick={() => (state === 'silent' ? play() : stopSample())}
        >
          {t(state === 'silent' ? 'voice.sample' : 'voice.stop')}
        </button>
      </div>
      <p className="problem" role="alert">
        {isGone ? t('voice.chooseAnother') : problem?.message}
      </p>
    </>
  )
}

/** By language, in the order of their names. @param gone one that was chosen and is no longer there */
const voiceOptions = (
  voices: readonly Voice[],
  gone: string | undefined,
  t: TFunction<'settings'>,
  inLanguage: string,
): Option[] => {
  const byName = new Intl.Collator(inLanguage)
  const named = voices
    .map(({id, name, language}) => ({value: id, label: name, group: languageName(language, inLanguage)}))
    .toSorted((a, b) => byName.compare(a.group, b.group) || byName.compare(a.label, b.label))
  return [
    {value: usual, label: t('voice.usual')},
    ...(gone === undefined ? [] : [{value: gone, label: t('voice.gone', {voice: gone})}]),
    ...named,
  ]
}
