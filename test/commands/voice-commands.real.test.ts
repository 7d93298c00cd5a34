// The engines by hand, as a user runs them: the built CLI with the engines that come with Essence.
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeAll, describe, expect, it} from 'vitest'
import {essence, runProgram, runScript} from '../kit/run-essence.ts'
import {startEssence} from '../kit/start-essence.ts'
import {tinyGguf} from '../llm/llama/tiny-gguf.ts'
import {commandFolder, mocks} from './command-folder.ts'

const {folder, path, env} = commandFolder()
const question = path('question.ogg')

const run = (args: string[], more: Record<string, string> = {}) => essence(args, {...env, ...more}, folder)
const json = async (args: string[], more?: Record<string, string>) => {
  const {status, stdout, stderr} = await run([...args, '--json'], more)
  expect(stderr).toBe('')
  return {status, ...(JSON.parse(stdout) as {ok: boolean; data: never; warnings: string[]; error?: {code: string}})}
}
/** With something on standard input. */
const piped = (input: string, args: string[], more: Record<string, string> = {}) => {
  const script = 'printf "%s" "$1" | "$0" "$2" "$@"'.replace('"$@"', args.map(arg => `'${arg}'`).join(' '))
  return runProgram('sh', ['-c', script, process.execPath, input, runScript], {...env, ...more}, folder)
}

beforeAll(async () => {
  expect(await run(['say', 'what time is it', '-o', question])).toMatchObject({status: 0, stdout: `${question}\n`})
})

describe('say', () => {
  it.each([
    ['a.ogg', 'OggS'],
    ['a.wav', 'RIFF'],
    ['a.mp3', undefined],
  ])('writes %s as its name says', async (name, magic) => {
    const {status, data} = await json(['say', 'Hi', '-o', path(name)], mocks)
    const file = readFileSync(path(name))
    expect({status, data}).toMatchObject({
      status: 0,
      data: {output: path(name), bytes: file.length, engine: {engine: 'mock'}},
    })
    if (magic) expect(file.subarray(0, 4).toString('latin1')).toBe(magic)
    else expect(file[0]).toBe(0xff)
    // The size that stands in a WAV header is the file's.
    if (magic === 'RIFF') expect(file.readUInt32LE(4)).toBe(file.length - 8)
  })

  it('reads standard input, and writes the sound to standard output only', async () => {
    const {status, stdout, stderr} = await piped('Hello', ['say', '-', '-o', '-'], mocks)
    expect({status, start: stdout.slice(0, 4)}).toEqual({status: 0, start: 'OggS'})
    expect(stderr).toMatch(/^\d\.\d s of speech in \d+ ms, the first after \d+ ms, by mock on cpu\n$/m)
  })

  it('writes a whole WAV where standard output is redirected to a file, and no name into it', async () => {
    const script = '"$0" "$1" say Hello > "$2"'
    const {status} = await runProgram(
      'sh',
      ['-c', script, process.execPath, runScript, path('into.wav')],
      {...env, ...mocks},
      folder,
    )
    const sound = readFileSync(path('into.wav'))
    expect({status, start: sound.toString('latin1', 0, 4), size: sound.readUInt32LE(4)}).toEqual({
      ...{status: 0, start: 'RIFF', size: sound.length - 8},
    })
    const piped = await runProgram(
      'sh',
      ['-c', '"$0" "$1" say Hello | cat', process.execPath, runScript],
      {...env, ...mocks},
      folder,
    )
    expect({status: piped.status, start: piped.stdout.slice(0, 4)}).toEqual({status: 0, start: 'RIFF'})
    expect(existsSync(path('say.ogg'))).toBe(false)
  })

  it('reads signs aloud in the language of the voice', async () => {
    const lengthOf = async (text: string, voice: string): Promise<number> => {
      const {data} = await json(['say', text, '--voice', voice, '-o', path('sign.wav')])
      return (data as {audioMs: number}).audioMs
    }
    expect(await lengthOf('50 %', 'de+f3')).toBe(await lengthOf('50 Prozent', 'de+f3'))
  })

  it.each([
    [['say'], 2, 'There is no text to speak'],
    [['say', 'Hi', '-o', 'x.flac'], 2, 'The format of "x.flac" is not known'],
    [['say', 'Hi', '-o', 'no/such/x.ogg'], 3, 'its folder does not exist'],
    [['say', 'Hi', '--pitch', 'high'], 2, '--pitch is "high"'],
    [['say', 'Hi', '--speed', '9'], 3, 'TTS_SPEED=9 (command line)'],
    [['say', 'Hi', '-o', '-', '--json'], 2, 'cannot both go to standard output'],
  ])('%j is refused', async (args, status, message) => {
    const ended = await run(args, mocks)
    expect(ended.status).toBe(status)
    expect((ended.stdout + ended.stderr).replace(/\s+(›\s+)?/g, ' ')).toContain(message)
    expect(readdirSync(folder).filter(name => name.startsWith('.') || name === 'say.ogg')).toEqual([])
  })

  it('tells a setting of the environment from a flag', async () => {
    expect((await run(['say', 'Hi'], {...mocks, TTS_SPEED: '9'})).stderr).toContain('TTS_SPEED=9 (environment)')
  })
})

describe('transcribe', () => {
  it('gives the text, and nothing else, on standard output', async () => {
    const {status, stdout, stderr} = await run(['transcribe', question])
    expect({status, stdout}).toEqual({status: 0, stdout: 'what time is it\n'})
    expect(stderr).toMatch(/s of audio in \d+ ms by whisper(\.cpp)? on cpu/)
  })

  it('listens to standard input', async () => {
    const script = '"$0" "$1" transcribe - --json < "$2"'
    const {status, stdout} = await runProgram('sh', ['-c', script, process.execPath, runScript, question], {
      ...env,
      ...mocks,
    })
    expect({status, ...JSON.parse(stdout)}).toMatchObject({
      status: 0,
      ok: true,
      data: {text: 'Hello', engine: {engine: 'mock'}},
    })
  })

  it('says how to hear raw PCM', async () => {
    writeFileSync(path('sound.raw'), new Uint8Array(3200))
    const {status, stderr} = await run(['transcribe', path('sound.raw')], mocks)
    expect(stderr).toContain('--rate 16000')
    expect(status).toBe(2)
    expect((await run(['transcribe', path('sound.raw'), '--rate', '16000'], mocks)).status).toBe(0)
  })

  it.each([
    ['no-such.ogg', 'INPUT_NOT_FOUND'],
    ['text.ogg', 'AUDIO_UNREADABLE'],
  ])('%s fails with %s', async (name, code) => {
    writeFileSync(path('text.ogg'), 'This is no sound.')
    expect(await json(['transcribe', path(name)], mocks)).toMatchObject({status: 2, ok: false, error: {code}})
  })

  it('does without a demonstration where a model was chosen', async () => {
    const ended = await json(['transcribe', question, '--model', 'absent'])
    expect(ended).toMatchObject({status: 3, error: {code: 'MODEL_MISSING'}})
  })
})

describe('turn', () => {
  it('listens, answers and speaks, and can hear itself again', async () => {
    const reply = path('reply.wav')
    const {status, data, warnings} = await json(['turn', question, '-o', reply])
    expect(status).toBe(0)
    expect(data).toMatchObject({heard: 'what time is it', answered: expect.stringMatching(/^It is \d/), output: reply})
    expect(Object.keys((data as {times: object}).times).sort()).toEqual(
      ['decodeMs', 'llmMs', 'sttMs', 'totalMs', 'ttfaMs', 'ttftMs', 'ttsMs'].sort(),
    )
    expect(warnings.at(-1)).toContain('essence models download')
    expect(readFileSync(reply).subarray(0, 4).toString('latin1')).toBe('RIFF')
    expect((await json(['transcribe', reply], mocks)).status).toBe(0)
  })

  it('names the file it wrote, and the stages in their order', async () => {
    const {status, stderr} = await run(['turn', question, '-o', path('named.wav')], mocks)
    expect(status).toBe(0)
    expect(stderr).toMatch(
      /ms since the end of the question:\n +\d+ {2}question heard\n +\d+ {2}first words[\s\S]*spoken\n/,
    )
    expect(stderr).toContain(`Written: ${path('named.wav')}, `)
  })

  it('without -o speaks nothing and writes nothing', async () => {
    const before = readdirSync(folder)
    const {status, stdout} = await run(['turn', question], mocks)
    expect({status, stdout}).toEqual({status: 0, stdout: 'you   Hello\njune  You said: Hello\n'})
    expect(readdirSync(folder)).toEqual(before)
  })

  it('refuses an unknown format before it loads anything', async () => {
    const ended = await json(['turn', question, '-o', path('x.txt')], {MODEL_NAME: 'absent'})
    expect(ended).toMatchObject({status: 2, error: {code: 'USAGE'}})
  })

  it('says so where the answer cannot be written', async () => {
    const ended = await json(['turn', question, '-o', path('no/such/x.ogg')], mocks)
    expect(ended).toMatchObject({status: 3, error: {code: 'OUTPUT_UNWRITABLE'}})
  })
})

describe('chat', () => {
  it('ends an answer that turns in circles, and says so', async () => {
    const model = path('loops.gguf')
    writeFileSync(model, tinyGguf({script: ['\n', 'Sun', ' and', ' snow', ' and so', ' on,', ' and']}))
    const {status, data, warnings} = await json(['chat', '--model', model, 'Well?'], {LLM_THREADS: '1'})
    const [exchange] = data as {heard: string; answered: string; finishReason: string}[]
    expect({status, warnings}).toEqual({status: 0, warnings: ['The answer turned in circles, and was ended.']})
    expect(exchange).toMatchObject({heard: 'Well?', finishReason: 'repetition'})
    expect(exchange?.answered).toMatch(/^Sun and snow and so on,.{1,20}$/)
  })

  it('answers each line of standard input, and remembers', async () => {
    const {status, stdout} = await piped('my name is Ada\n\nwhat is my name\n', ['chat'])
    expect({status, stdout}).toEqual({status: 0, stdout: 'Nice to meet you, Ada.\nYour name is Ada.\n'})
  })

  it('answers the question of the command line, and ends', async () => {
    const {status, stdout} = await run(['chat', 'what', 'is your name?'], mocks)
    expect({status, stdout}).toEqual({status: 0, stdout: 'You said: what is your name?\n'})
  })

  it('gives all exchanges under --json', async () => {
    const {status, stdout} = await piped('hello', ['chat', '--json'], mocks)
    expect({status, ...JSON.parse(stdout)}).toMatchObject({
      status: 0,
      data: [{heard: 'hello', answered: 'You said: hello'}],
    })
  })

  it('ends with nothing said where nothing was asked', async () => {
    expect(await run(['chat'], mocks)).toMatchObject({status: 0, stdout: ''})
  })

  it('does without a demonstration where a model was chosen', async () => {
    expect(await run(['chat', '--model', 'absent'])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('MODEL_MISSING'),
    })
  })
})

describe('doctor', () => {
  it('finds this machine fit, and ends with status 6 where something cannot work', async () => {
    const good = await json(['doctor'], {...mocks, GATEWAY_PORT: '0'})
    expect(good).toMatchObject({status: 0, ok: true})
    const bad = await json(['doctor'], {...mocks, GATEWAY_PORT: '0', JUNE_DATA_DIR: join(question, 'below')})
    expect(bad).toMatchObject({
      status: 6,
      ok: false,
      error: {code: 'UNHEALTHY', message: expect.stringContaining('data folder')},
    })
    // The report comes all the same.
    expect(bad.data).toHaveLength((good.data as unknown[]).length)
  })

  it('says what to do about what it found', async () => {
    const {status, stdout} = await run(['doctor'], {...mocks, GATEWAY_PORT: '0'})
    expect(status).toBe(0)
    expect(stdout).toMatch(/^✓ node +v\d+/m)
    expect(stdout).toMatch(/^! answers .*\n( +[^→ ].*\n)* +→ Real engines in place of mocks: essence test-mode off/m)
  })
})

describe('Ctrl-C', () => {
  const start = (args: string[], more: Record<string, string> = {}) => startEssence(args, {...env, ...more}, folder)

  it('while engines load ends the command with status 130, nothing half written', async () => {
    const {child, until, ended} = start(['turn', question, '-o', path('never.ogg'), '--verbose'])
    await until('loading speech recognition', 'stderr')
    child.kill('SIGINT')
    expect(await ended).toMatchObject({status: 130, signal: null})
    expect(existsSync(path('never.ogg'))).toBe(false)
  })

  it('ends a command that waits for standard input', async () => {
    const {child, ended} = start(['say', '-', '-o', path('never.ogg'), '--verbose'], mocks)
    // It reads once it takes more than a pipe holds; of dots there is nothing to speak.
    const taken = Promise.withResolvers<void>()
    child.stdin.write('... '.repeat(50_000), () => taken.resolve())
    await taken.promise
    child.kill('SIGINT')
    const {status, signal} = await ended
    // A shell sees 130: by its status, or by the signal.
    expect([
      [130, null],
      [null, 'SIGINT'],
    ]).toContainEqual([status, signal])
  })
})
