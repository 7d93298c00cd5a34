import {useState} from 'react'
import {useTranslation} from 'react-i18next'
import {type KnownBotParty, useBotParties, useChange} from '../admin.ts'
import {useAct} from './act.ts'
import {BlockParty} from './block-party.tsx'
import {useKeptFocus} from './kept-focus.ts'
import {keyOf, nameOf, PartyText} from './party-text.tsx'

/** Who may talk to bots, and who is blocked. */
export const KnownParties = () => {
  const {t} = useTranslation('owner')
  const {data} = useBotParties()
  const change = useChange()
  const {isBusy, problem, act} = useAct()
  const [blocked, setBlocked] = useState<KnownBotParty>()
  const {heading, press, back} = useKeptFocus()
  // What went wrong is said above, with those who ask.
  if (!data) return
  const unblock = ({channel, kind, id}: KnownBotParty): Promise<void> =>
    act(async () => {
      await change({method: 'POST', path: 'channels/unblock', body: {channel, kind, id}})
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
            onPress={button => {
              if (isBusy) return
              press(button)
              if (party.standing === 'blocked') void unblock(party)
              else setBlocked(party)
            }}
          />
        ))}
      </ul>
      {blocked && <BlockParty party={blocked} finalFocus={back} onClose={() => setBlocked(undefined)} />}
    </section>
  )
}

interface KnownRowProps {
  party: KnownBotParty
  isBusy: boolean
  /** Blocks, or takes that back. */
  onPress: (button: HTMLElement) => void
}

const KnownRow = ({party, isBusy, onPress}: KnownRowProps) => {
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
            onClick={({currentTarget}) => onPress(currentTarget)}
          >
            {t(isBlocked ? 'bots.unblock' : 'bots.block')}
          </button>
        </div>
      )}
    </li>
  )
}
