// The commands, as people run them: a process, a hub on loopback with tiny files in the catalogue's repositories.

import {execFile} from 'node:child_process'
import {mkdir, readdir, readFile, rm, truncate, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {locateModel} from '@essence/core/models/cache/locate'
import {requiredFor} from '@essence/core/models/catalogue/catalogue'
import {Config} from '@oclif/core'
import {beforeAll, beforeEach, describe, expect, it, vi} from 'vitest'
import {noiseBytes} from '../../kit/noise-bytes.ts'
import {peerFor, standInRepos} from '../../models/setup.ts'
import type {HubPeer} from '../../peers/hub.ts'
import {temporaryFolder} from '../../temporary-folder.ts'

const cli = join(import.meta.dirname, '../../../bin/dev.ts')

interface Ran {
  code: number
  stdout: string
  stderr: string
  /** The envelope of --json. */
  // biome-ignore lint/suspicious/noExplicitAny: what a command prints is checked by each test
  json: any
}

interface Runnable {
  run(args: string[], config: Config): Promise<unknown>
}

let folder: string
let peer: HubPeer
let env: NodeJS.ProcessEnv
let config: Config

beforeAll(async () => {
  const root = join(import.meta.dirname, '../../..')
  config = await Config.load({root, ignoreManifest: true})
  return () => {
    for (const name of Object.keys(env)) delete process.env[name]
  }
})

/** In this process: loading the command line anew for every line of a test would take most of its time. */
const essence = async (name: string, ...args: string[]): Promise<Ran> => {
  const {default: command} = await import(`../../../commands/models/${name}.ts`)
  const printed = {stdout: '', stderr: ''}
  const spies = (['stdout', 'stderr'] as const).map(stream =>
    vi.spyOn(process[stream], 'write').mockImplementation(text => {
      printed[stream] += String(text)
      return true
    }),
  )
  Object.assign(process.env, env)
  try {
    const code = await (command as Runnable).run(args, config).then(
      () => 0,
      (error: {message: string; oclif?: {exit?: number}}) => {
        printed.stderr += error.message
        return error.oclif?.exit ?? 1
      },
    )
    const json = printed.stdout.startsWith('{') ? JSON.parse(printed.stdout) : undefined
    return {code, json, ...printed}
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

/** As people run it. */
const inOwnProcess = async (...args: string[]): Promise<Omit<Ran, 'json'>> => {
  const started = promisify(execFile)(process.execPath, ['--conditions=essence-source', cli, 'models', ...args], {
    env: {...process.env, ...env},
  })
  return started.then(
    ({stdout, stderr}) => ({code: 0, stdout, stderr}),
    (error: {code: number; stdout: string; stderr: string}) => error,
  )
}

beforeEach(async () => {
  folder = temporaryFolder()
  peer = await peerFor({repos: standInRepos(), token: 'hf_right'})
  env = {
    HF_ENDPOINT: peer.endpoint,
    HF_TOKEN: '',
    HF_HUB_OFFLINE: '',
    MODEL_CACHE_DIR: join(folder, 'models'),
    JUNE_DATA_DIR: join(folder, 'data'),
    MODEL_PROFILE: 'starter',
  }
})

const small = 'whisper-small-q5_1'

describe('essence models download', () => {
  it('--all installs what the profile requires; status, list and path know it; without the hub it still stands', async () => {
    const required = requiredFor('starter').map(({id}) => id)
    const first = await essence('download', '--all', '--json')
    expect(first.code, first.stderr).toBe(0)
    expect(first.json.data.models.map(({id}: {id: string}) => id).sort()).toEqual([...required].sort())
    const events = first.stderr
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(events[0]).toMatchObject({event: 'start'})
    expect(events.filter(({event}) => event === 'model-done').length).toBe(required.length)

    await peer.close()
    const status = await essence('status', '--json')
    expect(status.json.data.missing).toEqual([])
    const again = await essence('download', '--all')
    expect(again.code, again.stderr).toBe(0)
    const path = (await essence('path', 'openai/whisper-small')).stdout.trim()
    expect(path).toMatch(/ggml-small-q5_1\.bin$/)
    // Services ask for the default of their setting and get the model of this machine.
    const cache = join(folder, 'models')
    const dataDir = join(folder, 'data')
    expect(await locateModel('stt', 'openai/whisper-large-v3', cache, {dataDir})).toBe(path)
    expect(await locateModel('llm', 'Qwen/Qwen3-30B-A3B-Thinking-2507', cache, {dataDir})).toMatch(/Qwen3.5-2B.*gguf$/)
    expect(await locateModel('llm', 'Qwen/Qwen3-0.6B', cache, {dataDir})).toBeUndefined()
  })

  it('in a pipe prints plain lines to stderr, and results to stdout', async () => {
    const ran = await inOwnProcess('download', '--model', small)
    expect(ran.stderr).toContain(`${small}: ggml-small-q5_1.bin (`)
    expect(ran.stderr).toMatch(/downloaded, sha256 [0-9a-f]{64}/)
    expect(ran.stdout).toContain(small)
    expect(ran.stderr).not.toContain('\u001b')
  })

  it('--dry-run fetches nothing', async () => {
    const ran = await essence('download', '--all', '--dry-run', '--json')
    expect(ran.json.data.models.length).toBe(requiredFor('starter').length)
    expect(peer.requests.filter(({server}) => server === 'content')).toEqual([])
    expect(await readdir(folder)).toEqual([])
  })

  it('takes a repository outside the catalogue only by --allow', async () => {
    peer.repos['other/thing'] = {files: {'a.gguf': noiseBytes(3000, 99), 'sub/b.bin': noiseBytes(2000, 98)}}
    expect((await essence('download', '--model', 'other/thing', '--json')).json.error.code).toBe('MODEL_UNKNOWN')
    expect((await essence('download', '--allow', 'other/thing', '--json')).json.error.code).toBe('USAGE')
    const ran = await essence('download', '--allow', 'other/thing@main', '--json')
    expect(ran.code, ran.stderr).toBe(0)
    expect(ran.json.data.models[0].files.map(({path}: {path: string}) => path)).toEqual(['a.gguf', 'sub/b.bin'])
    expect((await essence('path', 'other/thing@main')).stdout).toContain('a.gguf')
  })

  it('takes names as arguments: ids, aliases, families, parts', async () => {
    const ran = await essence('download', 'kokoro', 'whisper', 'thorsten', '--json')
    expect(ran.code, ran.stdout).toBe(0)
    expect(ran.json.data.models.map(({id}: {id: string}) => id)).toEqual([
      'kokoro-82m-q8',
      small,
      'piper-de_de-thorsten-medium',
    ])
    expect((await essence('path', 'thorsten')).stdout).toContain('thorsten-medium.onnx')
    expect((await essence('verify', 'kokoro', 'small')).code).toBe(0)
    const printed = await inOwnProcess('download', 'kokoro')
    expect(printed.code, printed.stderr).toBe(0)
  })

  it('lists the candidates of a name that several models answer to', async () => {
    const {json, code} = await essence('download', 'piper-en', '--json')
    expect(code).toBe(2)
    expect(json.error.suggestions).toContain('essence models download piper-en_us-lessac-medium')
    await essence('download', 'thorsten', 'lessac')
    const several = await essence('remove', 'piper', '--yes', '--json')
    expect(several.code).toBe(2)
    expect(several.json.error.suggestions[0]).toContain('piper-de_de-thorsten-medium, piper-en_us-lessac-medium')
  })

  it('advises the very model that is missing', async () => {
    for (const [command, name] of [
      ['path', 'whisper-medium'],
      ['verify', 'whisper'],
      ['remove', 'openai/whisper-tiny'],
    ] as const) {
      const {json} = await essence(command, name, '--json')
      expect(json.error.code).toBe('MODEL_MISSING')
      expect(json.error.suggestions[0]).toBe(`Download it: essence models download ${name}`)
    }
    const outside = await essence('download', 'other/thing', '--json')
    expect(outside.json.error.suggestions).toContain(
      'For a repository outside the catalogue: essence models download --allow other/thing@main',
    )
  })

  it('names the nearest id for one that does not exist', async () => {
    const {json, code} = await essence('download', '--model', 'whisper-smal-q5_1', '--json')
    expect(code).toBe(2)
    expect(json.error.suggestions[0]).toContain(small)
  })

  it('says which page to visit for a gated model, installs the others, and fails', async () => {
    const gated = peer.repos['ggerganov/whisper.cpp']
    if (gated) gated.gated = true
    const ran = await essence('download', '--model', small, '--json')
    expect(ran.code).toBe(4)
    expect(ran.json.error.suggestions[0]).toContain('/ggerganov/whisper.cpp')
    env['HF_TOKEN'] = 'hf_right'
    expect((await essence('download', '--model', small)).code).toBe(0)
  })

  it('goes on with the others when one repository is gone and one is gated, and names both', async () => {
    delete peer.repos['ggerganov/whisper.cpp']
    const gated = peer.repos['onnx-community/Kokoro-82M-v1.0-ONNX']
    if (gated) gated.gated = true
    const ran = await essence('download', '--all', '--json')
    expect(ran.code).toBe(5)
    expect(ran.json.data.models.map(({id}: {id: string}) => id)).toEqual([
      'qwen3.5-2b-q4_k_m',
      'piper-en_us-ljspeech-medium',
      'all-minilm-l6-v2-f16',
    ])
    expect(ran.json.data.failed).toEqual([
      expect.objectContaining({id: small, code: 'REMOTE_REFUSED', suggestions: expect.any(Array)}),
      expect.objectContaining({id: 'kokoro-82m-q8', code: 'MODEL_GATED'}),
    ])
    expect(ran.json.error.message).toContain(`2 of 5 models were not installed: ${small}, kokoro-82m-q8`)
    const again = await essence('download', '--all')
    const told = again.stdout.split('\n').filter(line => line.startsWith('✗'))
    expect(told).toEqual([
      expect.stringMatching(
        /^✗ whisper-small-q5_1: .* \(401\)\. See whether it exists: http.*\/ggerganov\/whisper\.cpp$/,
      ),
      expect.stringMatching(/^✗ kokoro-82m-q8: .* terms\. Accept them at http.*HF_TOKEN/),
    ])
  })

  it('refuses a wrong token without showing it', async () => {
    env['HF_TOKEN'] = 'hf_wrongwrong'
    const ran = await essence('download', '--model', small, '--json')
    expect(ran.json.error.code).toBe('TOKEN_REJECTED')
    expect(ran.stdout + ran.stderr).not.toContain('hf_wrongwrong')
  })

  it('offline says what is missing, and takes what another tool placed in the cache', async () => {
    env['HF_HUB_OFFLINE'] = '1'
    expect((await essence('download', '--model', small, '--json')).json.error.code).toBe('MODEL_MISSING')
    env['HF_HUB_OFFLINE'] = '0'
    await essence('download', '--model', small)
    // As another tool leaves it: no marker of ours, no lock.
    await rm(join(folder, 'data'), {recursive: true})
    await rm(join(folder, 'models/huggingface/models--ggerganov--whisper.cpp/complete'), {recursive: true})
    await peer.close()
    env['HF_HUB_OFFLINE'] = '1'
    const ran = await essence('download', '--model', small, '--json')
    expect(ran.code, ran.stdout).toBe(0)
    expect(ran.json.data.models[0].files[0].fetched).toBe(false)
  })

  it('holds to the lock although the branch moved, until --update', async () => {
    const first = (await essence('download', '--model', small, '--json')).json.data.models[0]
    const repo = peer.repos['ggerganov/whisper.cpp']
    const [before] = Object.values(repo?.revisions ?? {main: first.commit})
    await rm(join(folder, 'models'), {recursive: true})
    const same = (await essence('download', '--model', small, '--json')).json.data.models[0]
    expect(same.commit).toBe(first.commit)
    if (repo) {
      repo.files['ggml-small-q5_1.bin'] = noiseBytes(6000, 1234)
      repo.revisions = {main: 'b'.repeat(40), old: before ?? ''}
    }
    await rm(join(folder, 'models'), {recursive: true})
    const moved = await essence('download', '--model', small, '--json')
    expect(moved.json.error.code).toBe('DIGEST_MISMATCH')
    const updated = await essence('download', '--model', small, '--update', '--json')
    expect(updated.json.data.models[0].commit).toBe('b'.repeat(40))
  })
})

describe('what is installed', () => {
  const location = async () => (await essence('path', small)).stdout.trim()

  it('verify finds a changed and a missing file; such a model is not loaded; download mends it', async () => {
    await essence('download', '--model', small, '--model', 'piper-de_de-thorsten-medium')
    expect((await essence('verify')).code).toBe(0)
    const path = await location()
    const bytes = await readFile(path)
    bytes[100] = (bytes[100] ?? 0) ^ 1
    await writeFile(path, bytes)
    const changed = await essence('verify', '--json')
    expect(changed.code).toBe(8)
    expect(changed.json.data.find(({id}: {id: string}) => id === small).files[0].verdict).toBe('changed')
    expect(await locateModel('stt', small, join(folder, 'models'))).toBeUndefined()
    expect((await essence('download', '--model', small)).code).toBe(0)
    expect((await essence('verify', small)).code).toBe(0)

    expect((await essence('verify', '--jsn')).code).toBe(2)

    await truncate(path, 10)
    expect((await essence('status', '--json')).json.data.missing).toContain(small)
    expect((await essence('verify', small)).code).toBe(8)
    expect((await essence('download', '--model', small)).code).toBe(0)
    expect((await essence('verify', small)).code).toBe(0)
  })

  it('remove asks, frees the space, and leaves what others need', async () => {
    await essence('download', '--model', 'kokoro-82m-q8', '--model', 'kokoro-82m-fp32')
    expect((await essence('remove', 'kokoro-82m-q8', '--json')).json.error.code).toBe('USAGE')
    const ran = await essence('remove', 'kokoro-82m-q8', '--yes', '--json')
    expect(ran.json.data.freedBytes).toBe(
      peer.repos['onnx-community/Kokoro-82M-v1.0-ONNX']?.files['onnx/model_quantized.onnx']?.length,
    )
    expect((await essence('verify', 'kokoro-82m-fp32')).code).toBe(0)
    expect((await essence('path', 'kokoro-82m-q8', '--json')).json.error.code).toBe('MODEL_MISSING')
  })

  it('prune lists what is left over, asks, and removes that alone', async () => {
    await essence('download', small)
    const repo = peer.repos['ggerganov/whisper.cpp']
    if (repo) repo.files['ggml-small-q5_1.bin'] = noiseBytes(6000, 1234)
    expect((await essence('prune', '--json')).json.data.leftovers).toEqual([])
    expect((await essence('download', small, '--update')).code).toBe(0)
    const dry = await essence('prune', '--dry-run')
    expect(dry.stdout).toMatch(
      /^ggerganov\/whisper\.cpp\n *\d+ kB {2}older version {2}ggml-small-q5_1\.bin at [0-9a-f]{8}$/m,
    )
    expect((await essence('prune', '--json')).json.error.code).toBe('USAGE')
    const ran = await essence('prune', '--yes', '--json')
    expect(ran.json.data.freedBytes).toBe(ran.json.data.bytes)
    expect(ran.json.data.freedBytes).toBeGreaterThan(5000)
    expect((await essence('verify')).code).toBe(0)
    expect((await essence('prune')).stdout).toContain('is left over')
  })

  for (const target of ['bundle', 'bundle.tar']) {
    it(`travels to a machine without a network as ${target}`, async () => {
      await essence('download', '--model', small, '--model', 'kokoro-82m-q8')
      const bundle = join(folder, target)
      expect((await essence('export', '--all', bundle)).code).toBe(0)
      expect((await essence('export', '--all', bundle, '--json')).json.error.code).toBe('OUTPUT_UNWRITABLE')
      await peer.close()
      env['MODEL_CACHE_DIR'] = join(folder, 'elsewhere')
      env['JUNE_DATA_DIR'] = join(folder, 'elsewhere-data')
      const ran = await essence('import', bundle, '--json')
      expect(ran.json.data.models).toEqual(['kokoro-82m-q8', small])
      expect((await essence('verify')).code).toBe(0)
      expect(await readdir(join(folder, 'elsewhere/huggingface'))).not.toContainEqual(
        expect.stringMatching(/^\.import/),
      )
    })
  }

  it('a damaged bundle, or something else, is refused', async () => {
    await essence('download', '--model', small)
    const bundle = join(folder, 'bundle')
    await essence('export', '--model', small, bundle)
    const [blob = ''] = await readdir(join(bundle, 'blobs'))
    await writeFile(join(bundle, 'blobs', blob), noiseBytes(5000, 77))
    env['MODEL_CACHE_DIR'] = join(folder, 'elsewhere')
    env['JUNE_DATA_DIR'] = join(folder, 'elsewhere-data')
    expect((await essence('import', bundle, '--json')).json.error.code).toBe('DIGEST_MISMATCH')
    expect((await essence('path', small, '--json')).json.error.code).toBe('MODEL_MISSING')
    await mkdir(join(folder, 'empty'))
    await writeFile(join(folder, 'not.tar'), 'hello')
    expect((await essence('import', join(folder, 'empty'), '--json')).json.error.code).toBe('MODEL_INVALID')
    expect((await essence('import', join(folder, 'not.tar'), '--json')).json.error.code).toBe('MODEL_INVALID')
    expect((await essence('import', join(folder, 'nothing'), '--json')).json.error.code).toBe('INPUT_NOT_FOUND')
  })
})
