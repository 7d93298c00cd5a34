// `essence transcribe` as a user runs it: the built CLI, real sound, real processes on PATH.
import {once} from 'node:events'
import {existsSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {type AddressInfo, createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {beforeAll, describe, expect, it} from 'vitest'
import {decodeAudio} from '../../src/audio/decode/decode.ts'
import {concatSamples, toPcm16} from '../../src/audio/pcm.ts'
import {wavOf} from '../audio/sounds.ts'
import {essence} from '../kit/run-essence.ts'
import {startEssence} from '../kit/start-essence.ts'
import {commandFolder, mocks} from './command-folder.ts'

const {folder, path, env, soundProgram} = commandFolder()
const question = path('question.ogg')
const phrase = 'what time is it'

const run = (args: string[], more: Record<string, string> = {}) =>
  essence(['transcribe', ...args], {...env, ...more}, folder)
const json = async (args: string[], more?: Record<string, string>) => {
  const {status, stdout, stderr} = await run([...args, '--json'], more)
  expect(stderr).toBe('')
  return {
    status,
    ...(JSON.parse(stdout) as {
      ok: boolean
      data: unknown
      warnings: string[]
      error?: {code: string; message: string; suggestions: string[]}
    }),
  }
}

/** The CLI with open standard streams. */
const start = (args: string[], more: Record<string, string> = {}) =>
  startEssence(['transcribe', ...args], {...env, ...more}, folder)

let pcm: Uint8Array

beforeAll(async () => {
  expect(await essence(['say', phrase, '-o', question], env, folder)).toMatchObject({status: 0})
  const parts: Float32Array[] = []
  for await (const part of decodeAudio({path: question})) parts.push(part)
  pcm = toPcm16(concatSamples(parts))
  writeFileSync(path('question.pcm'), pcm)
})

describe('formats', () => {
  it('srt has one cue, timed by the speech', async () => {
    const {status, stdout} = await run([question, '--format', 'srt', '-q'])
    expect(status).toBe(0)
    expect(stdout).toMatch(/^1\n00:00:00,\d{3} --> 00:00:0[01],\d{3}\nwhat time is it\n\n$/)
  })

  it('vtt with --words has the time of each word', async () => {
    const {status, stdout} = await run([question, '--format', 'vtt', '--words', '-q'])
    expect(status).toBe(0)
    const time = String.raw`<00:00:0\d\.\d{3}>`
    expect(stdout).toMatch(new RegExp(`^WEBVTT\n\n[^\n]+ --> [^\n]+\nwhat ${time}time ${time}is ${time}it\n\n$`))
  })

  it('json is the transcript, ndjson what happened', async () => {
    const whole = JSON.parse((await run([question, '--format', 'json', '-q'])).stdout)
    expect(whole).toMatchObject({text: phrase, language: 'en', segments: [{text: phrase}]})
    const {stdout} = await run([question, '--format', 'ndjson', '-q'])
    const events = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(events.map(({type}) => type)).toEqual(['speech-start', 'speech-end', 'final', 'end'])
    expect(events[2]).toMatchObject({segment: {text: phrase, startMs: whole.segments[0].startMs}})
    expect(events[3]).toEqual({type: 'end', atMs: whole.audioMs, language: 'en'})
  })

  it('follows the name of -o, and writes the file whole', async () => {
    const {status, stdout, stderr} = await run([question, '-o', path('out.vtt')])
    expect({status, stdout}).toEqual({status: 0, stdout: ''})
    expect(stderr).toContain(`Written: ${path('out.vtt')}`)
    expect(readFileSync(path('out.vtt'), 'utf8')).toMatch(/^WEBVTT\n\n.*\nwhat time is it\n\n$/)
  })
})

describe('several files', () => {
  it('each gets its transcript in a folder', async () => {
    writeFileSync(path('second.wav'), wavOf(pcm))
    const {status, data} = await json(
      [question, path('second.wav'), '-o', path('made/subtitles/'), '--format', 'srt'],
      mocks,
    )
    expect(status).toBe(0)
    expect(readdirSync(path('made/subtitles')).sort()).toEqual(['question.srt', 'second.srt'])
    expect(data).toMatchObject([
      {file: question, output: join(path('made/subtitles/'), 'question.srt')},
      {file: path('second.wav')},
    ])
  })

  it('one that cannot be read does not keep the others from it', async () => {
    writeFileSync(path('text.ogg'), 'This is no sound.')
    const args = [question, path('text.ogg'), path('absent.ogg'), question]
    const {status, stdout} = await run(args, mocks)
    expect({status, heads: stdout.match(/^==> .* <==$/gm)?.length}).toEqual({status: 2, heads: 3})
    const {data, error} = await json(args, mocks)
    expect(error).toMatchObject({code: 'AUDIO_UNREADABLE', message: '2 of 4 files could not be transcribed.'})
    expect(data).toMatchObject([
      {file: question, text: expect.stringContaining('e')},
      {error: {code: 'AUDIO_UNREADABLE'}},
      {error: {code: 'INPUT_NOT_FOUND'}},
      {file: question},
    ])
  })
})

describe('raw PCM', () => {
  it('is heard at the rate it is said to have', async () => {
    expect(await json([path('question.pcm'), '--rate', '16000'])).toMatchObject({status: 0, data: {text: phrase}})
  })

  it('from standard input, at another rate', async () => {
    const {child, ended} = start(['-', '--rate', '16000', '-q'])
    child.stdin.end(pcm)
    expect(await ended).toMatchObject({status: 0, stdout: `${phrase}\n`, stderr: ''})
  })
})

describe('--stream', () => {
  it('tells what is heard while more is still to come', async () => {
    const {child, ended, until} = start(['--stream', '--format', 'ndjson', '-q'])
    child.stdin.write(wavOf(pcm, {dataBytes: 0x7fff_ffff}))
    await until('"interim"', 'stdout')
    // A pause ends the utterance; the stream goes on.
    child.stdin.write(new Uint8Array(2 * 16_000 * 2))
    await until('"final"', 'stdout')
    child.stdin.end()
    const {status, stdout} = await ended
    const events = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(status).toBe(0)
    expect(events.find(({type}) => type === 'final')).toMatchObject({segment: {text: phrase}})
    expect(events.at(-1)).toMatchObject({type: 'end'})
  })

  it('off a terminal gives whole utterances only, and no control characters', async () => {
    const {child, ended} = start(['--stream'])
    child.stdin.end(readFileSync(question))
    const {stdout, stderr} = await ended
    expect(stdout).toBe(`${phrase}\n`)
    expect(stderr).toContain('Listening; Ctrl-C ends.')
    expect(stderr).not.toContain('\u001b[2K')
  })

  it('Ctrl-C ends the stream where it stands: what was said is heard, the status is 130', async () => {
    const {child, ended, until} = start(['--stream', '--format', 'json'])
    await until('Listening', 'stderr')
    child.stdin.write(wavOf(pcm, {dataBytes: 0x7fff_ffff}), () => child.kill('SIGINT'))
    const {status, stdout} = await ended
    expect(status).toBe(130)
    // However much of it had been read by then, it is a whole document.
    expect(JSON.parse(stdout)).toMatchObject({segments: expect.any(Array), audioMs: expect.any(Number)})
  })
})

describe('Ctrl-C', () => {
  it('gives what was heard so far, in the file of -o as well, and under --json', async () => {
    // Half an hour of speech: long enough not to be over.
    const long = path('long.wav')
    const gap = new Uint8Array(16_000 * 2)
    writeFileSync(long, wavOf(Buffer.concat(Array.from({length: 700}, () => [pcm, gap]).flat())))
    const {child, ended, until} = start([long, '--format', 'ndjson'])
    await until('"final"', 'stdout')
    child.kill('SIGINT')
    const {status, stdout, stderr} = await ended
    expect(status).toBe(130)
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({type: 'end'})
    expect(stderr).toContain('CANCELLED')
    rmSync(long)
  })
})

describe('--microphone', () => {
  it('hears what the recorder gives, asked for the right kind of sound', async () => {
    const more = soundProgram('arecord', `echo "$@" > '${path('asked')}'; cat '${path('question.pcm')}'`)
    const {status, data} = await json(['--microphone'], more)
    expect({status, data}).toMatchObject({status: 0, data: {file: 'microphone', text: phrase}})
    expect(readFileSync(path('asked'), 'utf8')).toBe('-q -t raw -f S16_LE -c 1 -r 16000\n')
  })

  it('Ctrl-C ends the recording; what was said is heard to its end', async () => {
    const more = soundProgram('arecord', `cat '${path('question.pcm')}'; echo $$ > '${path('pid')}'; exec sleep 1000`)
    const {child, ended, until} = start(['--microphone', '--format', 'ndjson'], more)
    await until('"interim"', 'stdout')
    child.kill('SIGINT')
    const {status, stdout, stderr} = await ended
    expect({status, stdout}).toMatchObject({
      status: 130,
      stdout: expect.stringContaining(`"final","segment":{"text":"${phrase}"`),
    })
    expect(stderr).toContain('Listening through arecord; Ctrl-C ends.')
    const pid = Number(readFileSync(path('pid'), 'utf8'))
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })

  it('Ctrl-C while the recogniser opens is not lost: nothing is recorded', async () => {
    rmSync(path('recorded'), {force: true})
    const more = soundProgram('arecord', `: > '${path('recorded')}'; exec sleep 1000`)
    // A service that takes calls and does not answer them.
    const silent = createServer(socket => socket.on('error', () => {}))
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    const called = once(silent, 'connection')
    const {port} = silent.address() as AddressInfo
    const {child, ended} = start(['--microphone'], {...more, STT_URL: `grpc://127.0.0.1:${port}`})
    await called
    child.kill('SIGINT')
    const {status, stderr} = await ended
    silent.close()
    expect(status).toBe(130)
    expect(stderr).toContain('CANCELLED')
    expect(existsSync(path('recorded'))).toBe(false)
  })

  it('Ctrl-C before any sound has come is no fault of the sound', async () => {
    const more = soundProgram('arecord', 'exec sleep 1000')
    const {child, ended, until} = start(['--microphone'], {...more, ...mocks})
    await until('Listening', 'stderr')
    child.kill('SIGINT')
    const {status, stderr} = await ended
    expect(status).toBe(130)
    expect(stderr).toContain('Stopped by SIGINT.')
    expect(stderr).not.toContain('AUDIO_EMPTY')
  })

  it('says why a recorder fails', async () => {
    const more = soundProgram('arecord', 'echo "ALSA lib: noise" >&2; echo "arecord: no soundcards found" >&2; exit 1')
    expect(await json(['--microphone'], {...more, ...mocks})).toMatchObject({
      status: 6,
      error: {code: 'PROGRAM_FAILED', message: 'arecord failed (status 1): arecord: no soundcards found'},
    })
  })

  it('says which programs there could be, before it loads anything', async () => {
    const {status, error} = await json(['--microphone', '--model', 'absent'], {PATH: path('nothing')})
    expect(status).toBe(3)
    expect(error).toMatchObject({code: 'PROGRAM_MISSING', message: expect.stringContaining('parec, arecord and rec')})
  })
})

describe('nothing to hear', () => {
  it('silence is said to be silence, and is no failure', async () => {
    writeFileSync(path('silence.wav'), wavOf(new Uint8Array(16_000 * 2 * 3)))
    const {status, stdout, stderr} = await run([path('silence.wav')])
    expect({status, stdout}).toEqual({status: 0, stdout: ''})
    expect(stderr).toContain('No speech was heard in 3.0 s of audio.')
    expect((await run([path('silence.wav'), '--format', 'vtt', '-q'])).stdout).toBe('WEBVTT\n\n')
  })
})

describe('options', () => {
  it('hot words do not take the file after them for one', async () => {
    expect(await json(['--hot-words', 'Ada,June', question], mocks)).toMatchObject({status: 0, data: {file: question}})
  })

  it.each(['text', 'srt'])('--words is refused where it could not be seen: %s', async format => {
    const {status, stderr} = await run([question, '--words', '--format', format], mocks)
    expect(status).toBe(2)
    expect(stderr).toContain(`Times of words have no place in a transcript as ${format}.`)
  })
})

describe('bad input', () => {
  it.each([
    [[], 2, 'USAGE', 'There is nothing to listen to.'],
    [['--microphone', 'x.ogg'], 2, 'USAGE', 'Both a file and --microphone'],
    [['absent.ogg'], 2, 'INPUT_NOT_FOUND', 'does not exist'],
    [[tmpdir()], 2, 'INPUT_NOT_FOUND', 'is a directory'],
    [['/dev/null'], 2, 'INPUT_NOT_FOUND', 'is a device or pipe'],
    [[question, '--rate', 'fast'], 2, 'USAGE', '--rate is "fast"; expected Hz'],
    [[question, '--rate', '12'], 2, 'USAGE', '1000 to 768000'],
    [[question, '--rate', '8000'], 2, 'USAGE', 'says its own sample rate'],
    [[question, '--format', 'doc'], 2, 'USAGE', '--format=doc'],
    [[question, '-o', 'x.docx'], 2, 'USAGE', 'The format of "x.docx" is not known'],
    [[question, '-o', 'no/such/x.srt'], 3, 'OUTPUT_UNWRITABLE', 'its folder does not exist'],
    [[question, question, '-o', 'all/'], 2, 'USAGE', 'would both be written to'],
    [[question, '-f', 'srt'], 2, 'USAGE', 'A transcript as srt and --json cannot both go to standard output'],
    [[question, question, '-f', 'srt'], 2, 'USAGE', 'cannot go to one output'],
    [[question, '--language', 'klingon'], 3, 'CONFIG_INVALID', 'STT_LANGUAGE=klingon (command line)'],
    [[question, '--language', 'xx'], 2, 'USAGE', '"xx" is not a language'],
    [[question, '--url', 'http://there'], 3, 'CONFIG_INVALID', 'grpc://'],
    [[question, '--url', 'grpc://there', '--model', 'x'], 2, 'USAGE', '--url'],
  ])('%j', async (args, status, code, message) => {
    const ended = await json(args, mocks)
    expect(ended).toMatchObject({status, ok: false, error: {code}})
    expect(ended.error?.message).toContain(message)
    expect(existsSync(path('all'))).toBe(false)
  })
})
