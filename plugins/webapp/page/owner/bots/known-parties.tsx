import {useRef, useState} from 'react'
import {useTranslation} from 'react-i18next'
import {type KnownBotParty, useBotParties, useChange} from '../admin.ts'
import {useAct} from './act.ts'
import {BlockParty} from './block-party.tsx'
import {keyOf, nameOf, PartyText} from './party-text.tsx'

/** Who may talk to bots, and who is blocked. */
export const KnownParties = () => {
  const {t} = useTranslation('owner')
  const {data} = useBotParties()
  const change = useChange<Partial<KnownBotParty>>()
  const {isBusy, problem, act} = useAct()
  const [blocked, setBlocked] = useState<KnownBotParty>()
  const heading = useRef<HTMLHeadingElement>(null)
  // What went wrong is said above, with those who ask.
  if (!data) return
  const unblock = ({channel, kind, id}: KnownBotParty): Promise<void> =>
    act(async () => {
      const {standing} = await change({method: 'POST', path: 'channels/unblock', body: {channel, kind, id}})
      // Who is a stranger again is no longer shown, nor is the button.
      if (!standing) heading.current?.focus()
    })
  return (
    <section className="block">
      <h2 ref={heading} tabIndex={-1}>
        {t('bots.known')}
      </h2>
      <p className="problem" role="alert">
        {problem}
      </p>
      {data.known.length === 0 && <p className="hint">{t('bots.none')}</p>}
      <ul className="entries" aria-label={t('bots.known')}>
        {data.known.map(party => (
          <KnownRow
            key={keyOf(party)}
            party={party}
            isBusy={isBusy}
            onBlock={() => setBlocked(party)}
            onUnblock={() => void unblock(party)}
          />
        ))}
      </ul>
      {blocked && <BlockParty party={blocked} onClose={() => setBlocked(undefined)} />}
    </section>
  )
}

interface KnownRowProps {
  party: KnownBotParty
  isBusy: boolean
  onBlock: () => void
  onUnblock: () => void
}

const KnownRow = ({party, isBusy, onBlock, onUnblock}: KnownRowProps) => {
  const {t} = useTranslation('owner')
  const {standing, members, reason} = party
  const isBlocked = standing === 'blocked'
  const label = {name: nameOf(party)}
  return (
    <li className="entry">
      <div className="entry-text">
        <PartyText party={party} />
        {isBlocked ? (
          <span className="problem">{reason ? t('people.blockedWhy', {reason}) : t('people.blocked')}</span>
        ) : (
          <span className="hint">
            {t(`bots.standing.${standing}`)}
            {members && ` · ${t(`bots.members.${members}`)}`}
          </span>
        )}
      </div>
      {/* Nobody blocks an owner. */}
      {standing !== 'owner' && (
        <div className="entry-buttons">
          <button
            type="button"
            className="quiet"
            aria-label={t(isBlocked ? 'bots.unblockOne' : 'bots.blockOne', label)}
            aria-disabled={isBusy}
            onClick={isBlocked ? onUnblock : () => !isBusy && onBlock()}
          >
            {t(isBlocked ? 'bots.unblock' : 'bots.block')}
          </button>
        </div>
      )}
    </li>
  )
}
