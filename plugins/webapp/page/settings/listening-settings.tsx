import type {TFunction} from 'i18next'
import {useTranslation} from 'react-i18next'
import {useStatus} from '../server/status.ts'
import {DevicePicker} from '../talk/settings/device-picker.tsx'
import {useTalk} from '../talk/talk-store.ts'
import {Choice, type Option} from '../ui/choice.tsx'
import {OneOf} from '../ui/one-of.tsx'
import {languageName} from '../words/language-names.ts'
import {prefer, usePreferences} from './preferences.ts'
import {Section} from './section.tsx'

/** Stands for no choice: no language has this code. */
const usual = ''

const hints = {'hands-free': 'talk.hint.handsFree', 'push-to-talk': 'talk.hint.pushToTalk'} as const

/** How June listens. */
export const ListeningSettings = () => {
  const {t, i18n} = useTranslation('settings')
  const {data: status} = useStatus()
  const {language, talking} = usePreferences()
  // Of the speaker that was just chosen, say.
  const notice = useTalk(talk => talk.notice)
  const known = status?.ready ? status.languages : []
  return (
    <Section title={t('talk.title')}>
      <Choice
        label={t('talk.language')}
        options={languageOptions(known, language, t, i18n.language)}
        value={language ?? usual}
        onChange={code => prefer({language: code === usual ? undefined : code})}
      />
      <OneOf
        label={t('talk.label')}
        options={[
          {value: 'hands-free', label: t('talk.handsFree')},
          {value: 'push-to-talk', label: t('talk.pushToTalk')},
        ]}
        value={talking}
        onChange={value => prefer({talking: value})}
        hint={t(hints[talking])}
      />
      <DevicePicker />
      <p className="hint" role="status">
        {notice}
      </p>
    </Section>
  )
}

/** In the order of their names; one that was chosen stays, though it may not be known. */
const languageOptions = (
  known: readonly string[],
  chosen: string | undefined,
  t: TFunction<'settings'>,
  inLanguage: string,
): Option[] => {
  const codes = new Set([...known, ...(chosen === undefined || chosen === 'auto' ? [] : [chosen])])
  const named = [...codes].map(value => ({value, label: languageName(value, inLanguage)}))
  const byName = new Intl.Collator(inLanguage)
  return [
    {value: usual, label: t('talk.usual')},
    {value: 'auto', label: t('talk.auto')},
    ...named.toSorted((a, b) => byName.compare(a.label, b.label)),
  ]
}
