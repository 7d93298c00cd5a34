import type {NamedPeople} from '@essence/core/access/channel/port'
import type {TelegramSettings} from '../checked-settings.ts'
import type {TelegramVariables} from '../settings.ts'

/** Whom the settings let in. */
export const namedPeople = ({users, owners}: Pick<TelegramSettings, 'users' | 'owners'>): NamedPeople => ({
  channel: 'telegram',
  owners,
  allowed: users,
})

/** Hands them to the commands about access, which ask every channel. */
const people = ({settings}: {settings: TelegramVariables}): NamedPeople =>
  namedPeople({
    users: [...(settings.TELEGRAM_AUTHORIZED_USERS ?? []), ...(settings.TELEGRAM_WHITELISTED_USERS ?? [])],
    owners: settings.TELEGRAM_OWNER_USERS ?? [],
  })

export default people
