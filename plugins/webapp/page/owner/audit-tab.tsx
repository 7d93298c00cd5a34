import {useState} from 'react'
import {useTranslation} from 'react-i18next'
import {Choice} from '../ui/choice.tsx'
import {useAudit} from './admin.ts'
import {Listed} from './listed.tsx'
import {Moment} from './moment.tsx'

/** Names of the actions in the words of the page, by those the log has. */
const actions = {
  'user.added': 'userAdded',
  'user.changed': 'userChanged',
  'user.removed': 'userRemoved',
  'key.made': 'keyMade',
  'key.revoked': 'keyRevoked',
  'token.issued': 'tokenIssued',
  'sign-in': 'signIn',
  'sign-in.failed': 'signInFailed',
  'sign-in.blocked': 'signInBlocked',
  'sign-out': 'signOut',
  'refresh.reused': 'refreshReused',
  'conversations.listed': 'conversationsListed',
  'conversation.read': 'conversationRead',
  'conversation.exported': 'conversationExported',
  'conversation.erased': 'conversationErased',
  'document.added': 'documentAdded',
  'document.removed': 'documentRemoved',
} as const

const isKnown = (action: string): action is keyof typeof actions => action in actions

const every = ''

/** What was done, by whom, the newest first. */
export const AuditTab = () => {
  const {t} = useTranslation('owner')
  const [{action, page}, setShown] = useState({action: every, page: 1})
  const query = useAudit({action, page})
  const nameOf = (each: string): string => (isKnown(each) ? t(`audit.action.${actions[each]}`) : each)
  return (
    <>
      <div className="toolbar">
        <Choice
          label={t('audit.of')}
          options={[
            {value: every, label: t('audit.all')},
            ...Object.keys(actions).map(value => ({value, label: nameOf(value)})),
          ]}
          value={action}
          onChange={action => setShown({action, page: 1})}
        />
      </div>
      <Listed
        label={t('tab.audit')}
        query={query}
        empty={t('audit.none')}
        page={page}
        onPage={page => setShown({action, page})}
      >
        {query.data?.entries.map(({at, action, actor, target, address, details}, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries have no id, and keep nothing of their own
          <li key={index} className="entry">
            <div className="entry-text">
              <strong>
                {nameOf(action)}
                {target !== undefined && `: ${target}`}
              </strong>
              {details !== undefined && <span>{details}</span>}
              <span className="hint">
                <Moment at={at} />
                {actor !== undefined && ` · ${t('audit.by', {name: actor})}`}
                {address !== undefined && ` · ${address}`}
              </span>
            </div>
          </li>
        ))}
      </Listed>
    </>
  )
}
