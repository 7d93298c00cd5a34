import {useDeferredValue, useState} from 'react'
import {useTranslation} from 'react-i18next'
import {Choice} from '../ui/choice.tsx'
import {Field} from '../ui/field.tsx'
import {Question} from '../ui/question.tsx'
import {AddPerson} from './add-person.tsx'
import {type Person, pathOf, useChange, usePeople} from './admin.ts'
import {AskingParties} from './bots/asking-parties.tsx'
import {KnownParties} from './bots/known-parties.tsx'
import {ChangePerson} from './change-person.tsx'
import {Listed} from './listed.tsx'
import {Moment} from './moment.tsx'

const statuses = ['', 'active', 'blocked', 'admin'] as const

type Opened = {form: 'add'} | {form: 'change' | 'remove'; person: Person}

/** Who has an account, who may talk to bots, and who asks to. */
export const PeopleTab = () => {
  const {t} = useTranslation('owner')
  const [query, setQuery] = useState({search: '', status: '', page: 1})
  const [opened, setOpened] = useState<Opened>()
  const people = usePeople(useDeferredValue(query))
  const change = useChange()
  const close = (): void => setOpened(undefined)
  return (
    <>
      <AskingParties />
      <h2>{t('people.accounts')}</h2>
      <div className="toolbar">
        <Field
          label={t('people.search')}
          type="search"
          autoComplete="off"
          maxLength={100}
          value={query.search}
          onChange={({target}) => setQuery({...query, search: target.value, page: 1})}
        />
        <Choice
          label={t('people.show')}
          options={statuses.map(value => ({value, label: t(`people.shown.${value === '' ? 'all' : value}`)}))}
          value={statuses.find(each => each === query.status) ?? ''}
          onChange={status => setQuery({...query, status, page: 1})}
        />
        <button type="button" className="primary" onClick={() => setOpened({form: 'add'})}>
          {t('people.add')}
        </button>
      </div>
      <Listed
        label={t('people.accounts')}
        query={people}
        empty={t(query.search === '' && query.status === '' ? 'people.none' : 'people.noneFound')}
        page={query.page}
        onPage={page => setQuery({...query, page})}
      >
        {people.data?.users.map(person => (
          <PersonRow
            key={person.id}
            person={person}
            onChange={() => setOpened({form: 'change', person})}
            onRemove={() => setOpened({form: 'remove', person})}
          />
        ))}
      </Listed>
      <KnownParties />
      {opened?.form === 'add' && <AddPerson onClose={close} />}
      {opened?.form === 'change' && <ChangePerson person={opened.person} onClose={close} />}
      {opened?.form === 'remove' && (
        <Question
          title={t('people.removeQuestion', {name: opened.person.username})}
          text={t('people.removeText')}
          yes={t('people.remove')}
          onYes={() => change({method: 'DELETE', path: pathOf('users', opened.person.id)})}
          onClose={close}
        />
      )}
    </>
  )
}

const PersonRow = ({person, onChange, onRemove}: {person: Person; onChange: () => void; onRemove: () => void}) => {
  const {t, i18n} = useTranslation('owner')
  const list = new Intl.ListFormat(i18n.language, {type: 'unit', style: 'short'})
  const {username: name, roles, status, reason, last_login_at: lastLogin} = person
  return (
    <li className="entry">
      <div className="entry-text">
        <strong>{name}</strong>
        <span className="hint">
          {list.format(roles.map(role => t(`role.${role}`)))}
          {' · '}
          {lastLogin === undefined ? t('people.never') : <Moment at={lastLogin} />}
        </span>
        {status === 'blocked' && (
          <span className="problem">{reason ? t('people.blockedWhy', {reason}) : t('people.blocked')}</span>
        )}
      </div>
      <div className="entry-buttons">
        <button type="button" className="quiet" aria-label={t('people.changeOne', {name})} onClick={onChange}>
          {t('people.change')}
        </button>
        <button type="button" className="quiet" aria-label={t('people.removeOne', {name})} onClick={onRemove}>
          {t('people.remove')}
        </button>
      </div>
    </li>
  )
}
