import {useState} from 'react'
import {useTranslation} from 'react-i18next'
import {asJuneError} from '../../server/june-error.ts'
import {type AskingParty, useBotParties, useChange} from '../admin.ts'
import {Moment} from '../moment.tsx'
import {useAct} from './act.ts'
import {BlockParty} from './block-party.tsx'
import {useKeptFocus} from './kept-focus.ts'
import {nameOf, PartyText} from './party-text.tsx'

/** Who asks a bot to be let in, with their codes. */
export const AskingParties = () => {
  const {t} = useTranslation('owner')
  const {data, error} = useBotParties()
  const change = useChange()
  const {isBusy, problem, act} = useAct()
  const [blocked, setBlocked] = useState<AskingParty>()
  const {heading, press, back} = useKeptFocus()
  const waiting = data?.waiting ?? []
  const approve = ({code}: AskingParty): Promise<void> =>
    act(async () => {
      await change({method: 'POST', path: 'channels/approve', body: {code}})
    })
  return (
    <section className="block">
      <h2 ref={heading} tabIndex={-1}>
        {t('bots.asking')}
      </h2>
      <p className="problem" role="alert">
        {problem ?? (error && asJuneError(error).message)}
      </p>
      <p className="hint" role="status">
        {data && (waiting.length === 0 ? t('bots.nobodyAsks') : t('bots.asks', {count: waiting.length}))}
        {!data && !error && t('loading')}
      </p>
      <ul className="entries" aria-label={t('bots.asking')}>
        {waiting.map(party => (
          <li key={party.code} className="entry">
            <div className="entry-text">
              <PartyText party={party} />
              <span className="hint">
                {t('bots.code')} <code dir="ltr">{party.code}</code>
                {' · '}
                {t('bots.until')} <Moment at={party.expires_at} />
              </span>
              {party.kind === 'group' && <span className="hint">{t('bots.members.everybody')}</span>}
            </div>
            <div className="entry-buttons">
              <button
                type="button"
                className="primary"
                aria-label={t('bots.approveOne', {name: nameOf(party)})}
                aria-disabled={isBusy}
                onClick={({currentTarget}) => {
                  press(currentTarget)
                  void approve(party)
                }}
              >
                {t('bots.approve')}
              </button>
              <button
                type="button"
                className="quiet"
                aria-label={t('bots.blockOne', {name: nameOf(party)})}
                aria-disabled={isBusy}
                onClick={({currentTarget}) => {
                  if (isBusy) return
                  press(currentTarget)
                  setBlocked(party)
                }}
              >
                {t('bots.block')}
              </button>
            </div>
          </li>
        ))}
      </ul>
      {blocked && <BlockParty party={blocked} finalFocus={back} onClose={() => setBlocked(undefined)} />}
    </section>
  )
}
