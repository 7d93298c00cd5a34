import {useTranslation} from 'react-i18next'
import type {BotParty} from '../admin.ts'

/** As the platforms write themselves, in all languages. */
const platforms: Partial<Record<string, string>> = {telegram: 'Telegram', discord: 'Discord'}

/** What a person or a group is called. */
export const nameOf = ({name, id}: BotParty): string => name ?? id

/** Unique among all channels. */
export const keyOf = ({channel, kind, id}: BotParty): string => `${channel}:${kind}:${id}`

/** Who it is, and where. */
export const PartyText = ({party}: {party: BotParty}) => {
  const {t} = useTranslation('owner')
  const {channel, kind, id, name} = party
  return (
    <>
      <strong>
        <bdi>{nameOf(party)}</bdi>
      </strong>
      <span className="hint">
        {[platforms[channel] ?? channel, t(`bots.kind.${kind}`)].join(' · ')}
        {name !== undefined && (
          <>
            {' · '}
            <bdi dir="ltr">{id}</bdi>
          </>
        )}
      </span>
    </>
  )
}
