import {createWriteStream} from 'node:fs'
import {join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {encodeAudio} from '@essence/core/audio/encode/encode'
import {expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {runChild} from '../child.ts'
import {noise} from '../sounds.ts'

const folder = temporaryFolder()

// WAV, as an hour of it is written and read in seconds; bench/audio-memory.ts does OGG and MP3 as well.
it('an hour of sound is decoded in less than 200 MB', async () => {
  const path = join(folder, 'hour.wav')
  const minute = noise(60 * 16_000, 0.3)
  const hour = async function* () {
    for (let i = 0; i < 60; i++) yield {pcm: minute, sampleRate: 16_000}
  }
  await pipeline(encodeAudio(hour(), 'wav'), createWriteStream(path))
  const {printed} = await runChild('decode-file.ts', [path])
  expect(printed['seconds']).toBe(3600)
  // The samples alone are 230 MB: a decoder that held them would not pass.
  expect(printed['maxRssBytes']).toBeLessThan(200e6)
}, 120_000)
