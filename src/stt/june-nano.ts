import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {gunzip} from 'node:zlib'
import {EssenceError} from '../kit/errors.ts'
import {atomicWrite} from '../kit/files/atomic-write.ts'
import {fileError} from '../kit/files/file-error.ts'
import {makeFolder} from '../kit/files/make-folder.ts'
import type {SpeechEngine} from './engine.ts'

const fileName = 'ggml-june-nano-q8_0.bin'
const sha256 = '96cbbc08a36c8047561c369ddaa40b30f870ac4d33e07ad376759de1f1e2f436'

const demo = 'Speech recognition is a test model: it understands the synthetic test voice in English only, not people.'

/**
 * The path of june-nano, the test recogniser that comes with Essence, unpacked (14 MB) when it is not there yet or damaged.
 * Safe for any number of processes at once.
 * @throws DISK_FULL, DATA_DIR_UNWRITABLE, MODEL_INVALID (the packed file is damaged)
 */
export const juneNanoPath = async (cacheDir: string): Promise<string> => {
  const path = join(cacheDir, fileName)
  const present = await readFile(path).catch(() => undefined)
  if (present && digestOf(present) === sha256) return path
  const model = await unpacked()
  try {
    await makeFolder(cacheDir)
    await atomicWrite(path, model, {concurrent: true})
    return path
  } catch (error) {
    throw fileError(error, {
      what: cacheDir,
      code: 'DATA_DIR_UNWRITABLE',
      onlyWrote: true,
      full: [
        'The test recogniser (15 MB) is unpacked there: make room, or set JUNE_DATA_DIR to a folder on another disk.',
      ],
      refused: ['The test recogniser is unpacked there: make it writable, or set JUNE_DATA_DIR to a folder that is.'],
    })
  }
}

const unpacked = async (): Promise<Buffer> => {
  // From the package's root, because this file runs from src/ and, built, from src/dist/.
  const packed = new URL(`stt/data/${fileName}.gz`, import.meta.resolve('@essence/core/package.json'))
  try {
    const model = await promisify(gunzip)(await readFile(packed))
    if (digestOf(model) === sha256) return model
  } catch (cause) {
    throw new EssenceError('MODEL_INVALID', `${packed.pathname} cannot be read.`, {cause, suggestions: [reinstall]})
  }
  throw new EssenceError('MODEL_INVALID', `${packed.pathname} does not hold the model it should.`, {
    suggestions: [reinstall],
  })
}

const reinstall = 'Install Essence again: the file belongs to it.'

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/**
 * The engine that has loaded june-nano, called by that name. It recognises espeak-ng's English: good enough to prove the whole path,
 * no more (`info.demo` says so). It was trained on single utterances: after a pause in a window it repeats itself, or stops.
 */
export const asJuneNano = (engine: SpeechEngine): SpeechEngine => ({
  ...engine,
  maxGapMs: 0,
  info: {...engine.info, model: 'june-nano', demo},
})
