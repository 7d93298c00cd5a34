import {existsSync} from 'node:fs'
import {userInfo} from 'node:os'
import {join} from 'node:path'

/** Where `npm run weights` lays out published weights. Tests have a home of their own, so this is the person's. */
const folder = process.env['JUNE_WEIGHTS'] || join(userInfo().homedir, '.cache/june-weights')

/** A file of published weights, whether it is there or not. */
export const weight = (path: string): string => join(folder, path)

/** For the titles of tests: why they are skipped where a weight is not there; else empty. @param name as `npm run weights` knows it */
export const withoutWeight = (path: string, name: string): string =>
  existsSync(weight(path)) ? '' : ` (skipped: no ${path}; get it: npm run weights -- ${name})`

export const whisper = {
  'tiny.en': {
    path: weight('whisper/ggml-tiny.en.bin'),
    missing: withoutWeight('whisper/ggml-tiny.en.bin', 'whisper-tiny.en'),
  },
  base: {path: weight('whisper/ggml-base.bin'), missing: withoutWeight('whisper/ggml-base.bin', 'whisper-base')},
}

export const piper = {
  path: weight('piper/en_US-joe-medium.onnx'),
  missing: withoutWeight('piper/en_US-joe-medium.onnx', 'piper'),
}

export const llm = {
  path: weight('llm/SmolLM2-135M-Instruct.Q4_1.gguf'),
  missing: withoutWeight('llm/SmolLM2-135M-Instruct.Q4_1.gguf', 'smollm2'),
}
