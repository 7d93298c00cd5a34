import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {inspectConfig} from '@essence/core/config/read'
import {mode} from '@essence/core/config/variable'
import {modeOf, modesOf, modeVariables, serviceModes} from '@essence/core/engines/modes'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'

/** As the plugin of a service declares it. */
const door = {
  heading: 'Door',
  services: ['door'],
  variables: {DOOR_MODE: mode({service: 'door', mock: 'a curtain', real: 'a door'})},
}
const inspect = (env: NodeJS.ProcessEnv) => inspectConfig({env: {ENV_SH: '/dev/null', ...env}, installed: [door]})

const own = [undefined, 'mock', 'real'] as const
const tests = [undefined, 'mock', 'stt_tts_roundtrip'] as const
const combinations = tests.flatMap(JUNE_TEST_MODE =>
  own.flatMap(STT_MODE =>
    own.flatMap(TTS_MODE =>
      own.flatMap(INFERENCE_MODE =>
        own.map(DOOR_MODE => ({JUNE_TEST_MODE, STT_MODE, TTS_MODE, INFERENCE_MODE, DOOR_MODE})),
      ),
    ),
  ),
)

/** What each JUNE_TEST_MODE makes of the services that have no word of their own. */
const table = {
  unset: {stt: 'real', tts: 'real', inference: 'real', door: 'real'},
  mock: {stt: 'mock', tts: 'mock', inference: 'mock', door: 'mock'},
  stt_tts_roundtrip: {stt: 'real', tts: 'real', inference: 'mock', door: 'mock'},
} as const

describe('the mode of a service', () => {
  it('is what its own variable says, else what JUNE_TEST_MODE says of it, in all combinations', async () => {
    expect(combinations).toHaveLength(3 * 3 ** 4)
    for (const env of combinations) {
      const inspection = await inspect(env)
      const row = table[env.JUNE_TEST_MODE ?? 'unset']
      const expected = {
        inference: env.INFERENCE_MODE ?? row.inference,
        stt: env.STT_MODE ?? row.stt,
        tts: env.TTS_MODE ?? row.tts,
        door: env.DOOR_MODE ?? row.door,
      }
      const found = serviceModes(inspection).map(({service, mode}) => [service, mode])
      expect({env, modes: Object.fromEntries(found)}).toEqual({env, modes: expected})
      const {inference: llm, door: ofDoor, ...speech} = expected
      expect(modesOf(inspection.settings)).toEqual({...speech, llm})
      expect(modeOf('door', env.DOOR_MODE, inspection.settings)).toBe(ofDoor)
    }
  })

  it('comes with the variable that decides, and where that is set', async () => {
    const file = join(temporaryFolder(), 'june.env')
    writeFileSync(file, '# for now\nSTT_MODE=real\nDOOR_MODE=mock\n')
    const whys = async (env: NodeJS.ProcessEnv) =>
      Object.fromEntries(serviceModes(await inspect(env)).map(({service, why}) => [service, why]))
    expect(await whys({ENV_SH: file, JUNE_TEST_MODE: 'mock', DOOR_MODE: 'real'})).toEqual({
      inference: 'JUNE_TEST_MODE=mock (environment)',
      stt: `STT_MODE=real (${file}:2)`,
      tts: 'JUNE_TEST_MODE=mock (environment)',
      door: 'DOOR_MODE=real (environment)',
    })
    expect(await whys({})).toMatchObject({tts: 'default (TTS_MODE and JUNE_TEST_MODE are unset)'})
  })

  it('can be set for the services of plugins, too', async () => {
    const {groups} = await inspect({})
    expect(modeVariables(groups)).toMatchObject([
      {service: 'inference', variable: 'INFERENCE_MODE'},
      {service: 'stt', variable: 'STT_MODE'},
      {service: 'tts', variable: 'TTS_MODE'},
      {service: 'door', variable: 'DOOR_MODE'},
    ])
  })
})
