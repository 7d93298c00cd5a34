import type {NamedPeople} from '@essence/core/access/channel/port'
import {type DiscordSettings, type DiscordVariables, peopleOf} from '../settings.ts'

/** Whom the settings let in, as access knows people. */
export const namedPeople = ({users, owners}: Pick<DiscordSettings, 'users' | 'owners'>): NamedPeople => ({
  channel: 'discord',
  owners,
  allowed: users,
})

/** Hands them to the commands about access, which ask every channel. */
const people = ({settings}: {settings: DiscordVariables}): NamedPeople => namedPeople(peopleOf(settings))

export default people
