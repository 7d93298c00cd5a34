import {useTranslation} from 'react-i18next'
import type {ServicesStatus} from './admin.ts'

const kinds = ['all', 'chat', 'llm', 'stt', 'tts'] as const
const windows = [
  ['minute', 60],
  ['hour', 3600],
  ['day', 86_400],
] as const

/** What one person may ask for, and what the gateway does at once. */
export const LimitsTable = ({limits: {requests, turns, connections}}: {limits: ServicesStatus['limits']}) => {
  const {t, i18n} = useTranslation('owner')
  const number = new Intl.NumberFormat(i18n.language)
  return (
    <section className="block">
      <h2>{t('limits.title')}</h2>
      <p className="hint">
        {t('limits.turns', {
          turns: number.format(turns.at_once),
          waiting: number.format(turns.waiting),
          each: number.format(turns.waiting_per_person),
          connections: number.format(connections),
        })}
      </p>
      <table className="figures-table">
        <caption className="hint">{t('limits.requests')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('limits.kind')}</th>
            {windows.map(([name]) => (
              <th key={name} scope="col">
                {t(`limits.per.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {kinds.map(kind => (
            <tr key={kind}>
              <th scope="row">{t(`limits.of.${kind}`)}</th>
              {windows.map(([name, seconds]) => {
                const limit = requests[kind]?.find(each => each.window_seconds === seconds)
                return <td key={name}>{limit ? number.format(limit.count) : '–'}</td>
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
