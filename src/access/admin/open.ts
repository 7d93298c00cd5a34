import {isEssenceError} from '../../kit/errors.ts'
import {holderAddress} from '../holder.ts'
import {type AccessSettings, accessFolder, openAccess} from '../open.ts'
import {signingSecret} from '../signing-secret.ts'
import {openTokens} from '../tokens.ts'
import {type AdminAccess, remoteAdmin} from './remote.ts'

/** The name of whoever administers by commands: no account has it. */
export const ownerName = 'cli'

const ownerTokenS = 60

/**
 * What an admin does, for whoever may read the secret: with the database the settings name, or through the gateway that holds it.
 * @throws LOCKED (another process holds it that is no gateway), and as `openStore`
 */
export const openAdmin = async (
  settings: AccessSettings,
  log: (message: string) => void,
): Promise<AdminAccess & {close(): Promise<void>}> => {
  const access = openAccess({settings, log})
  try {
    // Opens the database, where there is one.
    await access.users.list({page: 1, pageSize: 1})
    return asOwner(access)
  } catch (error) {
    await access.close()
    const locked = isEssenceError(error) && error.code === 'LOCKED'
    const address = locked ? await holderAddress(accessFolder(settings)) : undefined
    if (address === undefined) throw error
    const secret = () => signingSecret(accessFolder(settings), settings.JWT_SECRET)
    const tokens = openTokens({secret, algorithm: settings.JWT_ALGORITHM, now: () => new Date()})
    const admin = remoteAdmin(address, () => tokens.sign('access', {sub: ownerName, roles: ['admin']}, ownerTokenS))
    return {...admin, close: async () => {}}
  }
}

/** What is changed is written down as the owner's. */
const asOwner = ({users, keys, audit, issue, close}: ReturnType<typeof openAccess>) => {
  const by = {actor: ownerName}
  return {
    issue: (userId, options) => issue(userId, options, by),
    users: {
      ...users,
      create: user => users.create(user, by),
      update: (id, change) => users.update(id, change, by),
      remove: id => users.remove(id, by),
    },
    keys: {...keys, create: key => keys.create(key, by), revoke: id => keys.revoke(id, by)},
    audit,
    close,
  } satisfies AdminAccess & {close(): Promise<void>}
}
