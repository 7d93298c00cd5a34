import {EssenceError} from '../../kit/errors.ts'
import {shownParty} from './names.ts'
import type {MemberRule, Party} from './port.ts'

/** Only a group has members. @throws USAGE */
export const assertMembers = (party: Party, members: MemberRule | undefined, suggestions: string[] = []): void => {
  if (members === undefined || party.kind === 'group') return
  throw new EssenceError('USAGE', `${shownParty(party)} is a person, and a rule for members is for groups.`, {
    suggestions,
  })
}
