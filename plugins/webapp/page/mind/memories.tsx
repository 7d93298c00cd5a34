import {useState} from 'react'
import {useTranslation} from 'react-i18next'
import {FactItem} from './fact-item.tsx'
import {type Fact, useFacts, useForgetAll} from './facts.ts'
import {Question} from './question.tsx'
import {useTold} from './told.tsx'
import {Trouble} from './trouble.tsx'

/** Those in which all words are found. */
const matching = (facts: readonly Fact[], sought: string): readonly Fact[] => {
  const words = sought.toLocaleLowerCase().split(/\s+/)
  return facts.filter(({text}) => words.every(word => text.toLocaleLowerCase().includes(word)))
}

/** What June remembers of a person: to be seen, corrected and erased. */
export const Memories = () => {
  const {t} = useTranslation('mind')
  const {data: facts, error, isPending} = useFacts()
  const forgetAll = useForgetAll()
  const [sought, setSought] = useState('')
  const {told, tell} = useTold()
  const shown = matching(facts ?? [], sought)
  return (
    <>
      {told}
      <Trouble error={error ?? forgetAll.error} />
      {isPending && <p className="soft">{t('looking')}</p>}
      {facts?.length === 0 && <p className="soft">{t('memories.none')}</p>}
      {facts && facts.length > 0 && (
        <>
          <input
            type="search"
            className="search"
            aria-label={t('memories.search')}
            placeholder={t('memories.search')}
            value={sought}
            onChange={event => setSought(event.target.value)}
          />
          <p className="unseen" role="status">
            {sought && t('memories.found', {count: shown.length})}
          </p>
          {shown.length === 0 && <p className="soft">{t('memories.notFound')}</p>}
          <ul className="cards" aria-label={t('memories.title')}>
            {shown.map(fact => (
              <FactItem key={fact.id} fact={fact} tell={tell} />
            ))}
          </ul>
          <Question
            action={t('memories.forgetAll')}
            question={t('memories.forgetAllQuestion')}
            onYes={() => forgetAll.mutate(undefined, {onSuccess: () => tell(t('memories.forgotten'))})}
          />
        </>
      )}
    </>
  )
}
