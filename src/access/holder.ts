import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import * as z from 'zod'
import {readJson, writeJson} from '../kit/files/json.ts'

const recordSchema = z.object({address: z.url({protocol: /^https?$/})})

const fileIn = (folder: string): string => join(folder, 'holder.json')

/** Says where the process answers that holds the embedded database of a folder; undefined: nowhere. Never rejects: it is an aid. */
export const tellHolder = (folder: string, address: string | undefined): Promise<void> => {
  const told =
    address === undefined ? rm(fileIn(folder), {force: true}) : writeJson(fileIn(folder), {address}, {mode: 0o600})
  return told.catch(() => {})
}

/** Where it answers, as it said itself; undefined where it did not. */
export const holderAddress = async (folder: string): Promise<string | undefined> =>
  (await readJson(fileIn(folder), recordSchema).catch(() => undefined))?.address
