import {createHash} from 'node:crypto'
import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {readConfig} from '@essence/core/config/read'
import {openLocalSynthesizer} from '@essence/core/engines/voices/local-synthesizer'
import {
  blobPath,
  linkIntoSnapshot,
  repoFolder,
  snapshotPath,
  updateMarker,
  writeRef,
} from '@essence/core/models/cache/cache-layout'
import {catalogue} from '@essence/core/models/catalogue/catalogue'
import type {TextToSpeech} from '@essence/core/tts/port'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {collected} from '../../collected.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {writeJets, writeKokoro, writePiper} from '../../tts/onnx/tiny-voices.ts'

let folder: string
const opened: TextToSpeech[] = []
beforeEach(async () => {
  folder = temporaryFolder()
})
afterEach(async () => {
  for (const tts of opened.splice(0)) await tts.close()
})

const open = async (env: Record<string, string> = {}): Promise<TextToSpeech> => {
  const places = {JUNE_DATA_DIR: join(folder, 'data'), MODEL_CACHE_DIR: join(folder, 'models'), ENV_SH: '/dev/null'}
  const tts = await openLocalSynthesizer((await readConfig({env: {...places, ...env}})).settings)
  opened.push(tts)
  return tts
}

/** Puts the files of a model of the catalogue where a download would, verified; each from the folder of a tiny voice. */
const install = async (id: string, fileOf: (path: string) => string): Promise<void> => {
  const entry = catalogue.find(one => one.id === id)
  if (!entry) throw new Error(`no ${id} in the catalogue`)
  const repo = repoFolder(join(folder, 'models/huggingface'), entry.repo)
  const commit = 'a'.repeat(40)
  for (const {path} of entry.files) {
    const content = await readFile(fileOf(path))
    const sha256 = createHash('sha256').update(content).digest('hex')
    await mkdir(join(repo, 'blobs'), {recursive: true})
    await writeFile(blobPath(repo, sha256), content)
    await linkIntoSnapshot(blobPath(repo, sha256), snapshotPath(repo, commit, path))
    await updateMarker(repo, commit, known => ({...known, [path]: {size: content.length, sha256, blob: sha256}}))
  }
  await writeRef(repo, entry.revision, commit)
}

const voicesOfKokoro = ['af_heart', 'af_bella', 'am_michael', 'bf_emma', 'bm_george', 'ef_dora', 'ff_siwis', 'if_sara']
const installKokoro = async (): Promise<void> => {
  const entry = catalogue.find(({id}) => id === 'kokoro-82m-fp32')
  const wanted = entry?.files.flatMap(({path}) => /^voices\/(.*)\.bin$/.exec(path)?.[1] ?? []) ?? voicesOfKokoro
  const model = await writeKokoro('tones', wanted)
  const root = dirname(dirname(model))
  await install('kokoro-82m-fp32', path => join(root, path))
}
const installPiper = async (): Promise<void> => {
  const model = await writePiper('tones', 'de_DE-thorsten-medium', {espeak: {voice: 'de'}, language: {code: 'de_DE'}})
  await install('piper-de_de-thorsten-medium', path => join(dirname(model), path.replace(/^.*\//, '')))
}
const installJets = async (): Promise<void> => {
  const model = await writeJets('tones')
  await install('jets-ljspeech', path => join(dirname(model), path))
}

describe('the voice in this process', () => {
  it('is espeak-ng where none is installed', async () => {
    const tts = await open()
    expect(tts.info.engine).toBe('espeak-ng')
    expect(tts.info.demo).toBeUndefined()
  })

  it('is the best that is installed, with others for what it does not speak, and espeak-ng for the rest', async () => {
    await installJets()
    await installPiper()
    await installKokoro()
    const tts = await open()
    expect(tts.info.engine).toBe('kokoro')
    const ids = (await tts.voices()).map(({id}) => id)
    expect(ids).toEqual(expect.arrayContaining(['af_heart', 'de_DE-thorsten-medium', 'pl', 'pl+f3']))
    // Kokoro speaks English already.
    expect(ids).not.toContain('ljspeech')
    const rateOf = async (options: object): Promise<number | undefined> =>
      (await collected(tts.synthesize('a e i', options)))[0]?.sampleRate
    expect(await rateOf({})).toBe(24_000)
    for (const voice of ['de', 'pl', 'en-us+m3']) expect(await rateOf({voice})).toBe(22_050)
    expect(await rateOf({language: 'de'})).toBe(22_050)
    await expect(collected(tts.synthesize('a', {voice: 'af_hart'}))).rejects.toMatchObject({
      code: 'VOICE_UNKNOWN',
      suggestions: expect.arrayContaining(['Did you mean "af_heart"?']),
    })
  })

  it('is measured once where speed decides between two, and anew where the processors are others', async () => {
    await installJets()
    await installKokoro()
    await open()
    const file = join(folder, 'data/voice-speeds.json')
    const first = JSON.parse(await readFile(file, 'utf8'))
    expect(Object.values(first.voices)).toHaveLength(2)
    // What was measured is believed: a Kokoro that is slower than speech here leaves English to the other.
    const digest = createHash('sha256')
      .update(await readFile(await writeKokoro('tones', voicesOfKokoro)))
      .digest('hex')
    first.voices[digest] = {...first.voices[digest], rtf: 2.2}
    await writeFile(file, JSON.stringify(first))
    const tts = await open()
    expect(tts.info.engine).toBe('jets')
    expect((await tts.voices()).map(({id}) => id)).toContain('ff_siwis')
    first.voices[digest].machine = 'another'
    await writeFile(file, JSON.stringify(first))
    expect((await open()).info.engine).toBe('kokoro')
  })

  it('is the engine that was asked for', async () => {
    await installJets()
    await installKokoro()
    expect((await open({TTS_ENGINE: 'jets'})).info.engine).toBe('jets')
    const {info} = await open({TTS_ENGINE: 'espeak'})
    expect([info.engine, info.modelPath]).toEqual(['espeak-ng', undefined])
  })

  it.each([
    ['kokoro', () => writeKokoro('tones')],
    ['piper', () => writePiper('tones')],
    ['jets', () => writeJets('tones')],
  ])('is %s where TTS_MODEL is the path of such a file', async (engine, write) => {
    const modelPath = await write()
    expect((await open({TTS_MODEL: modelPath})).info).toMatchObject({engine, modelPath})
  })

  it('is found by id and alias', async () => {
    await installPiper()
    for (const TTS_MODEL of ['piper-de_de-thorsten-medium', 'de_DE-thorsten-medium']) {
      expect((await open({TTS_MODEL})).info).toMatchObject({engine: 'piper', model: 'de_DE-thorsten-medium.onnx'})
    }
  })

  it('speaks as TTS_VOICE_ID says', async () => {
    await installKokoro()
    const tts = await open({TTS_VOICE_ID: 'de'})
    expect((await collected(tts.synthesize('a e i')))[0]?.sampleRate).toBe(22_050)
    await expect(open({TTS_VOICE_ID: 'klingonese'})).rejects.toMatchObject({code: 'VOICE_UNKNOWN'})
  })

  it.each([
    [{TTS_ENGINE: 'kokoro'}, 'MODEL_MISSING', 'TTS_ENGINE is kokoro'],
    [{TTS_MODEL: 'no-such-voice'}, 'MODEL_MISSING', 'TTS_MODEL is "no-such-voice"'],
    [{TTS_MODEL: '/no/such/voice.onnx'}, 'MODEL_MISSING', '/no/such/voice.onnx'],
    [{TTS_ENGINE: 'festival'}, 'ENGINE_UNAVAILABLE', '"festival"'],
  ])('is an error that says what to do: %j', async (env, code, said) => {
    const failure = open(env)
    await expect(failure).rejects.toMatchObject({code, message: expect.stringContaining(said)})
    await expect(failure).rejects.toMatchObject({suggestions: expect.arrayContaining([expect.any(String)])})
  })

  it('says of a file whose companions are missing that it cannot tell what it is', async () => {
    const path = await writePiper('tones')
    await rm(`${path}.json`)
    await expect(open({TTS_MODEL: path})).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining(path),
    })
  })
})
