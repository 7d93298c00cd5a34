import {gpuBytesIn, largestGpu} from '@essence/core/compute/machine'
import {expect, it} from 'vitest'

const MiB = 1 << 20

it('reads the largest card and its driver from what nvidia-smi prints', () => {
  expect(largestGpu('NVIDIA T400, 2048, 580.95.05\nNVIDIA RTX 6000 Ada, 49140, 580.95.05\n', 64e9)).toEqual({
    name: 'NVIDIA RTX 6000 Ada',
    memoryBytes: 49_140 * MiB,
    unified: false,
    driver: '580.95.05',
  })
  expect(largestGpu('NVIDIA GB10, [N/A], 580.95.05', 64e9)).toMatchObject({memoryBytes: 64e9, unified: true})
  expect(largestGpu('NVIDIA-SMI has failed because it could not reach the driver', 64e9)).toBeUndefined()
})

it('adds up what a process holds of all cards, and knows none where it is not listed', () => {
  expect(gpuBytesIn('12, 100\n77, 300\n77, 24\n', 77)).toBe(324 * MiB)
  expect(gpuBytesIn('12, 100\n', 77)).toBeUndefined()
  expect(gpuBytesIn('77, [N/A]\n', 77)).toBeUndefined()
  expect(gpuBytesIn('', 77)).toBeUndefined()
})
