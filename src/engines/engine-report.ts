import {stat} from 'node:fs/promises'
import {basename} from 'node:path'
import type {EngineInfo} from '../compute/engine-info.ts'
import {sha256Of} from '../models/digest.ts'
import type {EngineReport, ModelFile} from '../report/run.ts'

const modelFile = async (path: string): Promise<ModelFile> => ({
  name: basename(path),
  bytes: (await stat(path)).size,
  sha256: await sha256Of(path),
})

/** An engine for a report, with the digest of the file it opened where it tells. @throws the system's error for a file that is gone */
export const engineReport = async ({engine, model, device, modelPath}: EngineInfo): Promise<EngineReport> => ({
  ...{engine, model, device},
  files: modelPath === undefined ? [] : [await modelFile(modelPath)],
})
