import type {Settings} from '../../config/schema.ts'
import {isOurs} from './assistant.ts'
import {runningUp} from './up-record.ts'

/** Where a June answers whose memory a command may use: at LLM_URL, or the one that runs on this machine; undefined where none does. */
export const mindUrl = async ({LLM_URL, JUNE_DATA_DIR}: Settings): Promise<string | undefined> => {
  if (isOurs(LLM_URL)) return LLM_URL
  return (await runningUp(JUNE_DATA_DIR))?.urls?.['inference']
}
