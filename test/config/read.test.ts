import {mkdirSync, writeFileSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {planned, type SettingsGroup, type Variables} from '@essence/core/config/declaration'
import {describeSettings} from '@essence/core/config/describe'
import {inspectConfig, readConfig, settle} from '@essence/core/config/read'
import {variables} from '@essence/core/config/schema'
import {port, secret} from '@essence/core/config/variable'
import {isEssenceError} from '@essence/core/kit/errors'
import fc from 'fast-check'
import {beforeEach, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'

let cwd: string
beforeEach(() => {
  cwd = temporaryFolder()
})

/** What a plugin declares. */
const bell = {
  heading: 'Door bell',
  services: ['bell'],
  variables: {
    BELL_PORT: port({help: 'Port to ring at', default: '8100'}),
    BELL_TOKEN: secret({help: 'Who may ring', pattern: /^\d+:[\w-]+$/, expected: 'a token, 123:abc'}),
    ...planned({BELL_TUNE: port({help: 'What it plays'})}),
  },
} as const satisfies SettingsGroup

const write = (name: string, text: string): string => {
  writeFileSync(join(cwd, name), text)
  return join(cwd, name)
}
const read = (env: NodeJS.ProcessEnv = {}, flags = {}) => readConfig({env, flags, cwd, own: bell})
const failure = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => expect.fail('expected CONFIG_INVALID'),
    thrown => thrown,
  )
  expect(error).toMatchObject({code: 'CONFIG_INVALID', exit: 3})
  return error.message
}

describe('for a service', () => {
  const wrong = {STT_PORT: 'front', BELL_PORT: 'back', DRAIN_TIMEOUT_SECONDS: 'long'}
  const readFor = (service: string, env: NodeJS.ProcessEnv) => readConfig({env, cwd, installed: [bell], service})

  it('what it does not read is a warning that names the setting', async () => {
    const {settings, warnings} = await readFor('stt', {BELL_PORT: 'back', STT_PORT: '1'})
    expect(settings).toMatchObject({BELL_PORT: 8100, STT_PORT: 1})
    expect(warnings).toEqual([
      expect.stringMatching(/^BELL_PORT=back \(environment\): expected a port.*; not read here/),
    ])
    expect((await readFor('bell', {STT_PORT: 'front'})).warnings).toEqual([expect.stringContaining('STT_PORT=front')])
  })

  it('what it reads itself, or every service does, is an error', async () => {
    expect(await failure(readFor('stt', wrong))).toMatch(/2 problems:\n {2}(DRAIN|STT).*\n {2}(DRAIN|STT)/)
    expect(await failure(readFor('bell', {BELL_PORT: 'back'}))).toContain('BELL_PORT=back')
    // A channel runs turns.
    expect(await failure(readFor('bell', {MODEL_TEMPERATURE: 'hot'}))).toContain('MODEL_TEMPERATURE=hot')
  })

  it('a variable that decides what is started counts, whoever reads it', async () => {
    const inspection = await inspectConfig({env: {BELL_TOKEN: 'x', BELL_PORT: 'back'}, cwd, installed: [bell]})
    expect(() => settle(inspection, ['stt'], ['BELL_TOKEN'])).toThrow('BELL_TOKEN=[hidden, 1 characters]')
    expect(settle(inspection, ['stt']).warnings).toHaveLength(2)
  })
})

describe('precedence', () => {
  it('is flag, environment, file, default', async () => {
    const file = write('june.env', 'STT_PORT=3\nTTS_PORT=3\nBELL_PORT=3\n')
    const {settings, origins} = await read({ENV_SH: file, STT_PORT: '2', TTS_PORT: '2'}, {STT_PORT: 1})
    expect(settings).toMatchObject({STT_PORT: 1, TTS_PORT: 2, BELL_PORT: 3, STT_METRICS_PORT: 8002})
    expect(origins).toMatchObject({
      STT_PORT: {kind: 'flag'},
      TTS_PORT: {kind: 'environment'},
      BELL_PORT: {kind: 'file', file, line: 3},
      STT_METRICS_PORT: {kind: 'default'},
      STT_URL: {kind: 'unset'},
      BELL_TOKEN: {kind: 'unset'},
    })
  })

  it('reads .env only where ENV_SH names no other file', async () => {
    const local = write('.env', 'STT_PORT=1\n')
    const named = write('named.env', 'TTS_PORT=2\n')
    expect(await read()).toMatchObject({file: local, settings: {STT_PORT: 1}})
    expect(await read({ENV_SH: 'named.env'})).toMatchObject({file: named, settings: {STT_PORT: 50_052, TTS_PORT: 2}})
    expect((await read({ENV_SH: '  '})).file).toBe(local)
  })

  it('takes an empty text for none, in every place', async () => {
    write('.env', 'STT_PORT=\nTTS_PORT=5\nMODEL_TOP_K=""\n')
    const {settings} = await read({TTS_PORT: '', BELL_PORT: ' '}, {TTS_PORT: undefined, STT_METRICS_PORT: ''})
    expect(settings).toMatchObject({STT_PORT: 50_052, TTS_PORT: 5, BELL_PORT: 8100, STT_METRICS_PORT: 8002})
    expect(settings.MODEL_TOP_K).toBeUndefined()
  })

  it('takes flags as oclif gives them', async () => {
    const {settings} = await read({STT_ENABLE_VAD: 'true'}, {STT_ENABLE_VAD: false, BELL_PORT: 0, MODEL_TEMPERATURE: 0})
    expect(settings).toMatchObject({STT_ENABLE_VAD: false, BELL_PORT: 0, MODEL_TEMPERATURE: 0})
  })

  it('does without the blanks and carriage returns other tools leave', async () => {
    expect((await read({STT_PORT: ' 7 \r'})).settings.STT_PORT).toBe(7)
  })
})

describe('values', () => {
  it('expand the home directory in paths, and only there', async () => {
    const {settings} = await read({JUNE_DATA_DIR: '~/x', STT_MODEL: '~/y'})
    expect(settings).toMatchObject({JUNE_DATA_DIR: join(homedir(), 'x'), MODEL_CACHE_DIR: join(homedir(), 'models')})
    expect(settings.STT_MODEL).toBe('~/y')
  })

  it('are parsed once: a device is what engines take, and is shown as it was written', async () => {
    const inspection = await inspectConfig({env: {STT_DEVICE: 'CUDA:1'}, cwd})
    expect(inspection.settings).toMatchObject({STT_DEVICE: {backend: 'cuda', index: 1}, TTS_DEVICE: {backend: 'auto'}})
    const shown = new Map(describeSettings(inspection).map(({name, value}) => [name, value]))
    expect([shown.get('STT_DEVICE'), shown.get('TTS_DEVICE')]).toEqual(['cuda:1', 'auto'])
  })

  it('of a time zone are names that are known', async () => {
    expect((await read({TIME_ZONE: 'Europe/Berlin'})).settings.TIME_ZONE).toBe('Europe/Berlin')
    await expect(read({TIME_ZONE: 'Europe/Nowhere'})).rejects.toMatchObject({
      ...{code: 'CONFIG_INVALID', message: expect.stringContaining('a time zone, as Europe/Berlin')},
    })
  })

  it('of a plugin are read as those of the core, secrets wrapped', async () => {
    const {settings} = await read({BELL_TOKEN: '1:abc'})
    expect(settings.BELL_TOKEN?.reveal()).toBe('1:abc')
    expect((await readConfig({env: {BELL_PORT: '9'}, cwd, installed: [bell]})).settings).toMatchObject({BELL_PORT: 9})
  })

  it('of the core keep their meaning, whatever a plugin declares', async () => {
    const thief = {heading: 'Thief', variables: {STT_PORT: secret({help: 'Mine'}) as Variables[string]}}
    const {settings} = await readConfig({env: {STT_PORT: '7'}, cwd, installed: [thief]})
    expect(settings.STT_PORT).toBe(7)
  })
})

describe('what is wrong', () => {
  it('is said all at once, with name, value, place and expectation', async () => {
    const file = write('.env', '\nSTT_PORT=many\nBELL_PORT=front\n')
    const message = await failure(read({LOG_LEVEL: 'LOUD'}, {MODEL_TEMPERATURE: 9}))
    expect(message).toContain(`STT_PORT=many (${file}:2): expected a port from 0 to 65535`)
    expect(message).toContain('LOG_LEVEL=LOUD (environment): expected one of DEBUG, INFO')
    expect(message).toContain('MODEL_TEMPERATURE=9 (command line): expected a number from 0 to 2')
    expect(message).toContain(`BELL_PORT=front (${file}:3): expected a port from 0 to 65535`)
    expect(message).toContain('4 problems')
  })

  it('shows no secret, and no password of a URL', async () => {
    const message = await failure(
      read({
        BELL_TOKEN: 'hunter2-hunter2',
        HF_TOKEN: 'hunter2',
        STT_URL: 'grpc://u:hunter2@h:1',
      }),
    )
    expect(message).not.toContain('hunter2')
    expect(message).toContain('BELL_TOKEN=[hidden, 15 characters]')
    expect(message).toContain('STT_URL=grpc://[redacted]@h:1')
  })

  it('cuts long values and shows control characters as such', async () => {
    const message = await failure(read({STT_PORT: `\u001b[31m${'9'.repeat(500)}`}))
    expect(message).toContain('STT_PORT=\\u001b[31m999')
    expect(message.length).toBeLessThan(300)
  })

  it('leaves the rest readable for essence config', async () => {
    const {settings, problems, origins} = await inspectConfig({env: {STT_PORT: 'x', TTS_PORT: '1'}, cwd})
    expect(settings).toMatchObject({STT_PORT: 50_052, TTS_PORT: 1})
    expect(origins.STT_PORT).toEqual({kind: 'environment'})
    expect(problems.map(({name}) => name)).toEqual(['STT_PORT'])
  })

  it('names a file that is missing, with what named it', async () => {
    expect(await failure(read({ENV_SH: '~/nowhere/june.env'}))).toContain(join(homedir(), 'nowhere/june.env'))
  })

  it('does not trust a file with an open quotation mark', async () => {
    const file = write('.env', `SYSTEM_PROMPT='You are June\nSTT_PORT=1\n`)
    expect(await failure(read())).toContain(`${file}:1: the quotation mark opened here is never closed`)
  })

  it('is not a folder called .env, as Python has', async () => {
    mkdirSync(join(cwd, '.env'))
    expect((await read()).file).toBeUndefined()
  })
})

describe('warnings', () => {
  const warningsOf = async (text: string, env = {}) => {
    write('.env', text)
    const {warnings} = await inspectConfig({env, cwd, installed: [bell]})
    return warnings.map(warning => warning.replace(`${cwd}/`, ''))
  }

  it('name a slip, and leave the variables of others alone', async () => {
    expect(await warningsOf('BELL_TOKN=1:a\nBELL_PORT=1\nPATH=/bin\nCUDA_VISIBLE_DEVICES=0\nHTTPS_PROXY=x\n')).toEqual([
      '.env:1: BELL_TOKN is not a setting; did you mean BELL_TOKEN?',
    ])
  })

  it('say what became of a variable of the original', async () => {
    expect(await warningsOf('STT_MODEL_NAME=base.en\n')).toEqual([
      '.env:1: STT_MODEL_NAME has no effect: use STT_MODEL',
    ])
  })

  it('name lines that are no assignment, without their text, and not all of thousands', async () => {
    const warnings = await warningsOf('secret words\n'.repeat(2000))
    expect(warnings).toHaveLength(6)
    expect(warnings.join()).not.toContain('secret')
    expect(warnings.at(-1)).toContain('1995 more lines')
  })

  it('name a value a shell reads otherwise, where the value counts', async () => {
    const text = 'JUNE_DATA_DIR=$HOME/june\nSTT_PROMPT=a b\nNOT_OURS=$x\n'
    expect(await warningsOf(text, {STT_PROMPT: 'else'})).toEqual([
      ".env:1: a shell reads JUNE_DATA_DIR otherwise; write it as JUNE_DATA_DIR='…'",
    ])
  })

  it('name a password everybody knows, and ENV_SH where it cannot work', async () => {
    expect(await warningsOf('SERVICE_API_KEY=changeme\nENV_SH=/x\n')).toEqual([
      '.env:2: ENV_SH has no effect inside a file',
      expect.stringContaining('SERVICE_API_KEY'),
    ])
  })

  it('name what is set and read by nothing yet, with its place, whatever its value', async () => {
    expect(await warningsOf('\nREDIS_URL=redis://u:hunter2@host\nBELL_TUNE=loud\n', {JAEGER_ENDPOINT: 'x'})).toEqual([
      'JAEGER_ENDPOINT (environment) is set, but nothing reads it yet',
      'REDIS_URL (.env:2) is set, but nothing reads it yet',
      'BELL_TUNE (.env:3) is set, but nothing reads it yet',
    ])
    const many = await warningsOf(
      'CACHE_TTL_LLM=a\nREDIS_URL=a\nENABLE_TRACING=a\nLLM_CACHE_ENABLED=a\nLLM_CACHE_MAX_SIZE=a\nWEBAPP=a\nBELL_TUNE=a\n',
    )
    expect(many).toHaveLength(6)
    expect(many.at(-1)).toContain('1 more')
  })

  it('leave a planned variable out of the settings', async () => {
    const {settings} = await read({REDIS_URL: 'redis://host'})
    expect(settings).not.toHaveProperty('REDIS_URL')
    expect(settings).not.toHaveProperty('BELL_TUNE')
  })
})

describe('properties', () => {
  it('any environment is read or refused, and a refusal shows no secret', async () => {
    const known: Variables = {...variables, ...bell.variables}
    const names = Object.keys(known)
    const secretNames = names.filter(name => known[name]?.secret)
    const text = fc.oneof(
      fc.string(),
      fc.string({unit: 'binary'}),
      fc.constantFrom('1', 'true', '0', 'auto', '{}', 'x'),
    )
    const environment = fc.dictionary(fc.constantFrom(...names.filter(name => name !== 'ENV_SH')), text)
    await fc.assert(
      fc.asyncProperty(environment, fc.constantFrom(...secretNames), async (env, name) => {
        const hidden = 'S3CR3T/with?odd#parts'
        const error = await read({...env, [name]: hidden, STT_PORT: 'never'}).catch(thrown => thrown)
        expect(isEssenceError(error) && error.code).toBe('CONFIG_INVALID')
        expect(error.message).not.toContain(hidden)
      }),
    )
  })
})
