import {readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeEach, describe, expect, it} from 'vitest'
import {essence} from '../kit/run-essence.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const folder = temporaryFolder()
const file = join(folder, '.env')
const data = {JUNE_DATA_DIR: join(folder, 'data'), MODEL_CACHE_DIR: join(folder, 'models')}
beforeEach(() => rmSync(file, {recursive: true, force: true}))

const testMode = (mode: string, env: NodeJS.ProcessEnv = {}) => essence(['test-mode', mode], {...data, ...env}, folder)

/** The modes as `show --json` tells them. */
const shown = async (env: NodeJS.ProcessEnv = {}) => {
  const {stdout} = await essence(['test-mode', '--json'], {...data, ...env}, folder)
  const {services, ...rest} = JSON.parse(stdout).data
  const modes = services.map(({service, mode}: {service: string; mode: string}) => [service, mode])
  return {...rest, modes: Object.fromEntries(modes)}
}
const real = {stt: 'real', tts: 'real', gateway: 'real', inference: 'real'}
const mock = {stt: 'mock', tts: 'mock', gateway: 'mock', inference: 'mock'}

describe('essence test-mode', () => {
  it('goes from real to each mode and back, and leaves the rest of the file alone', async () => {
    const rest = '# June at home\nSTT_LANGUAGE=en # for now\n'
    writeFileSync(file, rest)
    expect(await shown()).toEqual({file, written: null, testMode: null, modes: real})
    expect(await testMode('mock')).toMatchObject({status: 0})
    expect(readFileSync(file, 'utf8')).toBe(`${rest}JUNE_TEST_MODE=mock\n`)
    expect(await shown()).toMatchObject({testMode: 'mock', modes: mock})
    const {stdout, stderr} = await testMode('stt_tts_roundtrip')
    expect(stdout).toMatch(/^stt +real +june-nano.*\n +JUNE_TEST_MODE=stt_tts_roundtrip\s+\(.*\.env:3\)$/m)
    expect(stderr).toContain(`${file} says JUNE_TEST_MODE=stt_tts_roundtrip now.`)
    expect(await shown()).toMatchObject({modes: {...mock, stt: 'real', tts: 'real'}})
    expect(await testMode('off')).toMatchObject({status: 0})
    expect(readFileSync(file, 'utf8')).toBe(rest)
  })

  it('makes the file where it is missing, for its owner alone: that of ENV_SH, too', async () => {
    const named = join(folder, 'june.env')
    expect(await testMode('mock', {ENV_SH: named})).toMatchObject({status: 0})
    expect([readFileSync(named, 'utf8'), statSync(named).mode & 0o777]).toEqual(['JUNE_TEST_MODE=mock\n', 0o600])
    rmSync(named)
    expect(readdirSync(folder)).not.toContain('.env')
    expect(await testMode('off')).toMatchObject({status: 0})
    expect(readdirSync(folder)).not.toContain('.env')
  })

  it('takes out what would win over it, also of a plugin; and says what wins from outside the file', async () => {
    writeFileSync(file, 'STT_MODE=real\nexport GATEWAY_MODE="real"\nTTS_MODE=mock\nINFERENCE_MODE=real\n')
    const {stderr} = await testMode('mock', {TTS_MODE: 'real'})
    expect(readFileSync(file, 'utf8')).toBe('JUNE_TEST_MODE=mock\n')
    expect(stderr.replace(/\s+(›\s+)?/g, ' ')).toContain(`TTS_MODE is set in the environment, which wins over ${file}.`)
    expect(await shown()).toMatchObject({modes: mock})
  })

  it('refuses a mode there is not, and says which is meant', async () => {
    const {status, stderr} = await testMode('stt-tts-roundtrip')
    expect(status).toBe(2)
    expect(stderr).toContain('Did you mean: essence test-mode stt_tts_roundtrip')
    expect(readdirSync(folder)).not.toContain('.env')
  })

  it('changes nothing in a file it cannot read to its end', async () => {
    writeFileSync(file, 'A="open\n')
    const {status, stderr} = await testMode('mock')
    expect(status).toBe(3)
    expect(stderr).toContain('.env:1: the')
    expect(readFileSync(file, 'utf8')).toBe('A="open\n')
  })

  it('shows the rest, and what is wrong, where a variable is not valid', async () => {
    writeFileSync(file, 'STT_MODE=moc\n')
    const {status, stdout, stderr} = await testMode('show')
    expect(status).toBe(3)
    expect(stdout).toMatch(/^gateway +real/m)
    expect(stderr).toContain('STT_MODE=moc')
  })
})
