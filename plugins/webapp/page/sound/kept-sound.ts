// Sound of the last turns, kept in this browser: as much as there is room for, the oldest out.
import {create} from 'zustand'
import {now} from '../server/now.ts'
import {given, withSounds} from './sound-database.ts'
import {peaksOf} from './waveform.ts'

/** What was said or answered, without its samples. */
export interface KeptSound {
  id: string
  person: string
  session: string
  who: 'you' | 'june'
  /** Finds the message again after a reload, when it has another id. */
  text: string
  /** ms since 1970. */
  at: number
  /** Hz */
  rate: number
  bytes: number
  /** 0..1, in equal parts of its time. */
  peaks: number[]
}

/** About a quarter of an hour at 24 kHz. */
const maxKeptBytes = 50_000_000

/** Changes with what is kept. */
export const useSoundChanges = create(() => ({count: 0}))
const changed = (): void => useSoundChanges.setState(({count}) => ({count: count + 1}))

/** Keeps sound of 16-bit PCM; where nothing can be kept, it is not. */
export const keepSound = async (
  of: Pick<KeptSound, 'person' | 'session' | 'who' | 'text'>,
  pcm: Int16Array,
  rate: number,
): Promise<void> => {
  if (pcm.length === 0 || pcm.byteLength > maxKeptBytes) return
  const id = [...crypto.getRandomValues(new Uint32Array(4))].join('-')
  const sound: KeptSound = {
    ...of,
    ...{id, at: now(), rate, bytes: pcm.byteLength, peaks: peaksOf(pcm)},
  }
  await withSounds('readwrite', async (sounds, samples) => {
    const all: KeptSound[] = await given(sounds.getAll())
    let bytes = all.reduce((sum, each) => sum + each.bytes, sound.bytes)
    for (const oldest of all.toSorted((a, b) => a.at - b.at)) {
      if (bytes <= maxKeptBytes) break
      bytes -= oldest.bytes
      sounds.delete(oldest.id)
      samples.delete(oldest.id)
    }
    sounds.put(sound)
    samples.put(pcm, id)
  }).then(changed, () => {})
}

/** Sound kept of a person's session. */
export const soundsOf = (whose: string, session: string): Promise<KeptSound[]> =>
  withSounds('readonly', async sounds => {
    const found: KeptSound[] = await given(sounds.index('session').getAll(session))
    return found.filter(({person}) => person === whose)
  })

/** When the last sound of each session of a person was kept, ms since 1970. */
export const lastSounds = (whose: string): Promise<Map<string, number>> =>
  withSounds('readonly', async sounds => {
    const all: KeptSound[] = await given(sounds.getAll())
    const own = all.filter(({person}) => person === whose).toSorted((a, b) => a.at - b.at)
    return new Map(own.map(({session, at}) => [session, at]))
  })

/** Undefined where it is gone. */
export const samplesOf = (id: string): Promise<Int16Array | undefined> =>
  withSounds('readonly', (_, samples) => given<Int16Array | undefined>(samples.get(id)))

/** Erases the sound of a session. @throws DOMException */
export const eraseSoundOf = async (session: string): Promise<void> => {
  await withSounds('readwrite', async (sounds, samples) => {
    for (const id of await given(sounds.index('session').getAllKeys(session))) {
      sounds.delete(id)
      samples.delete(id)
    }
  })
  changed()
}
