import {type AdminContext, answerAdminCommand} from '@essence/core/channel/admin-commands'
import type {Words} from '@essence/core/channel/words/words'
import type {Command} from '../commands.ts'
import type {Incoming} from '../incoming.ts'
import {type Part, textParts} from '../outgoing.ts'

/** What a command of the owner is answered with: to them alone, what it shows is nothing for a group. @throws STORE_UNAVAILABLE and the like */
export const answerAdmin = async (
  {userId: by, group}: Incoming,
  {name, argument = ''}: Command,
  context: AdminContext,
  words: Words,
): Promise<Part[]> =>
  textParts(
    group ? words('privateOnly', {command: name}) : await answerAdminCommand({name, argument, by, words}, context),
  )
