import {openLiveResampler} from '@essence/core/audio/live-resampler'
import {personRate} from '@essence/core/proof/conversation/mixer'
import {cough, mhm, music} from '@essence/core/proof/conversation/sounds'
import {compare, quantile} from '../harness.ts'
import {openLive, openRoom, rate} from './live-talk.ts'
import {louder, openPerson, recordings} from './person.ts'

/** What June says all the time. */
const story =
  `The lighthouse stood on a rock far from the shore, and its keeper had lived there for thirty years. Every evening he
  climbed the stairs, lit the lamp, and looked out over the water. Ships passed in the distance, small as toys. In winter the waves were so
  high that they covered the windows, and the keeper sat by his stove and read old letters. In summer birds came and built their nests.`.replaceAll(
    /\s+/g,
    ' ',
  )

/** ms that June is let speak before somebody else does. */
const beforeMs = 1200
/** ms after a sound in which she must have stopped, or gone on. */
const afterMs = 2500
/** ms of sound that is out when she is held: it is still heard. */
const leadMs = 80

interface Kind {
  name: string
  stops: boolean
  sounds: Float32Array[]
}

/** Sounds while June speaks: whether she stops for those that are for her, and for no others; how soon. @param only `for-her`: only those */
export const bargeIn = async (trials: number, only?: string): Promise<void> => {
  const voices = ['af_heart', 'am_michael', 'bf_emma', 'am_puck']
  const person = await openPerson()
  const spoken = async (phrases: readonly string[]): Promise<Float32Array[]> => {
    const sounds: Float32Array[] = []
    for (let i = 0; i < trials; i++)
      sounds.push(await person.says(phrases[i % phrases.length] as string, voices[i % voices.length] as string))
    return sounds
  }
  const many = (make: (seed: number) => Float32Array): Float32Array[] =>
    Array.from({length: trials}, (_, i) => make(i + 1))
  const resampler = await openLiveResampler(rate)
  /** What is made for a person's microphone, as this one hears it. */
  const made = (make: (seed: number) => Float32Array): Float32Array[] =>
    many(seed => resampler.push({pcm: make(seed), sampleRate: personRate}))
  const second = await recordings('LibriVox', trials)
  const kinds: Kind[] = [
    {name: 'cough', stops: false, sounds: made(cough)},
    {name: '"mhm", hummed', stops: false, sounds: made(mhm)},
    {
      name: '"mhm", "uh-huh", "okay", "yeah", spoken',
      stops: false,
      sounds: await spoken(['Mhm.', 'Uh-huh.', 'Okay.', 'Yeah.']),
    },
    {name: 'music at -15 dB', stops: false, sounds: made(seed => louder(music(seed), -15).slice(0, 3 * personRate))},
    {
      name: 'a second voice at -15 dB',
      stops: false,
      sounds: many(i => louder(second[i % second.length] as Float32Array, -15)),
    },
    {name: '"stop", "wait", "hold on"', stops: true, sounds: await spoken(['Stop!', 'Wait!', 'Hold on!', 'Stop it.'])},
    {
      name: 'a question',
      stops: true,
      sounds: await spoken(['What about the other one?', 'Tell me the time instead.', 'No, I meant the red one.']),
    },
  ]
  const level = await person.says('Tell me a story, please.', 'af_heart')
  await person.close()
  const live = await openLive(({text}) => (/one|time|story/i.test(text) ? story : 'Yes.'))
  const room = openRoom(live, 'barge-in')
  await room.play(level)
  const quiet: number[] = []
  const resumed: number[] = []
  for (const {name, stops, sounds} of kinds) {
    if (only === 'for-her' && !stops) continue
    let [stopped, held] = [0, 0]
    const mine: number[] = []
    for (const sound of sounds) {
      room.conversation.cancel()
      const began = performance.now()
      room.conversation.respond({text: 'a story'})
      const first = await room.until('audio', began)
      if (!first) throw new Error('June said nothing.')
      await new Promise(resolve => setTimeout(resolve, beforeMs))
      const {from, to} = await room.play(sound)
      const ended = await room.until('responseEnded', from, to - performance.now() + afterMs)
      if (stops && ended?.status !== 'interrupted') {
        const since = room.events.filter(({type, at}) => at >= from && type !== 'audio' && type !== 'delta')
        console.log(
          `  missed: ${since.map(event => event.type + (event.type === 'dismissed' ? ` (${event.reason})` : '')).join(', ')}`,
        )
      }
      const hold = room.events.find(event => event.type === 'held' && event.at >= from)
      if (hold) held++
      if (ended?.status === 'interrupted') stopped++
      if (!stops && ended?.status === 'interrupted') {
        const heard = await room.until('transcript', from, 3000)
        console.log(`  stopped for: ${heard?.transcript.text ?? '?'}`)
      }
      const audio = room.events.filter(event => event.type === 'audio' && event.at < (hold?.at ?? from))
      if (stops && hold) quiet.push((audio.at(-1)?.at ?? from) + leadMs - from)
      const resume = room.events.find(event => event.type === 'resumed' && event.at >= from)
      if (!stops && hold && resume) mine.push(Math.max(0, resume.at - to))
    }
    resumed.push(...mine)
    const wrong = stops ? sounds.length - stopped : stopped
    const word = stops ? 'missed' : 'false stops'
    console.log(
      `${name.padEnd(42)} ${word} ${wrong} of ${sounds.length}; held ${held}` +
        (mine.length > 0
          ? `; went on after p50 ${quantile(mine, 0.5).toFixed(0)}, p95 ${quantile(mine, 0.95).toFixed(0)} ms`
          : ''),
    )
    compare(`${word}, ${name}`, (100 * wrong) / sounds.length, {atMost: stops ? 0 : 5, unit: '%', digits: 0})
  }
  await room.close()
  await live.close()
  console.log(`quiet after p50 ${quantile(quiet, 0.5).toFixed(0)} ms`)
  compare('quiet after p95', quantile(quiet, 0.95), {atMost: 200, unit: 'ms', digits: 0})
  compare('goes on after the end of the sound p95', quantile(resumed, 0.95), {atMost: 800, unit: 'ms', digits: 0})
}
