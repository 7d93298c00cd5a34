// `essence talk` as a user runs it: the built CLI, real sound, files or programs on PATH in place of devices.
import {spawn} from 'node:child_process'
import {chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeAll, describe, expect, it, onTestFinished} from 'vitest'
import {readAudio} from '../../src/audio/decode/decode.ts'
import {concatSamples, fromPcm16, toPcm16} from '../../src/audio/pcm.ts'
import {wavOf} from '../audio/sounds.ts'
import {followOutput} from '../kit/follow-output.ts'
import {freePort} from '../kit/free-port.ts'
import {essence, runScript} from '../kit/run-essence.ts'
import {startEssence} from '../kit/start-essence.ts'
import {commandFolder, mocks} from './command-folder.ts'

const {folder, path, env} = commandFolder()
const phrase = 'what time is it'
const rate = 16_000

interface Ended {
  status: number | null
  data: {turns: Record<string, unknown>[]; output: string | null}
  warnings: string[]
  error?: {code: string; message: string; suggestions: string[]}
}

const talk = async (args: string[], more: Record<string, string> = {}): Promise<Ended> => {
  const {status, stdout, stderr} = await essence(['talk', ...args, '--json'], {...env, ...more}, folder)
  expect(stderr).toBe('')
  return {status, ...(JSON.parse(stdout) as Omit<Ended, 'status'>)}
}

/** Programs of the sound system, and nothing else on PATH: Node.js scripts in their place. */
const devices = (programs: Record<string, string>): {PATH: string} => {
  const bin = path(`bin-${Object.keys(programs).join('-')}`)
  mkdirSync(bin, {recursive: true})
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, `${name}.cjs`), script)
    writeFileSync(join(bin, name), `#!/bin/sh\nexec '${process.execPath}' '${join(bin, name)}.cjs' "$@"\n`)
    chmodSync(join(bin, name), 0o755)
  }
  return {PATH: `${bin}:/bin`}
}

/** Records a file as fast as it was spoken, then silence. */
const recorder = (file: string, then = ''): string => `
  const sound = require('node:fs').readFileSync(${JSON.stringify(file)})
  let at = 0
  setInterval(() => {
    const piece = Buffer.alloc(3200)
    if (at < sound.length) sound.copy(piece, 0, at, at + 3200)
    process.stdout.write(piece)
    at += 3200
    if (at > sound.length) { ${then} }
  }, 100)`

/** Plays into a file. */
const speakers = (file: string): string =>
  `process.stdin.pipe(require('node:fs').createWriteStream(${JSON.stringify(file)}))`

const silence = (seconds: number): Float32Array => new Float32Array(seconds * rate)
const twice = path('twice.wav')

beforeAll(async () => {
  expect(await essence(['say', phrase, '-o', path('question.wav')], env, folder)).toMatchObject({status: 0})
  const question = await readAudio({path: path('question.wav')})
  writeFileSync(twice, wavOf(toPcm16(concatSamples([silence(0.3), question, silence(5), question]))))
  const once = toPcm16(concatSamples([silence(0.3), question]))
  writeFileSync(path('once.pcm'), once)
  writeFileSync(path('once.wav'), wavOf(once))
}, 60_000)

describe('files as devices', () => {
  it('holds a conversation of two turns from one recording, and writes what would have been heard', async () => {
    const output = path('heard.wav')
    const {status, data} = await talk(['--input', twice, '--output', output])
    expect(status).toBe(0)
    const turn = {said: phrase, status: 'completed', error: null}
    expect(data).toMatchObject({output, turns: [turn, turn]})
    for (const {answered, heard, voiceToVoiceMs} of data.turns) {
      expect(heard).toBe(answered)
      expect(answered).not.toBe('')
      expect(voiceToVoiceMs).toBeGreaterThan(0)
    }
    // On the timeline: silence while the first question is asked, then June.
    const heard = await readAudio({path: output})
    const firstSample = heard.findIndex(sample => Math.abs(sample) > 0.01)
    expect(firstSample).toBeGreaterThan(rate)
    expect(heard.length).toBeGreaterThan((await readAudio({path: twice})).length)
  }, 60_000)

  it('tells it in lines for people', async () => {
    const {status, stdout, stderr} = await essence(
      ['talk', '-i', path('once.wav'), '-o', path('again.ogg')],
      env,
      folder,
    )
    expect(status).toBe(0)
    const lines = stdout.trim().split('\n')
    expect(lines[0]).toMatch(/^you {3}\S/)
    expect(lines[1]).toMatch(/^june {2}\S/)
    expect(stderr).toContain('s until she spoke')
    expect(stderr).not.toContain('\u001b')
    expect(existsSync(path('again.ogg'))).toBe(true)
  }, 60_000)

  it.each([
    {name: '48 kHz, two channels', header: {rate: 48_000, channels: 2}, factor: 3},
    {name: '8 kHz', header: {rate: 8000}, factor: 0.5},
  ])(
    'hears a recording of $name',
    async ({header, factor}) => {
      const sound = fromPcm16(readFileSync(path('once.pcm')))
      const channels = header.channels ?? 1
      const other = Float32Array.from({length: sound.length * factor * channels}, (_, i) => {
        const at = Math.floor(i / channels) / factor
        const [low, share] = [Math.floor(at), at % 1]
        return (1 - share) * (sound[low] ?? 0) + share * (sound[low + 1] ?? 0)
      })
      const input = path(`${header.rate}.wav`)
      writeFileSync(input, wavOf(toPcm16(other), header))
      const {status, data} = await talk(['-i', input, '-o', path('o.wav')], mocks)
      expect({status, turns: data.turns}).toMatchObject({status: 0, turns: [{status: 'completed'}]})
      expect(data.turns[0]?.['said']).not.toBe('')
    },
    60_000,
  )
})

it('has the June answer that runs on this machine', async () => {
  const free = ['STT', 'TTS', 'LLM'].map(name => [`${name}_PORT`, '0'])
  const metrics = ['STT', 'TTS', 'INFERENCE'].map(name => [`${name}_METRICS_PORT`, '0'])
  const ports = Object.fromEntries([...free, ...metrics, ['GATEWAY_PORT', `${await freePort()}`]])
  const up = startEssence(['up'], {...env, ...mocks, ...ports}, folder)
  await up.until(/Ctrl-C stops June/)
  // Her recogniser is a stand-in; one of its own would have heard the question.
  const {status, data} = await talk(['-i', path('once.wav'), '-o', path('o.wav')])
  expect({status, data}).toMatchObject({status: 0, data: {turns: [{said: expect.any(String), status: 'completed'}]}})
  expect(data.turns[0]?.['said']).not.toBe(phrase)
  up.child.kill('SIGTERM')
  await up.ended
}, 60_000)

describe('microphone and speakers', () => {
  it('hears and answers through the programs of the sound system, until Ctrl-C', async () => {
    const played = path('played.pcm')
    const more = devices({arecord: recorder(path('once.pcm')), aplay: speakers(played)})
    // A terminal sends Ctrl-C to all that it started.
    const child = spawn(process.execPath, [runScript, 'talk'], {cwd: folder, env: {...env, ...more}, detached: true})
    onTestFinished(() => void child.kill('SIGKILL'))
    const {until, ended} = followOutput(child)
    await until('s until she spoke')
    process.kill(-(child.pid as number), 'SIGINT')
    const {status, stdout, stderr} = await ended
    expect({status, stderr}).toMatchObject({status: 0})
    expect(stdout).toContain(`you   ${phrase}\n`)
    expect(stderr).toContain('microphone (arecord), speakers (aplay); Ctrl-C leaves.')
    const sound = fromPcm16(readFileSync(played))
    expect(sound.some(sample => Math.abs(sample) > 0.01)).toBe(true)
  }, 60_000)

  it('says that a microphone gives nothing but silence', async () => {
    writeFileSync(path('nothing.pcm'), '')
    const more = devices({arecord: recorder(path('nothing.pcm')), aplay: speakers('/dev/null')})
    const {child, until, ended} = startEssence(['talk'], {...env, ...more, ...mocks}, folder)
    await until('The microphone gives nothing but silence')
    child.kill('SIGINT')
    expect(await ended).toMatchObject({status: 0})
  }, 60_000)

  it('says that a microphone is gone, and keeps the turns', async () => {
    const gone = `if (at > sound.length + 32000 * 8) { console.error('arecord: No such device'); process.exit(1) }`
    const more = devices({arecord: recorder(path('once.pcm'), gone), aplay: speakers('/dev/null')})
    const {status, data, error} = await talk([], {...more, ...mocks})
    expect({status, error}).toMatchObject({
      status: 6,
      error: {code: 'PROGRAM_FAILED', message: 'arecord failed (status 1): arecord: No such device'},
    })
    expect(data.turns).toMatchObject([{status: 'completed'}])
  }, 60_000)

  it('says that speakers are missing', async () => {
    const fail = `console.error('aplay: audio open error: No such file or directory'); process.exit(1)`
    const more = devices({arecord: recorder(path('once.pcm')), aplay: fail})
    expect(await talk([], {...more, ...mocks})).toMatchObject({
      status: 6,
      error: {
        code: 'PROGRAM_FAILED',
        message: expect.stringContaining('aplay failed (status 1): aplay: audio open error'),
      },
    })
  }, 60_000)

  it('says which programs there could be, before it loads anything', async () => {
    const none = {PATH: path('nothing'), STT_MODEL: 'absent'}
    expect(await talk([], none)).toMatchObject({
      status: 3,
      error: {code: 'PROGRAM_MISSING', suggestions: expect.arrayContaining([expect.stringContaining('--output')])},
    })
    expect(await talk(['-o', path('x.wav')], none)).toMatchObject({
      status: 3,
      error: {code: 'PROGRAM_MISSING', suggestions: expect.arrayContaining([expect.stringContaining('--input')])},
    })
  }, 30_000)
})

describe('bad input', () => {
  it.each([
    [['-i', 'absent.wav', '-o', 'x.wav'], 2, 'INPUT_NOT_FOUND', 'does not exist'],
    [['-i', twice, '-o', 'x.docx'], 2, 'USAGE', 'The format of "x.docx" is not known'],
    [['-i', twice, '-o', 'no/such/x.wav'], 3, 'OUTPUT_UNWRITABLE', 'no/such/x.wav'],
    [['-i', twice, '-o', 'x.wav', '--eagerness', 'much'], 2, 'USAGE', '--eagerness=much'],
    [['-i', twice, '-o', 'x.wav', '--language', 'klingon'], 3, 'CONFIG_INVALID', 'STT_LANGUAGE=klingon'],
  ])(
    '%j',
    async (args, status, code, message) => {
      const ended = await talk(args, mocks)
      expect(ended).toMatchObject({status, error: {code, message: expect.stringContaining(message)}})
    },
    30_000,
  )

  it('a recording that cannot be read is an error, and no file is written', async () => {
    writeFileSync(path('text.wav'), 'This is no sound.')
    expect(await talk(['-i', path('text.wav'), '-o', path('none.wav')], mocks)).toMatchObject({
      status: 2,
      error: {code: 'AUDIO_UNREADABLE'},
    })
    expect(existsSync(path('none.wav'))).toBe(false)
  }, 30_000)
})
