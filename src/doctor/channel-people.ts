import {type ChannelAccessSettings, openChannelAccess} from '../access/channel/open.ts'
import type {KnownParty, NamedPeople} from '../access/channel/port.ts'
import {isEssenceError, messageOf} from '../kit/errors.ts'
import {type Finding, failure, ok, warning} from './finding.ts'

/** Whether anybody may talk to the bots of a channel, by its settings or because an owner let them in; and so whether that can be read. */
export const checkChannelPeople = async (settings: ChannelAccessSettings, named: NamedPeople): Promise<Finding> => {
  const id = `${named.channel} users`
  try {
    const access = await openChannelAccess(settings, {named: [named]})
    try {
      const known = (await access.list(named.channel)).filter(({standing}) => standing !== 'blocked')
      if (known.length > 0) return ok(id, `${counted(known)} may talk to the bot`)
      const fix = 'Write to the bot: it gives you a code. Then: essence access approve CODE --owner'
      return warning(id, 'nobody may talk to the bot yet', fix)
    } finally {
      await access.close()
    }
  } catch (error) {
    const fix = isEssenceError(error) ? error.suggestions[0] : undefined
    return failure(id, messageOf(error), fix ?? 'See JUNE_DATA_DIR and POSTGRES_URL: essence config')
  }
}

/** `3, and 1 group` */
const counted = (known: readonly KnownParty[]): string => {
  const groups = known.filter(({kind}) => kind === 'group').length
  const people = String(known.length - groups)
  return groups === 0 ? people : `${people}, and ${groups} group${groups === 1 ? '' : 's'}`
}
