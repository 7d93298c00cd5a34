import {expect, it} from 'vitest'
import {HearingWatch} from '../../src/voice-channel/hearing-watch.ts'

const openWatch = () => {
  let now = 0
  const deaf: string[] = []
  const watch = new HearingWatch({onDeaf: person => deaf.push(person), now: () => now})
  return {
    ...{watch, deaf},
    /** Time goes on while these people's packets come. */
    pass(ms: number, ...speaking: string[]): void {
      for (let at = 0; at < ms; at += 500) {
        now += 500
        watch.look(speaking)
      }
    },
    stop: (ms: number): void => {
      now += ms
    },
  }
}

it('tells once that nothing can be read for 10 s of speech', () => {
  const {pass, deaf} = openWatch()
  pass(9500, 'a')
  expect(deaf).toEqual([])
  pass(500, 'a')
  expect(deaf).toEqual(['a'])
  pass(9000, 'a')
  expect(deaf).toEqual(['a'])
})

it('counts speech and not time, of each person apart', () => {
  const {watch, pass, deaf} = openWatch()
  pass(6000, 'a')
  pass(60_000)
  pass(3000, 'a', 'b')
  watch.read('b')
  expect(deaf).toEqual([])
  // One of them can be read; that does not help the other.
  pass(1000, 'a', 'b')
  expect(deaf).toEqual(['a'])
})

it('begins anew with each packet that can be read', () => {
  const {watch, pass, deaf} = openWatch()
  for (let i = 0; i < 10; i++) {
    pass(9000, 'a')
    watch.read('a')
  }
  expect(deaf).toEqual([])
})

it('tells of somebody announced of whom nothing comes', () => {
  const {watch, pass, deaf} = openWatch()
  watch.announced('a')
  pass(9500)
  expect(deaf).toEqual([])
  pass(500)
  expect(deaf).toEqual(['a'])
})

it('takes no pause of its own for deafness', () => {
  const {pass, stop, deaf} = openWatch()
  pass(5000, 'a')
  stop(60_000)
  pass(1000, 'a')
  expect(deaf).toEqual([])
})
