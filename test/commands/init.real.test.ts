// `essence init`, with a Bot API server and a hub on loopback, and mocks as engines where the turn is not what is tested.
import {spawn} from 'node:child_process'
import {chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {stripVTControlCharacters} from 'node:util'
import {describe, expect, it, onTestFinished} from 'vitest'
import {findProgram} from '../../src/kit/process/find-program.ts'
import {followOutput} from '../kit/follow-output.ts'
import {freePort} from '../kit/free-port.ts'
import {root, runScript} from '../kit/run-essence.ts'
import {startEssence} from '../kit/start-essence.ts'
import {peerFor, standInRepos} from '../models/setup.ts'
import {type BotApiPeer, openBotApiPeer} from '../peers/bot-api.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const script = await findProgram(['script'])
const terminal = script ? it : it.skip
const why = script ? '' : ' (skipped: no program script)'

const token = '4711:AAexampleTokenForTests-not-a-real_one'
const ours = ['STT_LANGUAGE=en', 'TIME_ZONE=Europe/Berlin']

/** A folder for init to work in. @param api of a Bot API server @param more environment */
const place = (api: string, more: NodeJS.ProcessEnv = {}) => {
  const folder = temporaryFolder()
  const file = join(folder, '.env')
  const env: NodeJS.ProcessEnv = {
    ...{
      JUNE_DATA_DIR: join(folder, 'data'),
      MODEL_CACHE_DIR: join(folder, 'models'),
      HF_ENDPOINT: 'http://127.0.0.1:9',
    },
    ...{TELEGRAM_API_ROOT: api, JUNE_TEST_MODE: 'mock', STT_THREADS: '1', STT_DEVICE: 'cpu', ...more},
  }
  /** With piped streams. @param input of standard input, which ends then */
  const run = async (flags: string[], {input = '', env: own = {}}: {input?: string; env?: NodeJS.ProcessEnv} = {}) => {
    const {child, ended} = startEssence(['init', ...flags], {...env, ...own}, folder)
    child.stdin.end(input)
    return ended
  }
  /** On a terminal. */
  const ask = (...flags: string[]) => {
    const command = [process.execPath, runScript, 'init', ...flags].map(word => `'${word}'`).join(' ')
    const child = spawn(script?.path ?? '', ['-qefc', command, '/dev/null'], {
      ...{cwd: folder, stdio: ['pipe', 'pipe', 'pipe'], timeout: 50_000, killSignal: 'SIGKILL'},
      env: {PATH: process.env['PATH'], HOME: folder, TERM: 'xterm', NO_COLOR: '1', ...env},
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const followed = followOutput(child)
    /** Waits for a question, after what was read so far, and answers it. */
    let read = 0
    const answer = async (question: string, keys: string): Promise<void> => {
      await expect.poll(() => followed.said.stdout.slice(read), {timeout: 20_000}).toContain(question)
      read = followed.said.stdout.indexOf(question, read) + question.length
      child.stdin.write(keys)
    }
    return {child, ...followed, answer}
  }
  const written = (): string[] => readFileSync(file, 'utf8').trim().split('\n')
  return {folder, file, env, run, ask, written, isWritten: () => existsSync(file)}
}

const botApi = async (): Promise<BotApiPeer> => {
  const peer = await openBotApiPeer({token})
  onTestFinished(() => peer.close())
  return peer
}

/** As it is read: without what moves the cursor. */
const plain = (text: string): string => stripVTControlCharacters(text).replaceAll('\r', '')

const nobody = 'http://127.0.0.1:9'

describe('on a terminal', () => {
  terminal(
    `asks for what is missing, tries each token, finds the owner, writes all at the end, and June answers${why}`,
    async () => {
      const peer = await botApi()
      const {file, ask, answer: _, written, isWritten, run} = {...place(peer.root), answer: undefined}
      const {child, ended, answer, said} = ask()
      await answer('Token of the bot, not shown [Enter: none]: ', 'AAnonsense\r')
      await answer('expected a token', '')
      await answer('not shown [Enter: none]: ', '4711:AAanother-token-of-nobody\r')
      await answer('does not know the token', '')
      await answer('not shown [Enter: none]: ', `${token}\r`)
      await answer('@june_test_bot', '')
      await answer('[Enter: none]: ', '')
      peer.userSends({from: 7, text: 'I am a stranger'})
      await answer('id 7, wrote to the bot. Is that you? [y/N] ', '\r')
      await answer('[Enter: none]: ', '')
      peer.userSends({from: 42, text: 'hello'})
      await answer('id 42, wrote to the bot. Is that you? [y/N] ', 'y\r')
      await answer('Language [auto]: ', 'en\r')
      await answer('Time zone [', 'Europe/Berln\r')
      await answer('Did you mean', '')
      expect(isWritten()).toBe(false)
      await answer('Time zone [', 'Europe/Berlin\r')
      const {stdout, status} = await ended
      expect(status).toBe(0)
      expect(written()).toEqual([
        ...[`TELEGRAM_BOT_TOKEN=${token}`, 'TELEGRAM_OWNER_USERS=42', 'TELEGRAM_AUTHORIZED_USERS=42', ...ours],
      ])
      expect(statSync(file).mode & 0o777).toBe(0o600)
      expect(stdout).not.toContain('AAexample')
      expect(stdout).not.toContain('AAanother')
      const text = plain(stdout)
      expect(text).toMatch(/✓ +TELEGRAM_BOT_TOKEN +set +new, @june_test_bot\n/)
      expect(text).toMatch(/june {2}You said: /)
      expect(text).toMatch(/ms since the end of the question:\n +\d+ {2}/)
      // June answers both once she runs: nothing was acknowledged.
      expect(peer.state.updates).toHaveLength(2)
      expect(said.stderr + child.spawnargs.join()).not.toContain('AAexample')

      const before = readFileSync(file, 'utf8')
      const again = await run(['--no-turn'])
      expect(again).toMatchObject({status: 0, stdout: expect.stringContaining(`All is set in ${file}`)})
      expect(again.stdout).toMatch(/✓ +TELEGRAM_BOT_TOKEN +set +kept, @june_test_bot\n/)
      expect(readFileSync(file, 'utf8')).toBe(before)
    },
  )

  terminal(`Enter leaves Telegram out, which is not asked for again until --change names it${why}`, async () => {
    const {ask, written, run} = place(nobody)
    const first = ask('--no-turn')
    await first.answer('Token of the bot, not shown [Enter: none]: ', '\r')
    await first.answer('Telegram stays off', '')
    await first.answer('Language [auto]: ', '\r')
    await first.answer('Time zone [', 'Europe/Berlin\r')
    expect(await first.ended).toMatchObject({status: 0})
    expect(written()).toEqual(['STT_LANGUAGE=auto', 'TIME_ZONE=Europe/Berlin'])
    expect(await run(['--no-turn'])).toMatchObject({status: 0, stdout: expect.stringMatching(/^All is set/)})
    const changed = ask('--no-turn', '--change', 'TELEGRAM_BOT_TOKEN', '--change', 'TIME_ZONE')
    await changed.answer('Token of the bot, not shown [Enter: none]: ', `${token}\r`)
    await changed.answer('Go on without trying it? [Y/n] ', '\r')
    await changed.answer('[Enter: none]: ', '42\r')
    await changed.answer('Time zone [Europe/Berlin]: ', 'UTC\r')
    expect(await changed.ended).toMatchObject({status: 0})
    expect(written()).toContain('TIME_ZONE=UTC')
    expect(written()).toContain(`TELEGRAM_BOT_TOKEN=${token}`)
  })

  terminal(`asks which models, and whether now${why}`, async () => {
    const peer = await peerFor({repos: standInRepos()})
    const {ask, folder, written} = place(nobody, {HF_ENDPOINT: peer.endpoint, JUNE_TEST_MODE: ''})
    const {answer, ended} = ask('--no-turn', '--language', 'en', '--time-zone', 'Europe/Berlin')
    await answer('Token of the bot, not shown [Enter: none]: ', '\r')
    await answer('are free in', '')
    await answer('Number or name [', 'light\r')
    await answer('now? Otherwise essence up does, while June runs. [Y/n] ', 'n\r')
    expect(await ended).toMatchObject({status: 0})
    expect(written()).toEqual([...ours, 'MODEL_PROFILE=light'])
    const choice = JSON.parse(readFileSync(join(folder, 'data/models-choice.json'), 'utf8'))
    expect(choice).toEqual({models: 'light', installed: false})
  })

  terminal.each([
    ['Ctrl-C', '\u0003', 130],
    ['kill -9', undefined, null],
  ])(`%s leaves nothing behind${why}`, async (_, keys, status) => {
    const peer = await botApi()
    const {ask, folder} = place(peer.root)
    const {child, answer, ended} = ask()
    await answer('not shown [Enter: none]: ', `${token}\r`)
    await answer('@june_test_bot', '')
    await answer('[Enter: none]: ', keys ?? '')
    if (keys === undefined) child.kill('SIGKILL')
    expect(await ended).toMatchObject({status})
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('without a terminal', () => {
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
    expect(data.settings[0]).toEqual({
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
  })

  it('names what can be changed where a name is none of it', async () => {
    const result = await place(nobody).run(['--change', 'TIMEZONE'])
    expect(result).toMatchObject({status: 2, stderr: expect.stringContaining('--change TIME_ZONE')})
  })
})

it('has a flag for every question of our own plugins', async () => {
  const {flags} = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')).commands.init
  const {default: telegram} = await import('../../plugins/telegram/src/setup.ts')
  for (const {flag} of telegram()) expect(Object.keys(flags)).toContain(flag)
})
