import {identify} from '@essence/core/speaker/identify'
import {speakerRecognition} from '@essence/core/speaker/recognition'
import {describe, expect, it} from 'vitest'
import {allSpeech, circleEmbedder, keptVoiceprints, saidBy} from './scripted.ts'

// cos 45° is 0.71, cos 46° is less than that.
const threshold = Math.SQRT1_2 - 1e-6

const open = (embedder = circleEmbedder()) => {
  const voiceprints = keptVoiceprints()
  return {
    embedder,
    voiceprints,
    ...speakerRecognition({embedder, findSpeech: allSpeech, voiceprints, threshold}),
  }
}

const withTwo = async () => {
  const opened = open()
  await opened.enrol('anna', [saidBy(0), saidBy(10), saidBy(20)])
  await opened.enrol('ben', [saidBy(180), saidBy(190), saidBy(200)])
  return opened
}

it('says who is enrolled with this model, and forgets people', async () => {
  const {enrolled, forget, voiceprints} = await withTwo()
  await voiceprints.put({person: 'carl', model: 'another', vector: Float32Array.of(1, 0), enrolledAt: new Date()})
  expect(await enrolled()).toEqual(['anna', 'ben'])
  expect([await forget('anna'), await forget('anna')]).toEqual([true, false])
  expect(await enrolled()).toEqual(['ben'])
})

it('takes a sentence that is long enough, and names what a shorter one has', async () => {
  const {hearSentence} = open()
  await hearSentence(saidBy(0, 2))
  await expect(hearSentence(saidBy(0, 1))).rejects.toMatchObject({
    code: 'NO_SPEECH',
    message: expect.stringContaining('The sentence has 1.0 s of speech'),
  })
})

describe('enrol', () => {
  it('keeps the middle of three sentences, and says how well they agree', async () => {
    const {enrol, voiceprints} = open()
    const enrolled = await enrol('anna', [saidBy(0), saidBy(10), saidBy(20)])
    expect(enrolled).toMatchObject({person: 'anna', speechMs: 9000, resembles: []})
    expect(enrolled.agreement).toBeCloseTo(Math.cos((20 * Math.PI) / 180), 5)
    const [kept] = await voiceprints.all()
    expect(kept).toMatchObject({person: 'anna', model: 'circle'})
    expect(Math.atan2(kept?.vector[1] ?? 0, kept?.vector[0] ?? 0) * (180 / Math.PI)).toBeCloseTo(10, 3)
  })

  it.each([
    [
      'one of somebody else',
      [0, 90, 10],
      'SPEAKER_MISMATCH',
      /number 2 is least like the others \(0\.00, expected 0\.61/,
    ],
    ['three people', [0, 120, 240], 'SPEAKER_MISMATCH', /not of one voice/],
    ['two sentences', [0, 0], 'USAGE', /takes 3 sentences; there are 2/],
    ['four sentences', [0, 0, 0, 0], 'USAGE', /there are 4/],
  ])('refuses %s, and keeps nothing', async (_, angles, code, message) => {
    const {enrol, voiceprints} = open()
    const refused = enrol(
      'anna',
      angles.map(angle => saidBy(angle)),
    )
    await expect(refused).rejects.toMatchObject({code, message: expect.stringMatching(message)})
    expect(await voiceprints.all()).toEqual([])
  })

  it('wants 2 s of speech in each sentence', async () => {
    const {enrol} = open()
    const refused = enrol('anna', [saidBy(0, 2), saidBy(0, 2), saidBy(0, 1.9)])
    await expect(refused).rejects.toMatchObject({
      code: 'NO_SPEECH',
      message: expect.stringMatching(/Sentence 3 has 1\.9 s/),
    })
    await expect(enrol('anna', [saidBy(0, 2), saidBy(0, 2), saidBy(0, 2)])).resolves.toBeDefined()
  })

  it('says who sounds the same under another name', async () => {
    const {enrol} = await withTwo()
    const {resembles} = await enrol('carla', [saidBy(5), saidBy(5), saidBy(5)])
    expect(resembles).toEqual([{person: 'anna', score: expect.closeTo(Math.cos((5 * Math.PI) / 180), 5)}])
  })

  it.each(['', ' anna', 'a\nb', 'a'.repeat(129)])('refuses the name %j', async name => {
    await expect(open().enrol(name, [saidBy(0), saidBy(0), saidBy(0)])).rejects.toMatchObject({code: 'USAGE'})
  })
})

describe('whoSpoke', () => {
  it.each([
    [10, 'anna'],
    [55, 'anna'],
    [190, 'ben'],
    [235, 'ben'],
  ])('knows a voice up to the threshold: %i degrees are %s', async (degrees, person) => {
    const {whoSpoke} = await withTwo()
    expect(await whoSpoke(saidBy(degrees))).toMatchObject({person})
  })

  it('does not know a voice beyond it, and says who is nearest', async () => {
    const {whoSpoke} = await withTwo()
    const found = await whoSpoke(saidBy(56))
    expect(found).toMatchObject({person: undefined, reason: 'unknown-voice', nearest: {person: 'anna'}})
  })

  it('names only candidates', async () => {
    const {whoSpoke} = await withTwo()
    expect(await whoSpoke(saidBy(10), ['ben'])).toMatchObject({person: undefined, nearest: {person: 'ben'}})
    expect(await whoSpoke(saidBy(10), ['ben', 'anna', 'nobody'])).toMatchObject({person: 'anna'})
  })

  it('computes nothing where none of the candidates is enrolled', async () => {
    const {whoSpoke, embedder} = await withTwo()
    const before = embedder.calls
    expect(await whoSpoke(saidBy(10), ['carla'])).toEqual({person: undefined, reason: 'nobody-enrolled'})
    expect(await open(embedder).whoSpoke(saidBy(10))).toEqual({person: undefined, reason: 'nobody-enrolled'})
    expect(embedder.calls).toBe(before)
  })

  it('names nobody by less than a second of speech', async () => {
    const {whoSpoke} = await withTwo()
    expect(await whoSpoke(saidBy(10, 0.9))).toEqual({person: undefined, reason: 'too-short'})
    expect(await whoSpoke(saidBy(10, 1))).toMatchObject({person: 'anna'})
  })

  it('takes no voiceprint of another model', async () => {
    const {voiceprints} = await withTwo()
    const speech = {audio: saidBy(10), speechMs: 3000}
    const asked = identify(speech, await voiceprints.all(), {embedder: circleEmbedder('other'), threshold})
    expect(await asked).toEqual({person: undefined, reason: 'nobody-enrolled'})
  })

  it('forgets who is removed, and can be cancelled', async () => {
    const {whoSpoke, voiceprints} = await withTwo()
    await expect(whoSpoke(saidBy(10), undefined, AbortSignal.abort())).rejects.toMatchObject({code: 'CANCELLED'})
    await voiceprints.remove('anna')
    expect(await whoSpoke(saidBy(10))).toMatchObject({person: undefined, nearest: {person: 'ben'}})
  })
})
