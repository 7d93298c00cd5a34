import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {homedir, tmpdir} from 'node:os'
import {join} from 'node:path'
import {describeSettings} from '@essence/core/config/describe'
import {inspectConfig, readConfig} from '@essence/core/config/read'
import {variableNames, variables} from '@essence/core/config/schema'
import {isEssenceError} from '@essence/core/kit/errors'
import fc from 'fast-check'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'essence-config-'))
})
afterEach(() => rmSync(cwd, {recursive: true, force: true}))

const write = (name: string, text: string): string => {
  writeFileSync(join(cwd, name), text)
  return join(cwd, name)
}
const read = (env: NodeJS.ProcessEnv = {}, flags = {}) => readConfig({env, flags, cwd})
const failure = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => expect.fail('expected CONFIG_INVALID'),
    thrown => thrown,
  )
  expect(error).toMatchObject({code: 'CONFIG_INVALID', exit: 3})
  return error.message
}

describe('precedence', () => {
  it('is flag, environment, file, default', async () => {
    const file = write('june.env', 'STT_PORT=3\nTTS_PORT=3\nLLM_PORT=3\n')
    const {settings, origins} = await read({ENV_SH: file, STT_PORT: '2', TTS_PORT: '2'}, {STT_PORT: 1})
    expect(settings).toMatchObject({STT_PORT: 1, TTS_PORT: 2, LLM_PORT: 3, GATEWAY_PORT: 8000})
    expect(origins.STT_PORT).toEqual({kind: 'flag'})
    expect(origins.TTS_PORT).toEqual({kind: 'environment'})
    expect(origins.LLM_PORT).toEqual({kind: 'file', file, line: 3})
    expect(origins.GATEWAY_PORT).toEqual({kind: 'default'})
    expect(origins.STT_URL).toEqual({kind: 'unset'})
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
    const {settings} = await read({TTS_PORT: '', LLM_PORT: ' '}, {TTS_PORT: undefined, GATEWAY_PORT: ''})
    expect(settings).toMatchObject({STT_PORT: 50_052, TTS_PORT: 5, LLM_PORT: 50_051, GATEWAY_PORT: 8000})
    expect(settings.MODEL_TOP_K).toBeUndefined()
  })

  it('takes flags as oclif gives them', async () => {
    const {settings} = await read({USE_YARN: 'true'}, {USE_YARN: false, TELEGRAM_SERVICE_PORT: 0, MODEL_TEMPERATURE: 0})
    expect(settings).toMatchObject({USE_YARN: false, TELEGRAM_SERVICE_PORT: 0, MODEL_TEMPERATURE: 0})
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

  it('are known to be set when asked for', async () => {
    const {settings} = await readConfig({env: {TELEGRAM_BOT_TOKEN: '1:abc'}, cwd, require: ['TELEGRAM_BOT_TOKEN']})
    expect(settings.TELEGRAM_BOT_TOKEN.reveal()).toBe('1:abc')
    const missing = failure(readConfig({env: {}, cwd, require: ['TELEGRAM_BOT_TOKEN', 'STT_URL']}))
    expect(await missing).toMatch(/TELEGRAM_BOT_TOKEN is not set.*BotFather.*\n.*STT_URL is not set.*grpc:/)
  })
})

describe('what is wrong', () => {
  it('is said all at once, with name, value, place and expectation', async () => {
    const file = write('.env', '\nSTT_PORT=many\nTELEGRAM_USE_WEBHOOK=yes\n')
    const message = await failure(read({LOG_LEVEL: 'LOUD'}, {MODEL_TEMPERATURE: 9}))
    expect(message).toContain(`STT_PORT=many (${file}:2): expected a port from 0 to 65535`)
    expect(message).toContain('LOG_LEVEL=LOUD (environment): expected one of DEBUG, INFO')
    expect(message).toContain('MODEL_TEMPERATURE=9 (command line): expected a number from 0 to 2')
    expect(message).toContain('TELEGRAM_WEBHOOK_URL (unset): needed because TELEGRAM_USE_WEBHOOK is true')
    expect(message).toContain('4 problems')
  })

  it('shows no secret, and no password of a URL', async () => {
    const message = await failure(
      read({
        TELEGRAM_BOT_TOKEN: 'hunter2-hunter2',
        POSTGRES_URL: 'mysql://u:hunter2@h',
        STT_URL: 'grpc://u:hunter2@h:1',
      }),
    )
    expect(message).not.toContain('hunter2')
    expect(message).toContain('TELEGRAM_BOT_TOKEN=[hidden, 15 characters]')
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
    const {warnings} = await inspectConfig({env, cwd})
    return warnings.map(warning => warning.replace(`${cwd}/`, ''))
  }

  it('name a slip, and leave the variables of others alone', async () => {
    expect(await warningsOf('TELEGRAM_BOT_TOKN=1:a\nPATH=/bin\nCUDA_VISIBLE_DEVICES=0\nHTTPS_PROXY=x\n')).toEqual([
      '.env:1: TELEGRAM_BOT_TOKN is not a setting; did you mean TELEGRAM_BOT_TOKEN?',
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
    expect(await warningsOf('POSTGRES_PASSWORD=changeme\nENV_SH=/x\n')).toEqual([
      '.env:2: ENV_SH has no effect inside a file',
      expect.stringContaining('POSTGRES_PASSWORD'),
    ])
  })
})

describe('properties', () => {
  it('any environment is read or refused, and a refusal shows no secret', async () => {
    const secretNames = variableNames.filter(name => variables[name].secret)
    const text = fc.oneof(
      fc.string(),
      fc.string({unit: 'binary'}),
      fc.constantFrom('1', 'true', '0', 'auto', '{}', 'x'),
    )
    const environment = fc.dictionary(fc.constantFrom(...variableNames.filter(name => name !== 'ENV_SH')), text)
    await fc.assert(
      fc.asyncProperty(environment, fc.constantFrom(...secretNames), async (env, name) => {
        const secret = 'S3CR3T/with?odd#parts'
        const error = await readConfig({env: {...env, [name]: secret, STT_PORT: 'never'}, cwd}).catch(thrown => thrown)
        expect(isEssenceError(error) && error.code).toBe('CONFIG_INVALID')
        expect(error.message).not.toContain(secret)
      }),
    )
  })
})
