// `essence talk` with recordings of people and published models: paused at in the middle of a sentence, coughed at, interrupted.
import {closeSync, openSync, readSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {readAudio} from '@essence/core/audio/decode/decode'
import {concatSamples, fromPcm16, toPcm16} from '@essence/core/audio/pcm'
import {expect, it} from 'vitest'
import {noise, wavOf} from '../audio/sounds.ts'
import {hasSpeechFolder, speechFolder} from '../audio/witness.ts'
import {commandFolder} from '../commands/command-folder.ts'
import {startEssence} from '../kit/start-essence.ts'
import {piper, smolLM2, whisper} from './published.ts'

const missing =
  whisper['tiny.en'].missing ||
  smolLM2.missing ||
  piper.missing ||
  (hasSpeechFolder ? '' : ' (skipped: no ../shared/data/speech)')
const {folder, path, env, soundProgram} = commandFolder()
const rate = 16_000

const recorded = (name: string): Promise<Float32Array> => readAudio({path: join(speechFolder, name)})
const silence = (seconds: number): Float32Array => new Float32Array(seconds * rate)

/** Head of a WAV whose length is not known. */
const endless = wavOf(Buffer.alloc(0), {dataBytes: 0xff_ff_ff_ff})
/** Hz of what is played. */
const playedRate = 24_000
const pieceMs = 50

it.skipIf(missing)(
  `waits where a person pauses, does not answer a cough, is interrupted, and has its turns${missing}`,
  async () => {
    const [book, surpassed, modern, amiable] = await Promise.all([
      recorded('lj/LJ001-0007.flac'),
      recorded('lj/LJ001-0008.flac'),
      recorded('lj/LJ001-0002.flac'),
      recorded('librivox/sense_and_sensibility_01_austen_64kb-0930.wav'),
    ])
    // "The earliest book … | has never been surpassed."
    const paused = concatSamples([book, silence(0.9), surpassed])
    const cough = noise(0.25 * rate, 0.3).map((sample, i) => sample * Math.exp(-i / 1500))
    const played = path('played.pcm')
    const more = {
      ...soundProgram('aplay', `cat > '${played}'`),
      STT_MODEL: whisper['tiny.en'].path,
      MODEL_NAME: smolLM2.path,
      MODEL_MAX_TOKENS: '40',
      LLM_THREADS: '1',
      TTS_MODEL: piper.path,
      STT_LANGUAGE: 'en',
    }
    const talk = startEssence(['talk', '-i', '-'], {...env, ...more}, folder, 190_000)

    await talk.until('Ctrl-C leaves')

    let left: Float32Array = new Float32Array()
    let isOver = false
    /** Somebody speaks into a pipe, now and then. */
    const person = (async () => {
      talk.child.stdin.write(endless)
      for (let next = performance.now(); !isOver; next += pieceMs) {
        const piece = new Float32Array((pieceMs * rate) / 1000)
        piece.set(left.subarray(0, piece.length))
        left = left.subarray(piece.length)
        talk.child.stdin.write(toPcm16(piece))
        await delay(Math.max(0, next - performance.now()))
      }
      talk.child.stdin.end()
    })()
    const say = async (...parts: Float32Array[]): Promise<void> => {
      left = concatSamples(parts)
      await expect.poll(() => left.length, {timeout: 60_000}).toBe(0)
    }
    const isLoud = (lastSeconds: number): boolean => {
      const samples = Math.floor(statSync(played).size / 2)
      const tail = Buffer.alloc(2 * Math.min(samples, lastSeconds * playedRate))
      const file = openSync(played, 'r')
      readSync(file, tail, {position: 2 * samples - tail.length})
      closeSync(file)
      return fromPcm16(tail).some(sample => Math.abs(sample) > 0.005)
    }
    const speaks = () => expect.poll(() => isLoud(0.2), {timeout: 60_000}).toBe(true)
    const isSilent = () => expect.poll(() => isLoud(1), {timeout: 60_000}).toBe(false)

    // Nothing of hers is heard before she has ended, though she pauses.
    await say(paused.subarray(0, -rate))
    expect(isLoud(60)).toBe(false)
    await say(paused.subarray(-rate))
    await speaks()
    const turns = () => talk.said.stdout.match(/^you /gm)?.length ?? 0
    const before = turns()
    await say(cough)
    await isSilent()
    expect(turns()).toBe(before)
    // How long she speaks, the model decides: spoken to as soon as she does, she is interrupted unless it is but a word.
    for (const question of [modern, amiable, surpassed, modern, book]) {
      await say(question)
      await speaks()
      await say(amiable)
      await speaks()
      await isSilent()
      if (talk.said.stdout.includes('[not heard: ')) break
    }
    isOver = true
    await person

    const {status, stdout} = await talk.ended
    expect(status).toBe(0)
    const lines = stdout.trimEnd().split('\n')
    const said = lines.filter(line => line.startsWith('you ')).join(' ')
    expect(said.toLowerCase()).toMatch(/earliest book.*never been surpassed.*comparatively modern.*amiable/)
    expect(lines.filter(line => line.startsWith('june ')).length).toBeGreaterThanOrEqual(3)
    expect(stdout).toContain('[not heard: ')
  },
  200_000,
)
