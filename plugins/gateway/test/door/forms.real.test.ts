// Whatever a form is for, it is read in one way, and refused in one way.
import {toPcm16} from '@essence/core/audio/pcm'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {sine, wavOf} from '../../../../test/audio/sounds.ts'
import {openPeople} from '../people/open-people.ts'

const wav = new Uint8Array(wavOf(toPcm16(sine(400, 0.5))))

describe.each([
  {path: '/api/v1/audio/transcribe', part: 'audio', needs: {}, content: wav, name: 'a.wav'},
  {path: '/v1/audio/transcriptions', part: 'file', needs: {model: 'whisper-1'}, content: wav, name: 'a.wav'},
  {path: '/api/documents', part: 'file', needs: {}, content: new TextEncoder().encode('The oak.'), name: 'a.txt'},
])('a form to $path', ({path, part, needs, content, name}) => {
  let june: Awaited<ReturnType<typeof openPeople>>
  beforeAll(async () => {
    june = await openPeople()
  }, 200_000)
  afterAll(() => june?.[Symbol.asyncDispose]())

  const statusOf = async (names: string[], fields: [string, string][] = []): Promise<number> => {
    const body = new FormData()
    for (const [field, value] of [...Object.entries(needs), ...fields]) body.append(field, value)
    for (const each of names) body.append(part, new Blob([content]), each)
    const response = await fetch(june.address + path, {method: 'POST', body})
    await response.text()
    return response.status
  }

  it('is taken with what belongs to it', async () => {
    expect([200, 201]).toContain(await statusOf([name], [['other', 'x'.repeat(60_000)]]))
  })

  it.each([
    ['a path for a name', `../${'b'}`],
    ['a long name', `${'b'.repeat(300)}`],
  ])('is refused with %s', async (_, wrong) => expect(await statusOf([wrong + name])).toBe(400))

  it('is refused with more than its file, and fields without end', async () => {
    expect(await statusOf([name, name])).toBe(413)
    const many = Array.from({length: 65}, (_, n): [string, string] => [`f${n}`, 'x'])
    expect(await statusOf([name], many)).toBe(413)
    expect(await statusOf([name], [['long', 'x'.repeat(70_000)]])).toBe(400)
  })
})
