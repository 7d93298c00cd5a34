import {readdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {readConfig} from '@essence/core/config/read'
import {checkVoices} from '@essence/core/doctor/voices'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'
import {writePiper} from '../tts/onnx/tiny-voices.ts'

const check = async (env: Record<string, string>) => {
  const folder = temporaryFolder()
  const places = {JUNE_DATA_DIR: join(folder, 'data'), MODEL_CACHE_DIR: join(folder, 'models'), ENV_SH: '/dev/null'}
  const {settings} = await readConfig({env: {...places, ...env}})
  return {findings: () => checkVoices(settings, new AbortController().signal), data: places.JUNE_DATA_DIR}
}

describe('voices, to the doctor', () => {
  it('that TTS_MODEL names are measured once', async () => {
    const path = await writePiper('tones')
    const {findings, data} = await check({TTS_MODEL: path})
    const [finding] = await findings()
    expect(finding).toMatchObject({
      id: expect.stringMatching(/^voice .*\.onnx$/),
      detail: expect.stringContaining('first sound after'),
    })
    expect(await readdir(data)).toContain('voice-speeds.json')
    // Were it opened again, it would now fail.
    await rm(`${path}.json`)
    expect(await findings()).toEqual([finding])
  })

  it('that are damaged are a warning that names the file', async () => {
    const path = await writePiper('tones')
    await writeFile(path, 'cut')
    const {findings} = await check({TTS_MODEL: path})
    expect(await findings()).toMatchObject([{status: 'warning', detail: expect.stringContaining(path)}])
  })

  it('are nothing where none is installed, or speech comes from elsewhere', async () => {
    expect(await (await check({})).findings()).toEqual([])
    expect(await (await check({TTS_URL: 'grpc://127.0.0.1:1'})).findings()).toEqual([])
  })
})
