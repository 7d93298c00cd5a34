import {join} from 'node:path'
import * as z from 'zod'
import {readJson, writeJson} from '../../kit/files/json.ts'
import {makeFolder} from '../../kit/files/make-folder.ts'

// What memory takes as a name: one that was refused is not tried again.
const schema = z.object({session: z.string().min(1).max(200)})

/**
 * The conversation that a chat goes on with: the named one, a fresh one, or the last one of this data folder. One that is named or fresh
 * is the last one from then on.
 */
export const sessionName = async (
  dataDir: string,
  {session, fresh}: {session?: string | undefined; fresh?: boolean | undefined},
): Promise<string> => {
  const path = join(dataDir, 'chat-session.json')
  const begun = session ?? (fresh ? `chat-${new Date().toISOString()}` : undefined)
  if (begun === undefined) return (await readJson(path, schema).catch(() => undefined))?.session ?? 'chat'
  // A folder that cannot be written costs the memory, of which people are told, not the chat.
  await makeFolder(dataDir)
    .then(() => writeJson(path, {session: begun}))
    .catch(() => {})
  return begun
}
