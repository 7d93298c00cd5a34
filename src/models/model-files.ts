import {readdir, stat} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import type {ModelFile} from '../report/run.ts'
import {sha256Of} from './digest.ts'

/** `model-00001-of-00003.gguf`: the name without its number. */
const part = /-\d{5}(?=-of-\d{5}\.gguf$)/

/**
 * The files of a model with their digests: the one an engine opened, the other parts of a model in parts, and the settings that lie beside
 * a voice (`voice.onnx.json`).
 * @throws CANCELLED; file system errors as they come
 */
export const modelFiles = async (modelPath: string, signal?: AbortSignal): Promise<ModelFile[]> => {
  const [folder, main] = [dirname(modelPath), basename(modelPath)]
  const isPart = part.test(main)
  const names = (await readdir(folder)).filter(
    name => name === main || name === `${main}.json` || (isPart && name.replace(part, '') === main.replace(part, '')),
  )
  const files: ModelFile[] = []
  for (const name of names.sort()) {
    const path = join(folder, name)
    files.push({name, bytes: (await stat(path)).size, sha256: await sha256Of(path, signal)})
  }
  return files
}
