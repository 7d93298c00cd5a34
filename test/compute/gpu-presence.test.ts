// Which GPUs can be here, told by the files of their drivers.
import {gpuAbsence, gpuKindsHere} from '@essence/core/compute/gpu-presence'
import {describe, expect, it} from 'vitest'

const none = () => false
const only = (file: string) => (path: string) => path === file

describe('gpuAbsence', () => {
  it('tells without loading anything that a GPU cannot be here', () => {
    expect(gpuAbsence('cuda', 'linux', none)).toContain('/dev/nvidiactl')
    expect(gpuAbsence('vulkan', 'linux', none)).toContain('/dev/dri')
    expect(gpuAbsence('vulkan', 'linux', only('/dev/dri/renderD128'))).toBeUndefined()
    expect(gpuAbsence('cuda', 'linux', only('/dev/dxg'))).toBeUndefined()
    expect(gpuAbsence('cuda', 'win32', none)).toBeUndefined()
    expect(gpuAbsence('metal', 'linux')).toBeDefined()
    expect(gpuAbsence('metal', 'darwin')).toBeUndefined()
    expect(gpuAbsence('cpu', 'linux', none)).toBeUndefined()
  })
})

describe('gpuKindsHere', () => {
  it.each([
    ['nothing', none, []],
    ['a display without acceleration', only('/dev/dri/card0'), []],
    ['a card with a render node', only('/dev/dri/renderD128'), ['vulkan']],
    ['a card of NVIDIA', only('/dev/nvidia0'), ['cuda', 'vulkan']],
  ])('with %s', (_, exists, kinds) => {
    expect(gpuKindsHere('linux', exists)).toEqual(kinds)
  })

  it('has no builds of their own on a Mac', () => expect(gpuKindsHere('darwin', none)).toEqual([]))
})
