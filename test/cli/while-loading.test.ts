import {whileLoading} from '@essence/core/cli/while-loading'
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const loadFor = async (ms: number, show: 'lines' | 'quiet', messages: string[] = []): Promise<string[]> => {
  const notes: string[] = []
  const loaded = whileLoading({what: 'the language model', show, note: line => notes.push(line)}, async onProgress => {
    for (const message of messages) onProgress(message)
    await new Promise(resolve => setTimeout(resolve, ms))
    return 'loaded'
  })
  await vi.advanceTimersByTimeAsync(ms)
  expect(await loaded).toBe('loaded')
  return notes
}

describe('whileLoading, off a terminal', () => {
  it('says nothing of what is there soon', async () => expect(await loadFor(1900, 'lines')).toEqual([]))

  it('says one line of what takes long', async () =>
    expect(await loadFor(30_000, 'lines')).toEqual(['loading the language model …']))

  it('says what is waited for', async () =>
    expect(await loadFor(10, 'lines', ['loading speech recognition', 'waiting for the speech service'])).toEqual([
      'waiting for the speech service',
    ]))

  it('is quiet where that was asked for', async () => expect(await loadFor(30_000, 'quiet', ['waiting'])).toEqual([]))
})
