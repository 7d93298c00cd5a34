import {auto} from '@essence/core/compute/device'
import {reasonOf} from '@essence/core/llm/llama/device'
import {expect, it} from 'vitest'

const cuda = {backend: 'cuda'} as const

it.each([
  ['vulkan', [], auto, 'the driver for vulkan finds no GPU'],
  [false, [], auto, 'no usable CUDA, Vulkan or Metal driver was found'],
  ['cuda', ['H100'], auto, 'the best found: H100'],
  ['cuda', ['H100'], cuda, '"cuda" was asked for: H100'],
] as const)('a driver %j with the cards %j is told plainly', (driver, cards, device, reason) => {
  expect(reasonOf(driver, cards, device)).toBe(reason)
})
