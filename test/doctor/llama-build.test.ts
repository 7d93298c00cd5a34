import {chmodSync, mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {buildLlama, checkLlamaBuild} from '@essence/core/doctor/llama-build'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'

/** A checkout with a binding, and a PATH of its own with these programs. */
const place = (...programs: string[]) => {
  const [root, path] = [temporaryFolder(), temporaryFolder()]
  mkdirSync(join(root, 'node_modules/node-llama-cpp/llama'), {recursive: true})
  for (const name of programs) {
    writeFileSync(join(path, name), '#!/bin/sh\nexit 0\n')
    chmodSync(join(path, name), 0o755)
  }
  return {root, path, arch: 'arm64', gpus: ['cuda']}
}
const all = ['git', 'cmake', 'make', 'g++', 'nvcc']

describe('llama.cpp on arm64 with CUDA', () => {
  it('is to be compiled, with what is missing for that by the names of its packages', async () => {
    expect(await checkLlamaBuild(place(...all))).toMatchObject([
      {status: 'warning', fix: expect.stringMatching(/^essence doctor --fix/)},
    ])
    const lacking = place('git', 'make', 'g++')
    const packages = 'sudo apt-get install cmake nvidia-cuda-toolkit'
    expect(await checkLlamaBuild(lacking)).toMatchObject([
      {status: 'warning', fix: expect.stringContaining(`${packages}, then: essence doctor --fix`)},
    ])
    await expect(buildLlama(lacking, new AbortController().signal)).rejects.toMatchObject({
      code: 'PROGRAM_FAILED',
      suggestions: [expect.stringContaining(packages)],
    })
  })

  it('is compiled once', async () => {
    const done = place()
    mkdirSync(join(done.root, 'node_modules/node-llama-cpp/llama/localBuilds/linux-arm64-cuda'), {recursive: true})
    expect(await checkLlamaBuild(done)).toMatchObject([{status: 'ok'}])
    expect(await buildLlama(done, new AbortController().signal)).toBe(false)
  })

  it('is left as it is published on all other machines', async () => {
    for (const other of [{arch: 'x64'}, {gpus: []}, {gpus: ['vulkan']}, {root: temporaryFolder()}]) {
      const elsewhere = {...place(), ...other}
      expect(await checkLlamaBuild(elsewhere)).toEqual([])
      expect(await buildLlama(elsewhere, new AbortController().signal)).toBe(false)
    }
  })
})
