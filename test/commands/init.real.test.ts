// `essence init` with piped streams.
import {chmodSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {freePort} from '../kit/free-port.ts'
import {root} from '../kit/run-essence.ts'
import {peerFor, standInRepos} from '../models/setup.ts'
import {botApi, nobody, place, token} from './init-place.ts'

it('never waits: names what is missing, and writes nothing', async () => {
  const {run, isWritten} = place(nobody, {JUNE_TEST_MODE: ''})
  const {status, stdout} = await run(['--json', '--language', 'en'])
  const {ok, error} = JSON.parse(stdout)
  expect({ok, status, code: error.code}).toEqual({ok: false, status: 2, code: 'USAGE'})
  for (const flag of ['--telegram-token-file', '--time-zone', '--models', '--download'])
    expect(error.message).toContain(flag)
  expect(error.message).not.toMatch(/--language|--telegram-owner/)
  expect(isWritten()).toBe(false)
})

it.each([
  ['standard input', ['--telegram-token-file', '-'], {input: `${token}\n`}],
  ['a file', ['--telegram-token-file', 'token.txt'], {}],
  ['the environment', [], {env: {TELEGRAM_BOT_TOKEN: token}}],
])('takes the token from %s, tries it, and never says it', async (_, flags, from) => {
  const peer = await botApi()
  const {run, folder, written} = place(peer.root)
  writeFileSync(join(folder, 'token.txt'), `${token}\n`)
  const {status, stdout, stderr} = await run(
    ['--json', '--verbose', '--telegram-owner', '42', '--language', 'en', '--time-zone', 'Europe/Berlin', ...flags],
    from,
  )
  expect(status).toBe(0)
  expect(stdout + stderr).not.toContain('AAexample')
  const {ok, data} = JSON.parse(stdout)
  expect(ok).toBe(true)
  expect(data).toMatchObject({
    written: 'created',
    models: {state: 'own'},
    turn: {times: {totalMs: expect.any(Number)}},
  })
  expect(data.settings.find(({name}: {name: string}) => name === 'TELEGRAM_BOT_TOKEN')).toEqual({
    ...{name: 'TELEGRAM_BOT_TOKEN', state: 'new', value: null, secret: true, fact: '@june_test_bot'},
  })
  expect(written()[0]).toBe(`TELEGRAM_BOT_TOKEN=${token}`)
  expect(peer.calls.map(({method}) => method)).toEqual(['getMe'])
})

it('refuses a token that Telegram does not know, and writes nothing', async () => {
  const peer = await botApi()
  const {run, isWritten} = place(peer.root)
  const result = await run(['--yes', '--telegram-token-file', '-'], {input: '4711:AAanother'})
  expect(result).toMatchObject({status: 4, stderr: expect.stringContaining('TOKEN_REJECTED')})
  expect(isWritten()).toBe(false)
})

it('without a network says so; --no-check and --yes go on', async () => {
  const {run, isWritten, written} = place(nobody)
  const flags = ['--no-turn', '--telegram-owner', '42', '--language', 'en', '--time-zone', 'UTC']
  const env = {TELEGRAM_BOT_TOKEN: token}
  const refused = await run(flags, {env})
  expect(refused).toMatchObject({status: 5, stderr: expect.stringContaining('--no-check')})
  expect(isWritten()).toBe(false)
  expect(await run([...flags, '--no-check'], {env})).toMatchObject({status: 0})
  expect(written()[0]).toBe(`TELEGRAM_BOT_TOKEN=${token}`)
  const kept = await run(['--no-turn', '--yes'])
  expect(kept).toMatchObject({status: 0, stderr: expect.stringContaining('could not be tried')})
})

it('keeps what the file says, and its comments; a flag changes what it names', async () => {
  const {run, file} = place(nobody)
  const before = '# June at home\nTIME_ZONE=Europe/Paris # for now\nLLM_THREADS=2\n'
  writeFileSync(file, before)
  chmodSync(file, 0o640)
  const {status, stdout} = await run(['--yes', '--no-turn', '--language', 'de'])
  expect(status).toBe(0)
  expect(stdout).toMatch(/TIME_ZONE +Europe\/Paris +kept/)
  expect(readFileSync(file, 'utf8')).toBe(`${before}STT_LANGUAGE=de\n`)
  const changed = await run(['--no-turn', '--time-zone', 'UTC', '--no-check', '--telegram-token-file', '-'], {
    input: token,
  }).then(({status}) => status)
  // The owner is missing still.
  expect(changed).toBe(2)
  const {stdout: shown, stderr} = await run(
    ['--no-turn', '--time-zone', 'UTC', '--no-check', '--telegram-owner', '42', '--telegram-token-file', '-'],
    {input: token},
  )
  expect(shown).toMatch(/TIME_ZONE +UTC +changed/)
  expect(readFileSync(file, 'utf8')).toContain('TIME_ZONE=UTC # for now\n')
  expect(stderr).toContain(`chmod 600 ${file}`)
})

it('says before anything else that the file cannot be written', async () => {
  const {run} = place(nobody)
  const result = await run(['--yes'], {env: {ENV_SH: '/dev/null'}})
  expect(result).toMatchObject({status: 3, stderr: expect.stringContaining('CONFIG_INVALID')})
})

it('makes the file that ENV_SH names, for its owner alone; a folder that is not there is told of', async () => {
  const {run, folder, isWritten} = place(nobody)
  const file = join(folder, 'june.env')
  writeFileSync(join(folder, '.env'), 'TIME_ZONE=nowhere\n')
  expect(await run(['--yes', '--no-turn'], {env: {ENV_SH: file}})).toMatchObject({status: 0})
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readFileSync(file, 'utf8')).toMatch(/^STT_LANGUAGE=auto\nTIME_ZONE=/)
  expect(isWritten() && readFileSync(join(folder, '.env'), 'utf8')).toBe('TIME_ZONE=nowhere\n')
  const missing = await run(['--yes'], {env: {ENV_SH: join(folder, 'none/june.env')}})
  expect(missing).toMatchObject({status: 3, stderr: expect.stringContaining('OUTPUT_UNWRITABLE')})
})

it('what the file says wrongly is asked for again, and what else is wrong with it is an error', async () => {
  const {run, file} = place(nobody)
  writeFileSync(file, 'TIME_ZONE=nowhere\n')
  const {status, stderr} = await run(['--yes', '--no-turn', '--time-zone', 'UTC'])
  expect({status, stderr}).toEqual({status: 0, stderr: expect.any(String)})
  expect(readFileSync(file, 'utf8')).toContain('TIME_ZONE=UTC\n')
  writeFileSync(file, 'LLM_PORT=seven\n')
  expect(await run(['--yes', '--no-turn'])).toMatchObject({status: 3, stderr: expect.stringContaining('LLM_PORT')})
  expect(readFileSync(file, 'utf8')).toBe('LLM_PORT=seven\n')
})

it('an owner without a bot is told of', async () => {
  const {run, written} = place(nobody)
  const {status, stderr} = await run(['--yes', '--no-turn', '--telegram-owner', '42'])
  expect({status, stderr}).toEqual({status: 0, stderr: expect.stringContaining('--telegram-owner has no effect')})
  expect(written().join()).not.toContain('42')
})

it('downloads the chosen models, and leaves essence up nothing to fetch', async () => {
  const peer = await peerFor({repos: standInRepos()})
  const {run, folder, written} = place(nobody, {HF_ENDPOINT: peer.endpoint})
  const result = await run(['--yes', '--models', 'light'])
  expect(result).toMatchObject({status: 0})
  expect(result.stdout).toMatch(/june {2}You said: /)
  expect(written()).toContain('MODEL_PROFILE=light')
  const data = (name: string) => JSON.parse(readFileSync(join(folder, 'data', name), 'utf8'))
  expect(data('models-choice.json')).toEqual({models: 'light', installed: true})
  expect(Object.keys(data('models.lock.json').models)).toContain('whisper-base-q8_0')
})

it('where models do not come, the settings stay and June answers; the status tells of it', async () => {
  const peer = await peerFor({repos: {}})
  const {run, written} = place(nobody, {HF_ENDPOINT: peer.endpoint})
  const {status, stdout} = await run(['--yes', '--download', '--models', 'light', '--json'])
  const {ok, data, error, warnings} = JSON.parse(stdout)
  expect({status, ok, code: error.code}).toEqual({status: 5, ok: false, code: 'REMOTE_REFUSED'})
  expect(data).toMatchObject({downloaded: false, turn: {answered: expect.any(String)}})
  expect(warnings.join()).toContain('The models did not come.')
  expect(written()).toContain('MODEL_PROFILE=light')
})

it('where the hub cannot be reached, --yes leaves the models to essence up', async () => {
  const {run} = place(nobody, {HF_ENDPOINT: `http://127.0.0.1:${await freePort()}`})
  const {status, stdout, stderr} = await run(['--yes', '--no-turn', '--models', 'light'])
  expect({status, stderr}).toEqual({status: 0, stderr: expect.stringContaining('Nothing is downloaded now')})
  expect(stdout).toMatch(/Models: light, .* not here yet; essence up downloads them/)
})

it('ends with a real turn of the demonstration, and says that it is one', async () => {
  const {run} = place(nobody, {JUNE_TEST_MODE: ''})
  const {status, stdout} = await run(['--yes', '--no-download', '--json'])
  expect(status).toBe(0)
  const {data, warnings} = JSON.parse(stdout)
  expect(data.turn).toMatchObject({heard: 'what time is it', answered: expect.stringMatching(/\d:\d\d/)})
  expect(data.turn.times).toMatchObject({sttMs: expect.any(Number), ttfaMs: expect.any(Number)})
  expect(data.turn.audioMs).toBeGreaterThan(500)
  expect(warnings.join()).toContain('essence models download --all')
}, 120_000)

it('names what can be changed where a name is none of it', async () => {
  const result = await place(nobody).run(['--change', 'TIMEZONE'])
  expect(result).toMatchObject({status: 2, stderr: expect.stringContaining('--change TIME_ZONE')})
})

it('has a flag for every question of our own plugins', async () => {
  const {flags} = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')).commands.init
  const {default: telegram} = await import('../../plugins/telegram/src/setup.ts')
  const {default: discord} = await import('../../plugins/discord/src/setup.ts')
  for (const {flag} of [...telegram(), ...discord()]) expect(Object.keys(flags)).toContain(flag)
})
