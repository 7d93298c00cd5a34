import {join} from 'node:path'
import {explainModes, modeLines} from '@essence/core/cli/proof/mode-view'
import {inspectConfig} from '@essence/core/config/read'
import {mode} from '@essence/core/config/variable'
import {displayWidth} from '@essence/core/kit/display-width'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'

const folder = temporaryFolder()
const door = {heading: 'Door', variables: {DOOR_MODE: mode({service: 'door', mock: 'a curtain', real: 'a real door'})}}

const explained = async (env: NodeJS.ProcessEnv = {}) => {
  const places = {ENV_SH: '/dev/null', JUNE_DATA_DIR: join(folder, 'data'), MODEL_CACHE_DIR: join(folder, 'models')}
  return explainModes(await inspectConfig({env: {...places, ...env}, installed: [door]}))
}

describe('what each service would run', () => {
  it('is told with the reason: where nothing is installed, what comes with Essence', async () => {
    expect(modeLines(await explained({JUNE_TEST_MODE: 'stt_tts_roundtrip', DOOR_MODE: 'real'}), 80)).toEqual([
      'inference  mock  a mock that repeats what it hears',
      '                 JUNE_TEST_MODE=stt_tts_roundtrip (environment)',
      'stt        real  june-nano, the test recogniser',
      '                 JUNE_TEST_MODE=stt_tts_roundtrip (environment)',
      'tts        real  espeak-ng',
      '                 JUNE_TEST_MODE=stt_tts_roundtrip (environment)',
      'door       real  a real door',
      '                 DOOR_MODE=real (environment)',
    ])
  })

  it('is what runs at an address, whatever the mode would be here', async () => {
    const STT_URL = 'grpc://10.0.0.1:50052'
    const stt = (await explained({STT_URL, STT_MODE: 'mock'})).find(({service}) => service === 'stt')
    expect(stt).toMatchObject({mode: undefined, why: `STT_URL=${STT_URL} (environment)`})
    expect(stt?.runs).toContain(STT_URL)
  })

  it('is why it would not start, where a model that was chosen is not here', async () => {
    const missing = {STT_MODEL: 'absent', TTS_MODEL: 'absent', MODEL_NAME: 'absent'}
    const faults = (await explained(missing)).map(({service, fault}) => [service, fault])
    expect(faults).toEqual([
      ['inference', expect.stringContaining('MODEL_NAME is "absent"')],
      ['stt', expect.stringContaining('STT_MODEL is "absent"')],
      ['tts', expect.stringContaining('TTS_MODEL is "absent"')],
      ['door', undefined],
    ])
    const lines = modeLines(await explained(missing), 60)
    expect(lines.join('\n')).toContain('stt        real  would not start: STT_MODEL is "absent"')
    expect(lines.filter(line => displayWidth(line) > 60 && !line.includes(folder))).toEqual([])
    // A mock needs no model.
    expect((await explained({...missing, JUNE_TEST_MODE: 'mock'})).flatMap(({fault}) => fault ?? [])).toEqual([])
  })
})
