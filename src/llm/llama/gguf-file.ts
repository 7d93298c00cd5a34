import {open} from 'node:fs/promises'
import type {GgufFileInfo} from 'node-llama-cpp'
import {EssenceError, systemCodeOf} from '../../kit/errors.ts'

/** What a file that is not GGUF usually is instead, told by its first bytes. */
const otherFormats: {starts: RegExp; is: string; next: string}[] = [
  {
    starts: /^version https:\/\/git-lfs/,
    is: 'a Git LFS pointer, not the model itself',
    next: 'Fetch the real file: git lfs pull, or download it again.',
  },
  {
    starts: /^\s*<(!doctype|html|\?xml)/i,
    is: 'a web page, most likely an error page saved by a download',
    next: 'Download the model again.',
  },
  {
    starts: /^(lmgg|tjgg|fmgg|algg)/,
    is: 'a ggml file of before GGUF, or a whisper.cpp model',
    next: 'A language model is needed, as GGUF. A Whisper model belongs to speech recognition.',
  },
  {
    // The first field, a version, and then the name of the program that wrote it.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes of a binary format
    starts: /^\x08[\x03-\x1f]\x12/,
    is: 'an ONNX model, such as a voice',
    next: 'A language model is needed, as GGUF. A voice belongs to speech synthesis: TTS_MODEL.',
  },
  {starts: /^PK/, is: 'a zip or PyTorch file', next: 'Take the GGUF version of the model.'},
  {
    starts: /^.{4}\0{4}\{"/s,
    is: 'a safetensors file',
    next: 'Take the GGUF version of the model, or convert it with llama.cpp.',
  },
  {
    starts: /^FUGG/,
    is: 'a big-endian GGUF file',
    next: 'Take the little-endian version of the model.',
  },
  {starts: /^\s*[{[]/, is: 'a JSON file', next: 'Give the .gguf file.'},
]

const readableVersions = [2, 3]

/** What a file is to be. */
export type GgufUse = 'language' | 'embedding'

const article: Record<GgufUse, string> = {language: 'a language', embedding: 'an embedding'}

/**
 * Looks at the head of a model file, so that a wrong file is named for what it is instead of a native error.
 * @throws MODEL_MISSING, MODEL_INVALID
 */
export const checkGgufFile = async (path: string, what: GgufUse = 'language'): Promise<void> => {
  const head = await readHead(path, what)
  const invalid = (is: string, next: string): EssenceError =>
    new EssenceError('MODEL_INVALID', `${path} is not ${article[what]} model in GGUF format: it is ${is}.`, {
      suggestions: [next],
    })
  if (head.length === 0) throw invalid('empty', 'Download the model again.')
  const text = head.toString('latin1')
  if (!text.startsWith('GGUF')) {
    const known = otherFormats.find(format => format.starts.test(text))
    if (known) throw invalid(known.is, known.next)
    throw invalid(
      `something unknown (first bytes ${head.subarray(0, 4).toString('hex')})`,
      'Give the path of a .gguf file.',
    )
  }
  if (head.length < 24) throw invalid(`cut off after ${head.length} bytes`, 'Download the model again.')
  const version = head.readUInt32LE(4)
  if (!readableVersions.includes(version))
    throw invalid(
      `GGUF version ${version}, where ${readableVersions.join(' or ')} can be read`,
      'Take a newer conversion of the model.',
    )
}

/** Kinds of vectors that a model makes of a text: of its tokens together, of the first or of the last one. */
const poolings = [1, 2, 3]

const poolingOf = ({architectureMetadata}: GgufFileInfo): {pooling: number; isCausal: boolean} => {
  const {pooling_type: pooling = 0, attention} = architectureMetadata as ArchitectureOfEmbeddings
  return {pooling, isCausal: attention?.causal !== false}
}

/**
 * Refuses a model that makes vectors of texts: it loads, and then answers nothing.
 * @throws MODEL_INVALID
 */
export const refuseEmbeddingModel = (file: GgufFileInfo, path: string): void => {
  const {pooling, isCausal} = poolingOf(file)
  if (pooling === 0 && isCausal) return
  throw new EssenceError(
    'MODEL_INVALID',
    `${path} is an embedding model (${file.metadata.general.architecture}): it makes vectors of texts and cannot answer.`,
    {suggestions: ['Name a model that answers; see those there are: essence models list --kind llm']},
  )
}

/**
 * Refuses a model that was not made for embeddings: its vectors would be near each other whatever the texts mean.
 * @throws MODEL_INVALID
 */
export const requireEmbeddingModel = (file: GgufFileInfo, path: string): void => {
  if (poolings.includes(poolingOf(file).pooling)) return
  throw new EssenceError(
    'MODEL_INVALID',
    `${path} is no embedding model (${file.metadata.general.architecture}): it does not make one vector of a text.`,
    {suggestions: ['Name a model that embeds; see those there are: essence models list --kind embedding']},
  )
}

/**
 * The chat template of a model; of several, named ones, the default one, else the first.
 * @throws MODEL_INVALID: a model without one goes on with what it reads, and knows no end
 */
export const chatTemplateText = ({metadata}: GgufFileInfo, path: string, instructModels: readonly string[]): string => {
  const tokenizer: Record<string, unknown> = metadata.tokenizer ?? {}
  const {chat_template: own} = tokenizer
  // `tokenizer.chat_template.NAME`, as the library nests it: below the default one, or where there is none, in its place.
  const named = own !== null && typeof own === 'object' ? (own as Record<string, unknown>) : undefined
  const others = Object.keys(tokenizer).filter(key => key.startsWith('chat_template.'))
  const found = [own, named?.['default'], ...others.map(key => tokenizer[key]), ...Object.values(named ?? {})]
  const template = found.find(each => typeof each === 'string' && each.trim() !== '')
  if (typeof template === 'string') return template
  throw new EssenceError(
    'MODEL_INVALID',
    `${path} has no chat template: it is a base model, which continues texts and was not taught to answer.`,
    {
      suggestions: [
        'Take the instruction-tuned file of the same family, by its name -Instruct, -it or -Chat.',
        ...(instructModels.length > 0 ? [`Or one that is known to answer: ${instructModels.join(', ')}`] : []),
      ],
    },
  )
}

interface ArchitectureOfEmbeddings {
  pooling_type?: number
  attention?: {causal?: boolean}
}

/** The first 64 bytes of a file, or all it has. */
const readHead = async (path: string, what: GgufUse): Promise<Buffer> => {
  try {
    await using file = await open(path, 'r')
    const {buffer, bytesRead} = await file.read(Buffer.alloc(64), 0, 64, 0)
    return buffer.subarray(0, bytesRead)
  } catch (cause) {
    const code = systemCodeOf(cause)
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new EssenceError('MODEL_MISSING', `There is no ${what} model at ${path}.`, {
        suggestions: [
          'See what is there: essence models list',
          'Fetch what this machine needs: essence models download --all',
        ],
        cause,
      })
    const why =
      code === 'EISDIR'
        ? 'it is a directory, a .gguf file was expected'
        : `it cannot be read (${code ?? 'unknown reason'})`
    throw new EssenceError('MODEL_INVALID', `${path} is not ${article[what]} model: ${why}.`, {
      suggestions: ['Give the path of a .gguf file.'],
      cause,
    })
  }
}
