import {useTranslation} from 'react-i18next'
import {asJuneError} from '../server/june-error.ts'
import {useStatus} from '../server/status.ts'
import {useServices} from './admin.ts'
import {LimitsTable} from './limits-table.tsx'

/** What runs, how it is, and what is allowed. */
export const ServiceTab = () => {
  const {t, i18n} = useTranslation('owner')
  const {data: status} = useStatus()
  const {data, error} = useServices()
  const number = new Intl.NumberFormat(i18n.language)
  if (!data)
    return (
      <p className="hint" role="status">
        {error ? asJuneError(error).message : t('loading')}
      </p>
    )
  return (
    <>
      {error && (
        <p className="problem" role="alert">
          {asJuneError(error).message}
        </p>
      )}
      <ul className="entries" aria-label={t('service.health')}>
        {Object.values(data.services).map(({service, status, details}) => (
          <li key={service} className="entry">
            <div className="entry-text">
              <strong>{serviceName(t, service)}</strong>
              <span className="hint">{details}</span>
            </div>
            <span className={`badge ${status}`}>{t(`service.status.${status}`)}</span>
          </li>
        ))}
      </ul>
      {status?.ready && (
        <section className="block">
          <h2>{t('service.running')}</h2>
          <ul className="lines">
            {status.lines.map(line => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </section>
      )}
      <dl className="figures">
        <div>
          <dt>{t('service.version')}</dt>
          <dd>{data.version}</dd>
        </div>
        <div>
          <dt>{t('service.uptime')}</dt>
          <dd>{durationOf(data.uptime_seconds, i18n.language)}</dd>
        </div>
        <div>
          <dt>{t('service.connections')}</dt>
          <dd>{number.format(data.connections)}</dd>
        </div>
        <div>
          <dt>{t('service.waiting')}</dt>
          <dd>{number.format(data.queue.waiting)}</dd>
        </div>
      </dl>
      <LimitsTable limits={data.limits} />
    </>
  )
}

const serviceName = (t: ReturnType<typeof useTranslation<'owner'>>['t'], service: string): string => {
  switch (service) {
    case 'stt':
    case 'llm':
    case 'tts':
    case 'turns':
      return t(`service.name.${service}`)
    default:
      return service
  }
}

/** The largest unit alone: nobody needs seconds of days. */
const durationOf = (seconds: number, language: string): string => {
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ] as const
  const [unit, size] = units.find(([, size]) => seconds >= size) ?? units[3]
  return new Intl.NumberFormat(language, {style: 'unit', unit, unitDisplay: 'long'}).format(Math.floor(seconds / size))
}
