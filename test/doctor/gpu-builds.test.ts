import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {checkGpuBuilds} from '@essence/core/doctor/gpu-builds'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'

const all = temporaryFolder()
const checkout = (stamp?: string): string => {
  const folder = temporaryFolder(all)
  mkdirSync(join(folder, '.essence'))
  if (stamp !== undefined) writeFileSync(join(folder, '.essence/installed'), stamp)
  return folder
}

describe('checkGpuBuilds', () => {
  it('warns of a GPU whose builds are not installed, with what installs them', async () => {
    expect(await checkGpuBuilds(checkout('user\n'), ['cuda', 'vulkan'])).toMatchObject([
      {
        status: 'warning',
        detail: expect.stringContaining('cuda, vulkan'),
        fix: expect.stringContaining('doctor --fix'),
      },
    ])
    expect(await checkGpuBuilds(checkout('developer vulkan\n'), ['cuda', 'vulkan'])).toMatchObject([
      {status: 'warning', detail: expect.stringMatching(/: cuda$/)},
    ])
  })

  it('is content with those that are there', async () => {
    expect(await checkGpuBuilds(checkout('user cuda vulkan\n'), ['cuda'])).toMatchObject([{status: 'ok'}])
  })

  it('says nothing without a GPU, in a release, and where everything is installed', async () => {
    expect(await checkGpuBuilds(checkout('user\n'), [])).toEqual([])
    expect(await checkGpuBuilds(checkout(), ['cuda'])).toEqual([])
    expect(await checkGpuBuilds(checkout(''), ['cuda'])).toEqual([])
  })
})
