// Outside data is decoded where it can be killed: what FFmpeg makes of it costs no thread, no secret and no service.
import {execFileSync} from 'node:child_process'
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {readAudio} from '@essence/core/audio/decode/decode'
import {decodeInProcess} from '@essence/core/audio/decode/process/decode-in-process'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {beforeAll, describe, expect, it, vi} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {chunked, sameSamples, sine} from '../sounds.ts'
import {tagBomb} from '../tag-bomb.ts'
import {has, run} from '../witness.ts'

const isDecoder = (pid: string): boolean => {
  try {
    const [, ppid] = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return (
      Number(ppid) === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('decode/process/worker')
    )
  } catch {
    return false
  }
}

/** Processes that this one began to decode in. */
const decoders = (): string[] => readdirSync('/proc').filter(name => /^\d+$/.test(name) && isDecoder(name))

let bomb: Uint8Array
beforeAll(async () => {
  bomb = await tagBomb()
})

/** The bomb as a job, with little patience. */
const explode = async (patienceMs: number, signal?: AbortSignal): Promise<number> => {
  const path = join(await temporaryFolder(), 'bomb.mp3')
  writeFileSync(path, bomb)
  const job = {
    type: 'file',
    path,
    name: 'bomb.mp3',
    size: bomb.length,
    sampleRate: 16_000,
    maxDurationMs: 60_000,
  } as const
  let length = 0
  for await (const pcm of decodeInProcess(job, {patienceMs, signal})) length += pcm.length
  return length
}

/** A busy machine takes seconds to begin a process. */
const patient = {timeout: 30_000, interval: 50}

describe('a file that keeps FFmpeg busy', () => {
  it('is given up, and its decoder ended', async () => {
    await expect(explode(700)).rejects.toMatchObject({
      code: 'AUDIO_UNREADABLE',
      message: 'bomb.mp3 takes longer to decode than it lasts: it is no usable audio.',
    })
    await vi.waitFor(() => expect(decoders()).toEqual([]))
  })

  it('is ended by its signal at once', async () => {
    const abort = new AbortController()
    const decoding = readAudio({bytes: bomb}, {signal: abort.signal})
    decoding.catch(() => {})
    await vi.waitFor(() => expect(decoders()).toHaveLength(1), patient)
    const began = performance.now()
    abort.abort()
    await expect(decoding).rejects.toMatchObject({code: 'CANCELLED'})
    expect(performance.now() - began).toBeLessThan(1000)
    await vi.waitFor(() => expect(decoders()).toEqual([]))
  })

  it('steps back behind all else meanwhile', async () => {
    const exploding = explode(1500)
    exploding.catch(() => {})
    const nice = (): (string | undefined)[] => {
      const [pid = ''] = decoders()
      // The 19th field of each thread's: see proc_pid_stat(5).
      const statOf = (thread: string) => readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(' ')
      return readdirSync(`/proc/${pid}/task`).map(thread => statOf(thread)[18])
    }
    await vi.waitFor(() => expect(new Set(nice())).toEqual(new Set(['19'])), patient)
    await expect(exploding).rejects.toMatchObject({code: 'AUDIO_UNREADABLE'})
  })

  it('leaves work on files and other sounds alone, also four of them', async () => {
    const ogg = await encodeToBytes(chunked(sine(440, 1), 16_000), 'ogg')
    const whole = await readAudio({bytes: ogg})
    const exploding = Promise.allSettled(Array.from({length: 4}, () => explode(1000)))
    await vi.waitFor(() => expect(decoders()).toHaveLength(4), patient)
    const others = await Promise.all(Array.from({length: 8}, () => readAudio({bytes: ogg})))
    expect(others.every(one => sameSamples(one, whole))).toBe(true)
    expect((await exploding).every(({status}) => status === 'rejected')).toBe(true)
  })
})

describe('a decoder', () => {
  const oggJob = async () => {
    const bytes = await encodeToBytes(chunked(sine(440, 1), 16_000), 'ogg')
    await readAudio({bytes})
    const path = join(temporaryFolder(), 'a.ogg')
    writeFileSync(path, bytes)
    const {length: size} = bytes
    return {type: 'file', path, name: 'a.ogg', size, sampleRate: 16_000, maxDurationMs: 60_000} as const
  }
  const stopIdle = (): number[] => {
    const pids = decoders().map(Number)
    for (const pid of pids) process.kill(pid, 'SIGSTOP')
    return pids
  }
  /** One that was killed by a test before takes time to end on a busy machine, and is among them. */
  const goOn = (pids: readonly number[]): void => {
    const there = new Set(decoders().map(Number))
    for (const pid of pids) if (there.has(pid)) process.kill(pid, 'SIGCONT')
  }

  it('that gets no core for a while has time all the same', async () => {
    const job = await oggJob()
    const stopped = stopIdle()
    setTimeout(goOn, 1200, stopped)
    let length = 0
    for await (const pcm of decodeInProcess(job, {patienceMs: 400})) length += pcm.length
    expect(length).toBeGreaterThan(15_000)
  })

  it('that gets none for long is given up', async () => {
    const job = await oggJob()
    const stopped = stopIdle()
    const decoding = async (): Promise<void> => {
      for await (const _ of decodeInProcess(job, {patienceMs: 50}));
    }
    await expect(decoding()).rejects.toMatchObject({code: 'AUDIO_UNREADABLE', message: /longer to decode/})
    for (const pid of stopped.filter(pid => decoders().includes(String(pid)))) process.kill(pid, 'SIGKILL')
  })

  it('that was ended while it was idle costs no sound', async () => {
    const ogg = await encodeToBytes(chunked(sine(440, 1), 16_000), 'ogg')
    for (let round = 0; round < 3; round++) {
      await readAudio({bytes: ogg})
      for (const pid of decoders()) process.kill(Number(pid), 'SIGKILL')
      expect((await readAudio({bytes: ogg})).length).toBeGreaterThan(15_000)
    }
  })

  it('that dies costs its sound only', async () => {
    // Once is enough where it has begun; one that dies before it has said anything is begun again.
    const killing = setInterval(() => {
      for (const pid of decoders()) process.kill(Number(pid), 'SIGKILL')
    }, 300)
    await expect(explode(20_000)).rejects.toMatchObject({code: 'AUDIO_UNREADABLE', message: /did not survive/})
    clearInterval(killing)
    const ogg = await encodeToBytes(chunked(sine(440, 1), 16_000), 'ogg')
    expect((await readAudio({bytes: ogg})).length).toBeGreaterThan(15_000)
  })

  it('knows nothing of the environment', async () => {
    process.env['A_SECRET_OF_THE_SERVICE'] = 'hunter2'
    const decoding = explode(1500)
    decoding.catch(() => {})
    await vi.waitFor(() => expect(decoders()).not.toEqual([]), patient)
    const environments = decoders().map(pid => readFileSync(`/proc/${pid}/environ`, 'utf8'))
    delete process.env['A_SECRET_OF_THE_SERVICE']
    expect(environments.length).toBeGreaterThan(0)
    expect(environments.join()).not.toContain('hunter2')
    await expect(decoding).rejects.toMatchObject({code: 'AUDIO_UNREADABLE'})
  })

  it('ends with the process that began it, whatever it is at', async () => {
    const folder = await temporaryFolder()
    writeFileSync(join(folder, 'bomb.mp3'), bomb)
    const decode = JSON.stringify(new URL('../../../src/audio/decode/decode.ts', import.meta.url).href)
    const script = `const {readAudio} = await import(${decode})
      readAudio({path: ${JSON.stringify(join(folder, 'bomb.mp3'))}}).catch(() => {})
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), 700)`
    try {
      execFileSync(process.execPath, ['--input-type=module', '--eval', script], {stdio: 'ignore'})
    } catch {
      // Killed, as it asked.
    }
    const left = (): string[] =>
      readdirSync('/proc').filter(name => {
        try {
          const isOrphan = readFileSync(`/proc/${name}/status`, 'utf8').includes('PPid:\t1\n')
          return isOrphan && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('decode/process/worker')
        } catch {
          return false
        }
      })
    await vi.waitFor(() => expect(left()).toEqual([]), patient)
  })
})

const ffmpeg = has('ffmpeg') ? '' : ' (missing: ffmpeg)'

describe.skipIf(ffmpeg !== '')(`what people send${ffmpeg}`, () => {
  const tone = ['-f', 'lavfi', '-i', 'sine=440:duration=1']
  const made = async (name: string, ...args: string[]): Promise<string> => {
    const path = join(await temporaryFolder(), name)
    run('ffmpeg', ['-v', 'error', '-y', ...args, path])
    return path
  }
  const levelOf = (audio: Float32Array): number => Math.sqrt(audio.reduce((sum, x) => sum + x * x, 0) / audio.length)

  it.each([
    ['a.wma', '-c:a', 'wmav2'],
    ['a.ac3', '-c:a', 'ac3'],
    ['a.flv', '-c:a', 'mp3', '-ar', '44100'],
    ['a.avi', '-c:a', 'mp3'],
    ['a.ts', '-c:a', 'aac'],
    ['a.mpg', '-c:a', 'mp2'],
    ['a.wv', '-c:a', 'wavpack'],
    ['a.mov', '-c:a', 'aac'],
    ['a.mkv', '-c:a', 'flac'],
  ])('%s is heard', async (name, ...codec) => {
    const audio = await readAudio({path: await made(name, ...tone, ...codec)})
    expect(audio.length).toBeGreaterThan(15_000)
    expect(levelOf(audio)).toBeCloseTo(0.088, 1)
  })

  it('of two tracks the one that is not silent is heard, the first where both are', async () => {
    const silent = ['-f', 'lavfi', '-i', 'anullsrc=duration=1']
    const second = await readAudio({path: await made('a.mp4', ...silent, ...tone, '-map', '0', '-map', '1')})
    expect(levelOf(second)).toBeCloseTo(0.088, 1)
    const other = ['-f', 'lavfi', '-i', 'sine=880:duration=1']
    const first = await readAudio({path: await made('b.mp4', ...tone, ...other, '-map', '0', '-map', '1')})
    const pitches = first.reduce((sum, x, i) => sum + Number(i > 0 && x < 0 !== (first[i - 1] as number) < 0), 0)
    expect(pitches).toBeGreaterThan(800)
    expect(pitches).toBeLessThan(960)
    const none = await readAudio({path: await made('c.mp4', ...silent, ...silent, '-map', '0', '-map', '1')})
    expect(none.length).toBeGreaterThan(15_000)
    expect(levelOf(none)).toBe(0)
  })
})
