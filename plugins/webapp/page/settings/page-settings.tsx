import {useTranslation} from 'react-i18next'
import {Choice} from '../ui/choice.tsx'
import {OneOf} from '../ui/one-of.tsx'
import {languageName} from '../words/language-names.ts'
import {pageLanguageOf, pageLanguages} from '../words/page-language.ts'
import {useRead} from '../words/words.ts'
import {prefer, usePreferences} from './preferences.ts'
import {Section} from './section.tsx'

const themes = ['system', 'light', 'dark'] as const

/** Stands for no choice. */
const asBrowser = ''

/** How the page looks, and what it is read in. */
export const PageSettings = () => {
  const {t} = useTranslation('settings')
  const {theme, pageLanguage} = usePreferences()
  const missing = useRead(read => read.missing)
  const usual = pageLanguageOf(undefined, navigator.languages)
  return (
    <Section title={t('page.title')}>
      <OneOf
        label={t('page.theme')}
        options={themes.map(value => ({value, label: t(`page.${value}`)}))}
        value={theme}
        onChange={value => prefer({theme: value})}
      />
      <Choice
        label={t('page.language')}
        options={[
          {value: asBrowser, label: t('page.browser', {language: languageName(usual, usual)})},
          // Each by the name that those who read it know.
          ...pageLanguages.map(value => ({value, label: languageName(value, value)})),
        ]}
        value={pageLanguages.find(each => each === pageLanguage) ?? asBrowser}
        onChange={value => prefer({pageLanguage: value === asBrowser ? undefined : value})}
      />
      <p className="problem" role="alert">
        {missing && t('page.missing', {language: languageName(missing, missing)})}
      </p>
    </Section>
  )
}
