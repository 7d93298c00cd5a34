import {existsSync} from 'node:fs'
import {userInfo} from 'node:os'
import {join} from 'node:path'

/** Where `npm run weights` lays out published weights. Tests have a home of their own, so this is the person's. */
const folder = process.env['JUNE_WEIGHTS'] || join(userInfo().homedir, '.cache/june-weights')

export interface PublishedWeight {
  /** Of its file, whether it is there or not. */
  path: string
  /** For the titles of tests: why they are skipped where it is not there; else empty. */
  missing: string
}

/** @param name as `npm run weights` knows it */
const weight = (name: string, file: string): PublishedWeight => {
  const path = join(folder, file)
  return {path, missing: existsSync(path) ? '' : ` (skipped: no ${file}; get it: npm run weights -- ${name})`}
}

export const whisper = {
  'tiny.en': weight('whisper-tiny.en', 'whisper/ggml-tiny.en.bin'),
  base: weight('whisper-base', 'whisper/ggml-base.bin'),
}
export const piper = weight('piper', 'piper/en_US-joe-medium.onnx')
export const kokoro = weight('kokoro', 'kokoro/kokoro-v1.0.int8.onnx')
export const smolLM2 = weight('smollm2', 'llm/SmolLM2-135M-Instruct.Q4_1.gguf')
/** A base model: it has no chat template. */
export const gemma3 = weight('gemma3', 'llm/gemma-3-270m-q4_k_m.gguf')
export const miniLM = weight('minilm', 'embedding/all-MiniLM-L6-v2-f16.gguf')
