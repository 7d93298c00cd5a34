import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {TextToSpeech} from '../../src/tts/port.ts'
import {readAloud} from '../../src/voice/read-aloud.ts'

/** A voice that keeps what it is given. */
const listening = () => {
  const heard: string[] = []
  const tts = {
    async *synthesize(text: string) {
      heard.push(text)
      yield {pcm: new Float32Array(10), sampleRate: 16_000}
    },
  } as unknown as TextToSpeech
  return {tts, heard}
}

const read = async (pieces: Iterable<string>): Promise<string[]> => {
  const {tts, heard} = listening()
  for await (const _ of readAloud(tts, pieces));
  return heard
}

describe('readAloud', () => {
  it('speaks sentences as they become complete', async () => {
    const {tts, heard} = listening()
    const said: string[][] = []
    const pieces = async function* () {
      yield 'One. Two'
      said.push([...heard])
      yield ' is here. Three.'
      said.push([...heard])
    }
    for await (const _ of readAloud(tts, pieces()));
    expect(said[0]).toEqual(['One.'])
    expect(heard.join(' ')).toBe('One. Two is here. Three.')
  })

  it('says the same in whatever pieces the text comes, none of them long', async () => {
    const words = fc.array(fc.constantFrom('hello', 'world.', 'Then', 'it', 'rained!', 'a'), {
      minLength: 1,
      maxLength: 900,
    })
    await fc.assert(
      fc.asyncProperty(words, fc.integer({min: 1, max: 500}), async (list, size) => {
        const text = list.join(' ')
        const pieces = text.match(new RegExp(`.{1,${size}}`, 'gs')) ?? []
        const heard = await read(pieces)
        expect(heard.join(' ').replace(/\s+/g, ' ')).toBe((await read([text])).join(' ').replace(/\s+/g, ' '))
        for (const passage of heard) expect(passage.length).toBeLessThanOrEqual(2300)
      }),
      {numRuns: 50},
    )
  })

  it('leaves out what is not for the ear', async () => {
    expect(await read(['# A heading\n', '- **one**\n', '🙂'])).toEqual(['A heading', 'one'])
    expect(await read([''])).toEqual([])
  })
})
