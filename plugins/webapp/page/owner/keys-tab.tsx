import {useState} from 'react'
import {useTranslation} from 'react-i18next'
import {Question} from '../ui/question.tsx'
import {AddKey} from './add-key.tsx'
import {type ApiKey, pathOf, useChange, useKeys} from './admin.ts'
import {Listed} from './listed.tsx'
import {Moment} from './moment.tsx'

/** Keys that programs have. */
export const KeysTab = () => {
  const {t} = useTranslation('owner')
  const [page, setPage] = useState(1)
  const [isAdding, setAdding] = useState(false)
  const [revoked, setRevoked] = useState<ApiKey>()
  const keys = useKeys(page)
  const change = useChange()
  return (
    <>
      <div className="toolbar">
        <p className="hint">{t('keys.what')}</p>
        <button type="button" className="primary" onClick={() => setAdding(true)}>
          {t('keys.add')}
        </button>
      </div>
      <Listed label={t('tab.keys')} query={keys} empty={t('keys.none')} page={page} onPage={setPage}>
        {keys.data?.keys.map(key => (
          <KeyRow key={key.id} apiKey={key} onRevoke={() => setRevoked(key)} />
        ))}
      </Listed>
      {isAdding && <AddKey onClose={() => setAdding(false)} />}
      {revoked && (
        <Question
          title={t('keys.revokeQuestion', {name: revoked.name})}
          text={t('keys.revokeText')}
          yes={t('keys.revoke')}
          onYes={() => change({method: 'DELETE', path: pathOf('keys', revoked.id)})}
          onClose={() => setRevoked(undefined)}
        />
      )}
    </>
  )
}

const KeyRow = ({apiKey, onRevoke}: {apiKey: ApiKey; onRevoke: () => void}) => {
  const {t} = useTranslation('owner')
  const {name, user_id: person, permissions, expires_at: end, last_used_at: used} = apiKey
  return (
    <li className="entry">
      <div className="entry-text">
        <strong>{name}</strong>
        <span className="hint">
          {t('keys.of', {name: person})} · {t('keys.used')}{' '}
          {used === undefined ? t('keys.never') : <Moment at={used} />}
          {' · '}
          {end === undefined ? (
            t('keys.unlimited')
          ) : (
            <>
              {t('keys.expires')} <Moment at={end} />
            </>
          )}
        </span>
        <span className="codes">
          {permissions.map(permission => (
            <code key={permission}>{permission}</code>
          ))}
        </span>
      </div>
      <div className="entry-buttons">
        <button type="button" className="quiet" aria-label={t('keys.revokeOne', {name})} onClick={onRevoke}>
          {t('keys.revoke')}
        </button>
      </div>
    </li>
  )
}
