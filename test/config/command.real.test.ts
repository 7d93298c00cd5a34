// `essence config`, as an operator meets it.
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {essence} from '../kit/run-essence.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const folder = temporaryFolder()
const token = '123456789:S3cretOfTheBot'
const file = join(folder, 'june.env')
writeFileSync(file, `TELEGRAM_BOT_TOKEN=${token}\nSTT_THREADS=2\nSTT_MODLE=x\n`)

const config = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  essence(['config', ...args], {ENV_SH: file, ...env}, folder)

interface Listed {
  file: string | null
  settings: {name: string; value: string | null; set: boolean; origin: string}[]
}

const listed = async (args: string[], env?: NodeJS.ProcessEnv) => {
  const {stdout} = await config([...args, '--json'], env)
  return JSON.parse(stdout) as {ok: boolean; data: Listed; warnings: string[]; error?: {code: string; message: string}}
}

describe('essence config', () => {
  it('lists value and origin of everything, and no secret', async () => {
    const {status, stdout, stderr} = await config([], {GATEWAY_PORT: '9000'})
    expect(stdout).toMatch(/^SETTING +VALUE +FROM\n/)
    expect(stdout).toMatch(/^GATEWAY_PORT +9000 +environment$/m)
    expect(stdout).toMatch(/^STT_METRICS_PORT +8002 +default$/m)
    expect(stdout).toMatch(/\n\nTelegram\nTELEGRAM_BOT_TOKEN/)
    expect(stdout).toContain(`${file}:2`)
    expect(stdout).toMatch(/^TELEGRAM_BOT_TOKEN +\(secret, set\) +\S+:1$/m)
    // Where its lines break depends on the path.
    expect(stderr.replace(/\s+(› +)?/g, ' ')).toContain('STT_MODLE is not a setting')
    expect(stdout + stderr).not.toContain('S3cretOfTheBot')
    expect(status).toBe(0)
  })

  it('says with --json what is set, without the secrets', async () => {
    const {ok, data, warnings} = await listed([])
    expect({ok, file: data.file}).toEqual({ok: true, file})
    const byName = new Map(data.settings.map(setting => [setting.name, setting]))
    expect(byName.get('STT_THREADS')).toMatchObject({value: '2', set: true, origin: `${file}:2`})
    expect(byName.get('TELEGRAM_BOT_TOKEN')).toMatchObject({value: null, set: true})
    expect(byName.get('SERVICE_API_KEY')).toMatchObject({value: null, set: false, origin: 'unset'})
    expect(warnings).toEqual([expect.stringContaining('did you mean STT_MODEL?')])
  })

  it('narrows to a service, and to what was changed', async () => {
    const names = async (args: string[]) => (await listed(args)).data.settings.map(({name}) => name)
    expect(await names(['--changed'])).toEqual(['ENV_SH', 'STT_THREADS', 'TELEGRAM_BOT_TOKEN'])
    expect(await names(['--changed', '--service', 'stt'])).toEqual(['ENV_SH', 'STT_THREADS'])
    const stt = await names(['--service', 'stt'])
    expect(stt).toContain('LOG_LEVEL')
    expect(stt).not.toContain('TELEGRAM_BOT_TOKEN')
    // A channel reads what all of them do, and not what is an engine service's own.
    const telegram = await names(['--service', 'telegram'])
    expect(telegram).toEqual(expect.arrayContaining(['LOG_LEVEL', 'STT_URL', 'TELEGRAM_BOT_TOKEN']))
    expect(telegram).not.toContain('STT_HOST')
    expect(telegram).not.toContain('GATEWAY_PORT')
  })

  it('names what is set and read by nothing yet, and leaves the rest of that out', async () => {
    const env = {REDIS_URL: 'redis://june:hunter2@host'}
    const {status, stdout, stderr} = await config([], env)
    expect(stdout).toMatch(/^REDIS_URL +\(set, nothing reads it yet\) +environment$/m)
    expect(stdout).not.toContain('CACHE_TTL_LLM')
    expect(stderr.replace(/\s+(› +)?/g, ' ')).toContain('REDIS_URL (environment) is set, but nothing reads it yet')
    expect(stdout + stderr).not.toContain('hunter2')
    expect(status).toBe(0)
    expect((await config(['redis_url'])).stdout).toMatch(/^read by +nothing yet$/m)
  })

  it('explains one setting', async () => {
    const {status, stdout} = await config(['stt_threads'])
    expect(stdout).toMatch(
      /^STT_THREADS +2\norigin +\S+:2\ndefault +\(none\)\nexpected +a whole number from 1 to 1024\n/,
    )
    expect(status).toBe(0)
  })

  it.each([
    [['STT_MODLE'], 'STT_MODEL'],
    [['--service', 'telegramm'], 'telegram'],
  ])('%j: says what was probably meant', async (args, meant) => {
    const {status, stderr} = await config(args)
    expect(stderr).toContain(`Did you mean ${meant}?`)
    expect(status).toBe(2)
  })

  it('shows the rest when something is not valid, then all problems, and ends with 3', async () => {
    const env = {STT_PORT: 'many', TTS_SPEED: '9', GATEWAY_PORT: '9000'}
    const {status, stdout, stderr} = await config([], env)
    expect(stdout).toMatch(/^STT_PORT +\(not valid\) +environment$/m)
    expect(stdout).toMatch(/^GATEWAY_PORT +9000/m)
    expect(stderr).toContain('STT_PORT=many')
    expect(stderr).toContain('TTS_SPEED=9')
    expect(status).toBe(3)
    const {ok, data, error} = await listed([], env)
    expect({ok, code: error?.code, rows: data.settings.length > 50}).toEqual({
      ok: false,
      code: 'CONFIG_INVALID',
      rows: true,
    })
    expect((await config(['STT_PORT'], env)).status).toBe(3)
    expect((await config(['GATEWAY_PORT'], env)).status).toBe(0)
  })

  it('names the environment file that is missing', async () => {
    const {status, stderr} = await config([], {ENV_SH: '/nowhere.env'})
    expect(stderr).toContain('/nowhere.env does not exist')
    expect(status).toBe(3)
  })
})
