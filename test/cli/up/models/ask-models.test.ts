import {chosenBy} from '@essence/core/cli/up/models/ask-models'
import {offerLines, offersFor} from '@essence/core/cli/up/models/offers'
import type {Machine} from '@essence/core/compute/machine'
import {describe, expect, it} from 'vitest'

const GB = 1e9
const small: Machine = {memoryBytes: 8 * GB, cores: 2}
const large: Machine = {...small, memoryBytes: 128 * GB, gpu: {name: 'GB10', memoryBytes: 128 * GB, unified: true}}
const profiles = (...given: Parameters<typeof offersFor>) =>
  offersFor(...given).map(({profile, recommended}) => `${profile}${recommended ? ' *' : ''}`)

describe('the models a machine is offered', () => {
  it('are those that fit its memory, and are made for it or less', () => {
    expect(profiles(small, 100 * GB)).toEqual(['light *', 'starter'])
    expect(profiles({...small, cores: 8}, 100 * GB)).toEqual(['light', 'starter *'])
    expect(profiles(large, 100 * GB)).toEqual(['light', 'starter', 'gpu-8', 'gpu-24', 'spark *'])
    expect(profiles({...small, memoryBytes: 1 * GB}, 100 * GB)).toEqual([])
  })

  it('are those the disk has room for', () => {
    expect(profiles(large, 2 * GB)).toEqual(['light', 'starter *'])
    expect(profiles(large, 0.1 * GB)).toEqual([])
  })

  it('recommend what MODEL_PROFILE names', () => {
    expect(profiles({...small, memoryBytes: 32 * GB}, 100 * GB, 'gpu-8')).toEqual(['light', 'starter', 'gpu-8 *'])
  })

  it('are shown with the time at the rate that was measured, within eighty columns', () => {
    const offers = offersFor(large, 100 * GB)
    const lines = offerLines(offers, 10e6, 80)
    expect(lines.find(line => line.includes('light'))).toMatch(/ 1 {2}light .*MB {2}about 4\d s /)
    expect(lines.at(-1)).toMatch(/ 6 {2}none .*the demonstration goes on$/)
    expect(lines.join('')).not.toContain('…')
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(80)
    expect(offerLines(offers, undefined, 80).join('')).not.toContain('about')
  })
})

describe('an answer', () => {
  const offers = offersFor(small, 100 * GB)

  it('is a number, a name, or Enter for what is recommended', () => {
    expect(['', '1', '2', '3', 'Starter', 'none', 'no'].map(answer => chosenBy(answer, offers))).toEqual([
      ...['light', 'light', 'starter', 'none', 'starter', 'none', 'none'],
    ])
  })

  it('that means nothing is none', () => {
    expect(['0', '4', '1.5', '-1', 'spark', 'yes'].map(answer => chosenBy(answer, offers))).toEqual(
      Array.from({length: 6}, () => undefined),
    )
  })
})
