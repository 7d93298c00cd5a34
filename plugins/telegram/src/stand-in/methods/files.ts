import {Refusal} from '../refusal.ts'
import type {StandInState} from '../state.ts'
import type {Methods} from './method.ts'

/** Largest file that is given: https://core.telegram.org/bots/api#getfile */
const maxBytes = 20 * 1024 * 1024

/** Where a file is fetched from. */
export const files = (state: StandInState): Methods<'getFile'> => ({
  getFile: ({file_id}) => {
    const bytes = state.files.get(file_id)
    if (!bytes) throw new Refusal(400, 'Bad Request: wrong file_id or the file is temporarily unavailable')
    const local = state.local.get(file_id)
    if (local !== undefined) return {file_id, file_unique_id: file_id, file_size: bytes.length, file_path: local}
    if (bytes.length > maxBytes) throw new Refusal(400, 'Bad Request: file is too big')
    const file_size = state.claimedSizes.get(file_id) ?? bytes.length
    return {file_id, file_unique_id: file_id, file_size, file_path: `voice/${file_id}.oga`}
  },
})
