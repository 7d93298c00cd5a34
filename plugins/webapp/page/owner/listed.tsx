import type {ReactNode} from 'react'
import {useTranslation} from 'react-i18next'
import {asJuneError} from '../server/june-error.ts'
import type {PageOf} from './admin.ts'

interface ListedProps {
  /** What the list is called. */
  label: string
  query: {data: PageOf | undefined; error: Error | null}
  /** Said where there is nothing. */
  empty: string
  page: number
  onPage: (page: number) => void
  children: ReactNode
}

/** A list that comes page by page: what it holds, that it is empty, or why it is not there. */
export const Listed = ({label, query: {data, error}, empty, page, onPage, children}: ListedProps) => {
  const {t} = useTranslation('owner')
  return (
    <>
      {error && (
        <p className="problem" role="alert">
          {asJuneError(error).message}
        </p>
      )}
      {!error && !data && (
        <p className="hint" role="status">
          {t('loading')}
        </p>
      )}
      {data?.total === 0 && <p className="hint">{empty}</p>}
      <ul className="entries" aria-label={label}>
        {children}
      </ul>
      {data && data.total_pages > 1 && (
        <nav className="pager" aria-label={t('pages')}>
          <button type="button" className="quiet" disabled={page <= 1} onClick={() => onPage(page - 1)}>
            {t('before')}
          </button>
          <span role="status">{t('pageOf', {page, pages: data.total_pages})}</span>
          <button type="button" className="quiet" disabled={page >= data.total_pages} onClick={() => onPage(page + 1)}>
            {t('after')}
          </button>
        </nav>
      )}
    </>
  )
}
