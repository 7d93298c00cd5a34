import {type Device, deviceText, parseDevice, requireNoCard} from '@essence/core/compute/device'
import {defaultThreads} from '@essence/core/compute/threads'
import {describe, expect, it} from 'vitest'

describe('a device', () => {
  it.each<[string, Device]>([
    ['auto', {backend: 'auto'}],
    ['cpu', {backend: 'cpu'}],
    ['metal', {backend: 'metal'}],
    ['CUDA', {backend: 'cuda'}],
    ['cuda:0', {backend: 'cuda', index: 0}],
    ['vulkan:12', {backend: 'vulkan', index: 12}],
  ])('%s is read, and written the same', (text, device) => {
    expect(parseDevice(text)).toEqual(device)
    expect(deviceText(device)).toBe(text.toLowerCase())
  })

  it.each(['', 'gpu', 'cuda:', 'cuda:x', 'cuda:100', 'cpu:0', 'metal:0', 'auto:1', ' cuda'])('"%s" is none', text => {
    expect(parseDevice(text)).toBeUndefined()
  })

  it('by the number of its card is refused for an engine that takes the first one anyway', () => {
    const point = (device: Device) => () => requireNoCard(device, 'whisper.cpp', 'it takes the first GPU it sees')
    expect(point({backend: 'cuda'})).not.toThrow()
    expect(point({backend: 'cuda', index: 0})).not.toThrow()
    expect(point({backend: 'cuda', index: 2})).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: 'whisper.cpp cannot be pointed at cuda:2: it takes the first GPU it sees.',
        suggestions: ['Show it that GPU only: CUDA_VISIBLE_DEVICES=2, and device cuda'],
      }),
    )
  })
})

it('the threads of an engine leave a core free for everything else', () => {
  expect([1, 2, 4, 64].map(defaultThreads)).toEqual([1, 1, 3, 8])
})
