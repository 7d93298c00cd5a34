import {useMutation, useQuery, useQueryClient} from '@tanstack/react-query'
import {useEffect, useRef, useState} from 'react'
import {useTranslation} from 'react-i18next'
import {askJson} from '../server/ask.ts'
import {useStatus} from '../server/status.ts'
import {dateIn, sizeIn} from '../ui/quantities.ts'
import {Question} from './question.tsx'
import {useTold} from './told.tsx'
import {Trouble} from './trouble.tsx'
import {useRefusal} from './uploading/refusal.ts'
import {UploadList} from './uploading/upload-list.tsx'
import {upload, whenRead} from './uploading/uploads.ts'

interface DocumentInfo {
  id: string
  name: string
  kind: string
  bytes: number
  pages?: number
  added_at: string
  own: boolean
  state: 'ready' | 'indexing'
}

const queryKey = ['documents']
const kinds = '.txt,.md,.markdown,.html,.htm,.pdf,.docx'

/** Vectors are made after a document was read. */
const indexingLookMs = 2000

const useDocuments = () =>
  useQuery({
    queryKey,
    queryFn: ({signal}) =>
      askJson<{documents: DocumentInfo[]}>('/api/documents', {signal}).then(({documents}) => documents),
    refetchInterval: ({state: {data}}) => data?.some(({state}) => state === 'indexing') && indexingLookMs,
  })

/** What June has read, and what is on its way to her. */
export const Documents = () => {
  const {t} = useTranslation('mind')
  const client = useQueryClient()
  const {data: documents, error, isPending} = useDocuments()
  const {told, tell} = useTold()
  const remove = useMutation({
    mutationFn: ({id}: DocumentInfo) => askJson(`/api/documents/${encodeURIComponent(id)}`, {method: 'DELETE'}),
    onSuccess: (_, {name}) => tell(t('documents.removed', {name})),
    onSettled: () => client.invalidateQueries({queryKey}),
  })
  useEffect(() => {
    whenRead(() => void client.invalidateQueries({queryKey}))
    return () => whenRead(() => {})
  }, [client])
  return (
    <>
      {told}
      {!error && <AddDocuments />}
      <UploadList />
      <Trouble error={error ?? remove.error} />
      {isPending && <p className="soft">{t('looking')}</p>}
      {documents?.length === 0 && <p className="soft">{t('documents.none')}</p>}
      <ul className="cards" aria-label={t('documents.title')}>
        {documents?.map(each => (
          <DocumentItem key={each.id} document={each} onRemove={() => remove.mutate(each)} />
        ))}
      </ul>
    </>
  )
}

/** A button for those who drop nothing. */
const AddDocuments = () => {
  const {t} = useTranslation('mind')
  const {data: status} = useStatus()
  const field = useRef<HTMLInputElement>(null)
  const [everybody, setEverybody] = useState(false)
  const refuse = useRefusal()
  return (
    <div className="row add-documents">
      <button type="button" className="primary" onClick={() => field.current?.click()}>
        {t('documents.add')}
      </button>
      <input
        ref={field}
        type="file"
        accept={kinds}
        multiple
        hidden
        aria-label={t('documents.add')}
        onChange={({currentTarget}) => {
          upload(currentTarget.files ?? [], {everybody, refuse})
          // The same file again is a change too.
          currentTarget.value = ''
        }}
      />
      {status?.you.isAdmin && (
        <label className="check">
          <input type="checkbox" checked={everybody} onChange={event => setEverybody(event.target.checked)} />
          {t('documents.forEverybody')}
        </label>
      )}
      <p className="soft small">{t('documents.hint')}</p>
    </div>
  )
}

const DocumentItem = ({document: read, onRemove}: {document: DocumentInfo; onRemove: () => void}) => {
  const {t, i18n} = useTranslation('mind')
  const {data: status} = useStatus()
  const {name, bytes, pages, added_at: addedAt, own, state} = read
  const facts = [
    pages === undefined ? undefined : t('documents.pages', {count: pages}),
    sizeIn(i18n.language, bytes),
    dateIn(i18n.language, addedAt),
    own ? undefined : t('documents.everybodys'),
    state === 'indexing' ? t('documents.indexing') : undefined,
  ]
  return (
    <li>
      <p className="name">{name}</p>
      <p className="soft small">{facts.filter(Boolean).join(' · ')}</p>
      {(own || status?.you.isAdmin) && (
        <div className="row">
          <Question
            action={t('documents.remove')}
            label={t('documents.removeIt', {name})}
            question={t(own ? 'documents.removeQuestion' : 'documents.removeEverybodys', {name})}
            onYes={onRemove}
          />
        </div>
      )}
    </li>
  )
}
