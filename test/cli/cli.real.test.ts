// The contract of the built CLI: exit statuses, one JSON envelope, streams, colour.
import {spawn} from 'node:child_process'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {essence, root, runProgram, runScript} from '../kit/run-essence.ts'

const manifests = ['.', ...readdirSync(join(root, 'plugins')).map(name => join('plugins', name))]
  .map(folder => join(root, folder, 'oclif.manifest.json'))
  .filter(file => existsSync(file))
const ids = manifests.flatMap(file => Object.keys(JSON.parse(readFileSync(file, 'utf8')).commands as object))
// The escape character, written so that no tool shows it.
const escapes = new RegExp(String.fromCharCode(27))

describe.each(ids)('%s', id => {
  it('answers an unknown flag with status 2 and one envelope', async () => {
    const {status, stdout} = await essence([...id.split(':'), '--json', '--no-such-flag'])
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      command: id,
      data: null,
      warnings: [],
      error: {code: 'USAGE', exit: 2, message: expect.stringContaining('--no-such-flag')},
    })
    expect(status).toBe(2)
  })
})

describe('success', () => {
  it('under --json is exactly one document on stdout, and nothing on stderr', async () => {
    const {status, stdout, stderr} = await essence(['exit-codes', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ok: true, command: 'exit-codes', warnings: []})
    expect({status, stderr}).toEqual({status: 0, stderr: ''})
  })

  it('is plain text otherwise', async () => {
    const {status, stdout, stderr} = await essence(['exit-codes'])
    expect(stdout).toMatch(/^ {2}0 {2}done\n/)
    expect(stdout).toMatch(/\n127 {2}.*\n {5}UNKNOWN_COMMAND/)
    expect({status, stderr}).toEqual({status: 0, stderr: ''})
  })
})

describe('a command that does not exist', () => {
  it.each([
    [['hepl'], 'essence help'],
    [['exit-code'], 'essence exit-codes'],
    [['confg', 'STT_MODEL'], 'essence config'],
    [['dowload'], 'essence models download'],
    [['model', 'downlod', 'kokoro'], 'essence models download'],
    [['modles'], 'essence models'],
  ])('%s: says what was probably meant', async (args, meant) => {
    const {status, stderr} = await essence(args)
    expect(stderr).toContain(`Did you mean: ${meant}`)
    expect(status).toBe(127)
  })

  it.each([
    [['models', 'list', 'tts'], 'essence models list --kind tts'],
    [['models', 'tts'], 'essence models list --kind tts'],
    [['voices', 'de'], 'essence voices --help'],
  ])('%j: the command is there, the word behind it is not', async (args, meant) => {
    const {status, stderr} = await essence(args)
    expect(stderr).toContain(meant)
    expect(status).toBe(2)
  })

  it('is an envelope under --json', async () => {
    const {status, stdout, stderr} = await essence(['hepl', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ok: false, command: 'hepl', error: {code: 'UNKNOWN_COMMAND', exit: 127}})
    expect({status, stderr}).toEqual({status: 127, stderr: ''})
  })

  it('is not guessed at when nothing is near', async () => {
    const {status, stderr} = await essence(['xylophone'])
    expect(stderr).toContain('has no command "xylophone"')
    expect(stderr).not.toContain('Did you mean')
    expect(status).toBe(127)
  })
})

describe('a flag that does not exist', () => {
  it.each([
    [['say', '--plya', 'Hello'], 'Did you mean --play?'],
    [['say', '--vioce=de', 'Hello'], 'Did you mean --voice?'],
    [['config', '--qiuet'], 'Did you mean --quiet?'],
    [['say', '--xylophone', 'Hello'], 'See its flags: essence say --help'],
  ])('%j: says what was probably meant', async (args, meant) => {
    const {status, stderr} = await essence(args)
    expect(stderr).toContain(meant)
    expect(status).toBe(2)
  })
})

describe('advice', () => {
  it('begins as the program was called', async () => {
    const {stderr} = await essence(['hepl'], {ESSENCE_CALLED_AS: './bin/essence'})
    expect(stderr).toContain('Did you mean: ./bin/essence help')
  })
})

describe('help', () => {
  it.each([[['-h']], [['say', '-h']], [['models', '-h']]])('is shown for %j', async args => {
    const {status, stdout} = await essence(args)
    expect({status, usage: /USAGE|BEGIN WITH/.test(stdout)}).toEqual({status: 0, usage: true})
  })

  it('is not the version, which -v tells; on a command it is --verbose', async () => {
    expect((await essence(['-v'])).stdout).toMatch(/^essence\/\d/)
    expect((await essence(['exit-codes', '-v'])).status).toBe(0)
  })

  it('is shown for nothing, --help, a topic and a command', async () => {
    const shown = await Promise.all(
      [[], ['--help'], ['plugins', '--help'], ['config', '--help']].map(args => essence(args)),
    )
    for (const {status, stdout} of shown)
      expect({status, usage: /USAGE|BEGIN WITH/.test(stdout)}).toEqual({status: 0, usage: true})
    expect(shown[3]?.stdout).toContain('ENV_SH=/etc/june.env essence config --json')
  })
})

describe('colour', () => {
  const forced = {FORCE_COLOR: '1', TERM: 'xterm-256color', COLORTERM: 'truecolor'}

  it('can be seen by this test at all', async () => {
    expect((await essence(['--help'], forced)).stdout).toMatch(escapes)
  })

  it.each([
    ['NO_COLOR', ['--help'], {NO_COLOR: '1'}],
    ['--no-color', ['hepl', '--no-color'], {}],
    ['--no-color of a failing command', ['config', 'NOPE', '--no-color'], {}],
    ['--json', ['exit-codes', '--json'], {}],
    ['--json of a failing command', ['config', 'NOPE', '--json'], {}],
  ])('is off with %s, even where forced', async (_, args, env) => {
    const {stdout, stderr} = await essence(args, {...forced, ...env})
    expect(stdout + stderr).not.toMatch(escapes)
    expect(stdout + stderr).not.toBe('')
  })
})

describe('a reader that leaves', () => {
  it('after one line is no failure', async () => {
    const script = `"$0" "$1" config | head -n 1; echo "status \${PIPESTATUS[0]}"`
    const {stdout, stderr} = await runProgram('bash', ['-c', script, process.execPath, runScript])
    expect(stdout).toMatch(/^SETTING .*\nstatus 0\n$/)
    expect(stderr).toBe('')
  })

  it('before anything was written is no failure', async () => {
    const child = spawn(process.execPath, [runScript, 'config', '--json'], {stdio: ['ignore', 'pipe', 'pipe']})
    child.stdout.destroy()
    let stderr = ''
    child.stderr.on('data', text => {
      stderr += text
    })
    const status = await new Promise(done => child.on('close', done))
    expect({status, stderr}).toEqual({status: 0, stderr: ''})
  })
})
