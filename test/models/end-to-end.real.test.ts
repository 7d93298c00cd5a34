// Downloaded from a hub, then the hub is gone: the engines load what lies in the cache.
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {gunzipSync} from 'node:zlib'
import {readConfig} from '@essence/core/config/read'
import {openEngines} from '@essence/core/engines/open'
import {modelStore} from '@essence/core/models/cache/store'
import {entryNamed} from '@essence/core/models/catalogue/entry-named'
import {expect, it} from 'vitest'
import {tinyGguf} from '../llm/llama/tiny-gguf.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {download, peerFor} from './setup.ts'

/** The test recogniser: a real file of Whisper's format. */
const whisperFile = gunzipSync(readFileSync(join(import.meta.dirname, '../../src/stt/data/ggml-june-nano-q8_0.bin.gz')))

it('the engines run on what was downloaded, without the hub', async () => {
  const folder = temporaryFolder()
  const env = {
    ENV_SH: '/dev/null',
    MODEL_CACHE_DIR: join(folder, 'models'),
    JUNE_DATA_DIR: join(folder, 'data'),
    STT_THREADS: '1',
    LLM_THREADS: '1',
    STT_DEVICE: 'cpu',
    MODEL_DEVICE: 'cpu',
    MAX_CONTEXT_LENGTH: '256',
    LLM_CONVERSATIONS: '1',
  }
  const {settings} = await readConfig({env})
  const stt = entryNamed('whisper-small-q5_1')
  // Of no profile any more: who installed it with an earlier release keeps June's answers.
  const llm = entryNamed('smollm2-1.7b-instruct-q4_k_m')
  expect(llm.profiles).toEqual([])
  const peer = await peerFor({
    repos: {
      [stt.repo]: {files: {[stt.files[0]?.path ?? '']: whisperFile}},
      [llm.repo]: {files: {[llm.files[0]?.path ?? '']: tinyGguf()}},
    },
  })
  const {done} = await download(peer, modelStore(settings), [stt, llm])
  expect(done.length).toBe(2)
  await peer.close()

  // The settings still name the defaults: what is installed stands in for them.
  const engines = await openEngines(settings, {check: false})
  try {
    expect(engines.stt.info.model).toContain('ggml-small-q5_1')
    expect(engines.stt.info.demo).toBeUndefined()
    expect(engines.assistant.info.model).toContain('smollm2')
    expect(engines.assistant.info.demo).toBeUndefined()
  } finally {
    await engines.close()
  }
})
