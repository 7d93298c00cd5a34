import {join} from 'node:path'
import {serveAssistant} from '@essence/core/assistant/grpc/server'
import {mockAssistant} from '@essence/core/assistant/mock'
import {readConfig} from '@essence/core/config/read'
import type {Settings} from '@essence/core/config/schema'
import {openAssistant} from '@essence/core/engines/assistant'
import {missingModel} from '@essence/core/engines/missing-model'
import {type Engines, type OpenOptions, openEngines} from '@essence/core/engines/open'
import {openRecognizer} from '@essence/core/engines/recognizer'
import {openSynthesizer} from '@essence/core/engines/synthesizer'
import type {EssenceError} from '@essence/core/kit/errors'
import {mockLlm} from '@essence/core/llm/mock'
import {mockEmbedder} from '@essence/core/llm/mock-embedder'
import {describe, expect, it, onTestFinished} from 'vitest'
import {collected} from '../collected.ts'
import {freePort} from '../kit/free-port.ts'
import {root, runProgram} from '../kit/run-essence.ts'
import {answerOf, say} from '../llm/conformance.ts'
import {openAiPeer} from '../peers/openai.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const folder = temporaryFolder()

const settingsOf = async (env: Record<string, string> = {}): Promise<Settings> => {
  const places = {JUNE_DATA_DIR: join(folder, 'data'), MODEL_CACHE_DIR: join(folder, 'models'), ENV_SH: '/dev/null'}
  return (await readConfig({env: {STT_THREADS: '1', STT_DEVICE: 'cpu', ...places, ...env}})).settings
}
const mocks = {JUNE_TEST_MODE: 'mock'}

describe('a model that is not there', () => {
  it('is replaced by a demonstration where nobody chose it', async () => {
    const settings = await settingsOf()
    expect(() => missingModel('STT_MODEL', settings)).not.toThrow()
    const assistant = await openAssistant(settings)
    expect(assistant.info).toMatchObject({engine: 'demo', demo: expect.stringContaining('no language model')})
    await assistant.close()
  })

  it.each([
    ['STT_MODEL', openRecognizer, 'whisper-medium', 'stt'],
    ['MODEL_NAME', openAssistant, 'Qwen/Qwen3-0.6B', 'llm'],
    ['TTS_MODEL', openSynthesizer, 'kokoro', 'tts'],
  ] as const)(
    'is an error where %s names it, with the command that brings this very model',
    async (name, open, model, kind) => {
      const failureOf = async (chosen: string) => {
        const error = await open(await settingsOf({[name]: chosen})).catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({code: 'MODEL_MISSING', message: expect.stringContaining(`${name} is "${chosen}"`)})
        return error as EssenceError
      }
      expect((await failureOf(model)).suggestions[0]).toBe(`Download it: essence models download ${model}`)
      const unknown = await failureOf('no-such-model')
      expect(unknown.suggestions[0]).toBe(`See which models there are: essence models list --kind ${kind}`)
    },
  )

  it('is not looked for where a mock stands in', async () => {
    const settings = await settingsOf({...mocks, STT_MODEL: 'no-such-model', MODEL_NAME: 'no-such-model'})
    const engines = await openEngines(settings, {check: false})
    expect([engines.stt, engines.assistant, engines.tts].map(({info}) => info.engine)).toEqual(['mock', 'mock', 'mock'])
    await engines.close()
  })
})

describe('the voice', () => {
  const samples = async (env: Record<string, string>, speed?: number): Promise<number> => {
    const tts = await openSynthesizer(await settingsOf(env))
    let count = 0
    for await (const {pcm} of tts.synthesize('hello there', speed === undefined ? {} : {speed})) count += pcm.length
    await tts.close()
    return count
  }

  it.each([[{TTS_MODE: 'mock'}], [{}]])('speaks at TTS_SPEED where nobody chooses another speed: %j', async env => {
    const slow = await samples({...env, TTS_SPEED: '0.5'})
    const fast = await samples({...env, TTS_SPEED: '2'})
    expect(slow / fast).toBeGreaterThan(2.5)
    expect(await samples({...env, TTS_SPEED: '2'}, 0.5)).toBe(slow)
  })
})

/** What the bare model says. */
const answerFrom = async ({model}: Engines, text: string): Promise<string | undefined> =>
  model && answerOf(await collected(model.chat(say(text))))

describe('openEngines', () => {
  it('says what it loads, what runs where, and proves it by a turn', async () => {
    const progress: string[] = []
    const engines = await openEngines(await settingsOf(), {onProgress: message => progress.push(message)})
    await engines.close()
    expect(progress.filter(line => !line.includes(' is loaded, in '))).toEqual([
      'loading speech recognition',
      'loading the language model',
      'loading speech synthesis',
      'checking: speak, listen, answer',
    ])
    expect(engines.check).toMatchObject({said: 'what time is it', heard: 'what time is it'})
    expect(engines.check?.answered).toMatch(/^It is \d+:\d\d [AP]M\.$/)
    expect(engines.lines).toEqual([
      expect.stringMatching(/^speech recognition: whisper, june-nano, on cpu \("cpu" was asked for\)$/),
      expect.stringMatching(/^answers: demo, on cpu \(/),
      expect.stringMatching(
        /^speech synthesis: espeak-ng, en-us, on cpu \(.*\); for a natural voice: essence models download kokoro$/,
      ),
      expect.stringMatching(/^live check: spoken in \d+ ms, heard in \d+ ms, answered in \d+ ms$/),
    ])
    expect(engines.notices.at(-1)).toBe('Install real models: essence models download --all')
    expect(engines.notices).toHaveLength(3)
  })

  it('has June at LLM_URL answer, and opens no mind of its own', async () => {
    const behind = {...mockAssistant({reply: () => 'From afar.'}), lacks: ['no memory']}
    const rpc = await serveAssistant({
      ...{host: '127.0.0.1', port: 0, variable: 'LLM_PORT', version: '1.2.3', idleMs: 5000, stallMs: 5000},
      maxDocumentBytes: 1,
      engines: () => ({assistant: behind, llm: undefined, embedder: undefined}),
    })
    await rpc.ready()
    onTestFinished(() => rpc.close())
    const engines = await openEngines(await settingsOf({...mocks, LLM_URL: rpc.url}))
    onTestFinished(() => engines.close())
    const said = await collected(engines.assistant.reply({speaker: 'cli', session: 's', text: 'x'}))
    expect(said.map(({text}) => text).join('')).toBe('From afar.')
    expect(engines.assistant.lacks).toEqual(['no memory'])
    expect(engines.lines).toContainEqual(expect.stringMatching(`^answers: mock, on cpu .at ${rpc.url}`))
  })

  it('has the bare models of a June elsewhere, and waits for them as for her', async () => {
    const port = await freePort()
    const serve = async () => {
      const rpc = await serveAssistant({
        ...{host: '127.0.0.1', port, variable: 'LLM_PORT', version: '1.2.3', idleMs: 5000, stallMs: 5000},
        maxDocumentBytes: 1,
        engines: () => ({assistant: mockAssistant(), llm: mockLlm(), embedder: mockEmbedder()}),
      })
      await rpc.ready()
      return rpc
    }
    const first = await serve()
    const engines = await openEngines(await settingsOf({...mocks, LLM_URL: first.url}), {check: false})
    onTestFinished(() => engines.close())
    const {model, embedder} = engines
    if (!model || !embedder) throw new Error('There are no models.')
    expect(model.info.deviceReason).toContain(first.url)
    await first.close()
    const [answer, vectors, tokens] = [
      collected(model.chat(say('Hi.'))),
      embedder.embed(['a'], {as: 'query'}),
      model.countTokens(say('one two')),
    ]
    const again = await serve()
    onTestFinished(() => again.close())
    expect(answerOf(await answer)).toBe('[mock] Hi.')
    expect((await vectors)[0]).toHaveLength(embedder.dimension)
    expect(await tokens).toBe(2)
  })

  it('has the bare model of an OpenAI-compatible server, which writes as the settings say', async () => {
    const peer = await openAiPeer()
    onTestFinished(() => peer.close())
    const settings = {STT_MODE: 'mock', TTS_MODE: 'mock', LLM_URL: peer.url, MODEL_TEMPERATURE: '0.3'}
    const engines = await openEngines(await settingsOf(settings), {check: false})
    onTestFinished(() => engines.close())
    expect(await answerFrom(engines, 'one two')).toBe('one two')
    expect(peer.chats().at(-1)?.body).toMatchObject({temperature: 0.3})
    expect(engines.model?.info).toMatchObject({engine: 'llama-server', model: 'june-test'})
    expect(engines.embedder).toBeUndefined()
  })

  it('has mocks of the bare models in mock mode, and none where a demonstration answers', async () => {
    const [mocked, demo] = [await settingsOf(mocks), await settingsOf({STT_MODE: 'mock', TTS_MODE: 'mock'})]
    const engines = await openEngines(mocked, {check: false})
    onTestFinished(() => engines.close())
    expect(await answerFrom(engines, 'Hi.')).toBe('[mock] Hi.')
    expect(engines).toMatchObject({
      model: {info: {engine: 'mock', demo: expect.any(String)}},
      embedder: {info: {engine: 'mock', demo: expect.any(String)}},
    })
    const stand = await openEngines(demo, {check: false})
    onTestFinished(() => stand.close())
    expect(stand).toMatchObject({model: undefined, embedder: undefined})
  })

  it.each([1, 3, 4])('ends when it is aborted at step %i', async step => {
    const stop = new AbortController()
    const progress: string[] = []
    const onProgress = (message: string) => {
      progress.push(message)
      if (progress.length === step) stop.abort()
    }
    const opening = openEngines(await settingsOf(mocks), {signal: stop.signal, onProgress})
    await expect(opening).rejects.toMatchObject({code: 'CANCELLED'})
    // All are loaded side by side; the check begins once they are open.
    expect(progress).toHaveLength(Math.max(step, 3))
  })

  it('loads all side by side, and tells when each is open', async () => {
    const loads: [string, boolean][] = []
    const onLoad: OpenOptions['onLoad'] = (what, ms) => loads.push([what, ms !== undefined])
    const engines = await openEngines(await settingsOf(mocks), {onLoad, check: false})
    await engines.close()
    const all = ['speech recognition', 'the language model', 'speech synthesis']
    expect(loads.slice(0, 3)).toEqual(all.map(what => [what, false]))
    expect(
      loads
        .slice(3)
        .map(([what, open]) => `${what} ${open}`)
        .sort(),
    ).toEqual(all.map(what => `${what} true`).sort())
  })

  it('closes what is open when a later step fails: nothing keeps the process alive', async () => {
    // espeak-ng's thread would.
    const source = `
      const {readConfig} = await import('@essence/core/config/read')
      const {openEngines} = await import('@essence/core/engines/open')
      const {settings} = await readConfig()
      const stop = new AbortController()
      const onProgress = message => message.startsWith('checking') && stop.abort()
      await openEngines(settings, {signal: stop.signal, onProgress}).catch(error => console.log(error.code))`
    const env = {ENV_SH: '/dev/null', JUNE_DATA_DIR: folder, STT_MODE: 'mock', INFERENCE_MODE: 'mock'}
    const args = [
      '-s',
      'KILL',
      '20',
      process.execPath,
      '--conditions=essence-source',
      '--input-type=module',
      '-e',
      source,
    ]
    expect(await runProgram('timeout', args, env, root)).toMatchObject({status: 0, stdout: 'CANCELLED\n'})
  })
})
