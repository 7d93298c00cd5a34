import type {ApiKey} from '../../access/port.ts'
import {EssenceError} from '../../kit/errors.ts'

/** The key that an id, or the beginning of one, names. @throws KEY_UNKNOWN (none, or several) */
export const keyNamed = (keys: readonly ApiKey[], id: string): ApiKey => {
  const named = keys.filter(key => id !== '' && key.id.startsWith(id.toLowerCase()))
  const [key] = named
  if (key && named.length === 1) return key
  const found = named.length > 1 ? `${named.length} keys begin so` : 'there is none'
  throw new EssenceError('KEY_UNKNOWN', `"${id}" names no API key: ${found}.`, {
    suggestions: ['See which there are: essence access key list'],
  })
}
