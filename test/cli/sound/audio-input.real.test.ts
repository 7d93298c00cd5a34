// Sound that was to end before it was open.
import {chmodSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, expect, it, vi} from 'vitest'
import {openAudioSource} from '../../../src/cli/sound/audio-input.ts'
import {temporaryFolder} from '../../temporary-folder.ts'

const folder = temporaryFolder()
afterAll(() => vi.unstubAllEnvs())

it('does not record once the recording is over', async () => {
  writeFileSync(join(folder, 'arecord'), '#!/bin/sh\nexec sleep 1000\n')
  chmodSync(join(folder, 'arecord'), 0o755)
  vi.stubEnv('PATH', `${folder}:/bin`)
  const ending = AbortSignal.abort()
  const sound = await openAudioSource({from: 'microphone', live: true, ending, signal: new AbortController().signal})
  const pieces = async () => {
    for await (const piece of sound.pieces) expect(piece).toHaveLength(0)
  }
  await expect(pieces()).rejects.toMatchObject({code: 'AUDIO_EMPTY'})
}, 5000)
