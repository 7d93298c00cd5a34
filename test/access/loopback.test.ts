import {isLoopback, namesLoopback} from '@essence/core/access/loopback'
import {describe, expect, it} from 'vitest'

describe('an address', () => {
  it.each(['localhost', '127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])('of this machine only: %s', host => {
    expect(isLoopback(host)).toBe(true)
  })

  it.each([
    '',
    '0.0.0.0',
    '::',
    '::2',
    '192.168.1.7',
    '::ffff:192.168.1.7',
    '127.0.0.1.evil.example',
    '127.evil',
    '1270.0.0.1',
  ])('others can reach: %j', host => {
    expect(isLoopback(host)).toBe(false)
  })
})

describe('a Host header', () => {
  it.each(['localhost', 'LOCALHOST:9000', '127.0.0.1:8000', '[::1]:8000'])('that names this machine: %s', header => {
    expect(namesLoopback(header)).toBe(true)
  })

  it.each([
    undefined,
    '',
    'evil.example',
    'localhost.evil.example:80',
    'evil@localhost',
    'localhost:80:80',
    '[::2]',
    '::1',
  ])('that does not: %j', header => {
    expect(namesLoopback(header)).toBe(false)
  })
})
