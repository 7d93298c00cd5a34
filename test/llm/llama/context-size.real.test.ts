import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fittingContext} from '@essence/core/llm/llama/context-size'
import * as library from 'node-llama-cpp'
import {expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {tinyGguf} from './tiny-gguf.ts'

it('gives each conversation what is wanted, what the model was trained for, or what fits the memory', async () => {
  const modelPath = join(temporaryFolder(), 'tiny.gguf')
  writeFileSync(modelPath, tinyGguf({contextLength: 65_536}))
  const file = await library.readGgufFileInfo(modelPath, {sourceType: 'filesystem'})
  const llama = await library.getLlama({gpu: false, build: 'never', skipDownload: true})
  const fitting = (wanted: number, conversations: number): Promise<number> =>
    fittingContext(library, llama, file, wanted, conversations)
  try {
    expect(await fitting(4096, 1)).toBe(4096)
    expect(await fitting(1_000_000, 1)).toBe(65_536)
    const crowded = await fitting(65_536, 100_000)
    expect(crowded).toBeLessThan(65_536)
    expect(crowded).toBeGreaterThanOrEqual(2048)
    expect(await fitting(512, 1_000_000)).toBe(512)
  } finally {
    await llama.dispose()
  }
})
