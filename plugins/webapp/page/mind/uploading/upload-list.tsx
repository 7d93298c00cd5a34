import {useTranslation} from 'react-i18next'
import {Trouble} from '../trouble.tsx'
import {cancelUpload, isRetryable, retryUpload, type Upload, useUploads} from './uploads.ts'

/** Files on their way, how far they are, and why one did not arrive. */
export const UploadList = () => {
  const {t} = useTranslation('mind')
  const uploads = useUploads(state => state.uploads)
  if (uploads.length === 0) return null
  return (
    <ul className="cards" aria-label={t('documents.uploads')}>
      {uploads.map(each => (
        <UploadItem key={each.id} upload={each} />
      ))}
    </ul>
  )
}

const UploadItem = ({upload}: {upload: Upload}) => {
  const {t} = useTranslation('mind')
  const {id, file, state, progress, problem} = upload
  const name = file.name
  return (
    <li className="upload">
      <p className="name">{name}</p>
      <Trouble error={problem} />
      {state !== 'failed' && (
        <>
          <p className="soft small" role="status">
            {t(`documents.state.${state}`)}
          </p>
          <progress aria-label={name} value={state === 'sending' ? progress : state === 'waiting' ? 0 : undefined} />
        </>
      )}
      <div className="row">
        {isRetryable(upload) && (
          <button
            type="button"
            className="quiet"
            aria-label={t('documents.retryIt', {name})}
            onClick={() => retryUpload(id)}
          >
            {t('documents.retry')}
          </button>
        )}
        <button
          type="button"
          className="quiet"
          aria-label={t(problem ? 'documents.dismissIt' : 'documents.cancelIt', {name})}
          onClick={() => cancelUpload(id)}
        >
          {t(problem ? 'documents.dismiss' : 'documents.cancel')}
        </button>
      </div>
    </li>
  )
}
