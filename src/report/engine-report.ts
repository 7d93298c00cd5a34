import {createHash} from 'node:crypto'
import {createReadStream} from 'node:fs'
import {realpath, stat} from 'node:fs/promises'
import {basename} from 'node:path'
import {pipeline} from 'node:stream/promises'
import type {EngineInfo} from '../compute/engine-info.ts'
import type {EngineReport, ModelFile} from './run.ts'

/** A model's file with its digest. A downloaded file is a link to one that is named by its sha256, as it was checked on arrival. */
const modelFile = async (path: string): Promise<ModelFile> => {
  const blob = await realpath(path)
  const named = basename(blob)
  const {size: bytes} = await stat(blob)
  if (/^[0-9a-f]{64}$/.test(named)) return {name: basename(path), bytes, sha256: named}
  const hash = createHash('sha256')
  await pipeline(createReadStream(blob), hash)
  return {name: basename(path), bytes, sha256: hash.digest('hex')}
}

/** An engine for a report, with the digest of the file it opened where it tells. @throws the system's error for a file that is gone */
export const engineReport = async ({engine, model, device, modelPath}: EngineInfo): Promise<EngineReport> => ({
  ...{engine, model, device},
  files: modelPath === undefined ? [] : [await modelFile(modelPath)],
})
