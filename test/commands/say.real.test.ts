// `essence say` and `essence voices` as a user runs them: the built CLI, with a player that is a program of its own.
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {essence, runScript} from '../kit/run-essence.ts'
import {commandFolder, mocks} from './command-folder.ts'

const {folder, path, env, soundProgram} = commandFolder()

const run = (args: string[], more: Record<string, string> = mocks) => essence(args, {...env, ...more}, folder)
const json = async (args: string[], more?: Record<string, string>) => {
  const {status, stdout, stderr} = await run([...args, '--json'], more)
  expect(stderr).toBe('')
  return {
    status,
    ...(JSON.parse(stdout) as {
      data: {audioMs: number}
      error?: {code: string; message: string; suggestions: string[]}
    }),
  }
}

const start = (args: string[], more: Record<string, string> = mocks) => {
  const child = spawn(process.execPath, [runScript, ...args], {
    cwd: folder,
    env: {PATH: process.env['PATH'], ...env, ...more},
    timeout: 50_000,
    killSignal: 'SIGKILL',
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => {})
  return child
}

describe('--play', () => {
  const player = (name: string, script: string) => ({...mocks, ...soundProgram(name, script)})

  it('gives the player the sound, and writes no file', async () => {
    const more = player('aplay', `echo "$@" > '${path('asked')}'; cat > '${path('played')}'`)
    const {status, data} = await json(['say', 'Hello', 'there', '--play'], more)
    expect({status, data}).toMatchObject({status: 0, data: {output: null, bytes: 0}})
    expect(readFileSync(path('asked'), 'utf8')).toBe('-q -t raw -f S16_LE -c 1 -r 16000\n')
    expect(readFileSync(path('played')).length / 32).toBeCloseTo(data.audioMs, -1)
    expect(existsSync(path('say.ogg'))).toBe(false)
  })

  it('plays and writes at the rate that is asked for', async () => {
    const more = player('paplay', `echo "$@" > '${path('asked')}'; cat > '${path('played')}'`)
    const {status} = await run(['say', 'Hello', '--play', '-o', path('both.pcm'), '--rate', '8000'], more)
    expect(status).toBe(0)
    expect(readFileSync(path('asked'), 'utf8')).toContain('--rate=8000')
    expect(readFileSync(path('both.pcm'))).toEqual(readFileSync(path('played')))
  })

  it('says why the player fails', async () => {
    const more = player('aplay', 'cat > /dev/null; echo "aplay: audio open error: No such device" >&2; exit 1')
    expect(await json(['say', 'Hello', '--play'], more)).toMatchObject({
      status: 6,
      error: {code: 'PROGRAM_FAILED', message: 'aplay failed (status 1): aplay: audio open error: No such device'},
    })
  })

  it('a player that ends at once does not keep the command', async () => {
    const more = player('aplay', 'exit 3')
    expect(await json(['say', 'Hello '.repeat(500), '--play'], more)).toMatchObject({
      status: 6,
      error: {code: 'PROGRAM_FAILED', message: 'aplay failed (status 3).'},
    })
  })

  it('says which programs there could be', async () => {
    const {status, error} = await json(['say', 'Hello', '--play'], {...mocks, PATH: path('nothing')})
    expect(status).toBe(3)
    expect(error).toMatchObject({
      code: 'PROGRAM_MISSING',
      message: expect.stringContaining('paplay, pw-play, aplay, play and ffplay'),
    })
  })
})

describe('streams', () => {
  it('sound leaves while the text is still coming', async () => {
    const child = start(['say', '-', '-o', '-', '--format', 'pcm'])
    child.stdin.write('Hello there. How are you? ')
    const [first] = await once(child.stdout, 'data')
    expect(first.length).toBeGreaterThan(0)
    child.stdin.end('Fine.')
    child.stdout.resume()
    expect(await once(child, 'close')).toEqual([0, null])
  })

  it('a WAV for a pipe leaves its length open, one in a file states it', async () => {
    const child = start(['say', 'Hello', '-o', '-', '--format', 'wav'])
    const parts: Buffer[] = []
    for await (const part of child.stdout) parts.push(part)
    const piped = Buffer.concat(parts)
    expect(piped.readUInt32LE(40)).toBe(0xffff_ffff)
    await run(['say', 'Hello', '-o', path('a.wav')])
    expect(readFileSync(path('a.wav')).readUInt32LE(40)).toBe(piped.length - 44)
  })

  it('a reader that has enough is no failure', async () => {
    const child = start(['say', 'Hello '.repeat(2000), '-o', '-', '--format', 'pcm'])
    await once(child.stdout, 'data')
    child.stdout.destroy()
    expect(await once(child, 'close')).toEqual([0, null])
  })

  it('a text of a book goes through in pieces', async () => {
    const child = start(['say', '-', '-o', path('book.pcm'), '--rate', '1000', '--json'])
    for (let chapter = 0; chapter < 50; chapter++)
      child.stdin.write(`Once upon a time in chapter ${chapter}. `.repeat(20))
    child.stdin.end()
    let stdout = ''
    for await (const text of child.stdout.setEncoding('utf8')) stdout += text
    const {data} = JSON.parse(stdout)
    expect(data.audioMs).toBeGreaterThan(600_000)
    expect(data.firstMs).toBeLessThan(data.ttsMs)
  })
})

describe('ways of speaking', () => {
  const lengthOf = async (args: string[]): Promise<number> =>
    (await json(['say', 'Hello there', '-o', path('x.wav'), ...args])).data.audioMs

  it('slower is longer, and so is sadder', async () => {
    const plain = await lengthOf([])
    expect(await lengthOf(['--speed', '0.5'])).toBeGreaterThan(plain * 1.5)
    expect(await lengthOf(['--style', 'sad'])).toBeGreaterThan(plain)
  })

  it('--energy is another word for --volume', async () => {
    const loudness = async (flag: string): Promise<number> => {
      await run(['say', 'Hello', '-o', path('l.pcm'), flag, '0.1'])
      const bytes = readFileSync(path('l.pcm'))
      return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2).reduce(
        (most, each) => Math.max(most, Math.abs(each)),
        0,
      )
    }
    expect(await loudness('--energy')).toBe(await loudness('--volume'))
    await run(['say', 'Hello', '-o', path('full.pcm')])
    expect(await loudness('--volume')).toBeLessThan(16_000)
  })
})

describe('--voice and --language', () => {
  const spoken = async (args: string[]): Promise<Buffer> => {
    const {status, stderr} = await run(['say', 'Good morning', ...args, '-o', path('v.pcm')], {})
    expect({status, stderr}).toMatchObject({status: 0})
    return readFileSync(path('v.pcm'))
  }

  it('a voice that is named speaks, whatever the language', async () => {
    const [english, german] = [await spoken(['--voice', 'en-us']), await spoken(['--voice', 'de'])]
    expect(english.equals(german)).toBe(false)
    expect((await spoken(['--voice', 'en-us', '--language', 'de'])).equals(english)).toBe(true)
    expect((await spoken(['--voice', 'default', '--language', 'de'])).equals(german)).toBe(true)
  })

  it('a language nobody speaks is refused as by voices', async () => {
    const refusals = [
      await json(['say', 'Hi', '-l', 'tlh', '-o', path('tlh.wav')]),
      await json(['voices', '-l', 'tlh']),
    ]
    expect(refusals[0]).toMatchObject({status: 2, error: {code: 'VOICE_UNKNOWN', message: 'No voice speaks "tlh".'}})
    expect(refusals[0]?.error).toEqual(refusals[1]?.error)
    expect(existsSync(path('tlh.wav'))).toBe(false)
  })
})

describe('voices', () => {
  it('lists them in columns, and as data', async () => {
    const {status, stdout, stderr} = await run(['voices'])
    expect({status, stdout}).toEqual({
      status: 0,
      stdout: [
        'ID         LANGUAGE  NAME        GENDER      RATE',
        '',
        'mock',
        'mock-low   en        Low tones   male    16000 Hz',
        'mock-high  en        High tones  female  16000 Hz\n',
      ].join('\n'),
    })
    expect(stderr).toMatch(/^2 voices of mock\n/)
    expect((await json(['voices'])).data).toMatchObject([
      {id: 'mock-low', sampleRate: 16_000, engine: 'mock'},
      {id: 'mock-high'},
    ])
  })

  it('of a language', async () => {
    const {data} = await json(['voices', '--language', 'pt-BR'], {})
    expect((data as unknown as {language: string}[]).every(({language}) => language === 'pt-br')).toBe(true)
    expect(await json(['voices', '-l', 'tlh'])).toMatchObject({
      status: 2,
      error: {code: 'VOICE_UNKNOWN', suggestions: ['Languages there are: en']},
    })
  })
})

describe('bad input', () => {
  it.each([
    [['say', 'Hi', '--rate', '8000'], 2, 'Opus in OGG always has 48000 Hz'],
    [['say', 'Hi', '--rate', '23000', '-o', 'x.mp3'], 2, 'Cannot encode mp3 at 23000 Hz; expected 8000, 11025'],
    [['say', 'Hi', '--rate', 'x', '-o', 'x.wav'], 2, '--rate is "x"; expected Hz'],
    [['say', 'Hi', '--style', 'mad'], 2, '--style=mad'],
    [['say', '🙂'], 2, 'nothing in it has a sound'],
    [['say', ' '], 2, 'There is no text to speak'],
    [['say', '--ssml', '<speak>Hi', '-o', 'x.wav'], 2, 'SSML'],
    [['say', 'Hi', '--volume', '2'], 2, '0 to 1'],
    [['say', 'Hi', '--url', 'http://there'], 3, 'grpc://'],
  ])('%j', async (args, status, message) => {
    const ended = await json(args)
    expect(ended.status).toBe(status)
    expect(ended.error?.message).toContain(message)
    expect(readdirSync(folder).filter(name => name.startsWith('.') || name === 'say.ogg')).toEqual([])
  })
})
