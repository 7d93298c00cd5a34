import {networkOf, openLockOut} from '@essence/core/access/lock-out'
import {describe, expect, it} from 'vitest'

const minuteMs = 60_000

describe('lock-out', () => {
  const open = () => {
    let clock = 0
    const lockOut = openLockOut(() => clock)
    const pass = (ms: number): void => {
      clock += ms
    }
    return {...lockOut, pass}
  }
  const address = (n: number): string => `10.0.${Math.floor(n / 250)}.${n % 250}`

  it('ends ten failures of an account from one address, and says for how long', () => {
    const {attempt, pass} = open()
    for (let n = 0; n < 10; n++) attempt('anna', '192.0.2.1', false)
    pass(minuteMs)
    expect(() => attempt('anna', '192.0.2.1', false)).toThrow(
      expect.objectContaining({code: 'RATE_LIMITED', retryAfterMs: 14 * minuteMs}),
    )
    expect(() => attempt('anna', '192.0.2.2', false)).not.toThrow()
    pass(14 * minuteMs)
    expect(() => attempt('anna', '192.0.2.1', false)).not.toThrow()
  })

  it('does not count what was right', () => {
    const {attempt} = open()
    for (let n = 0; n < 1000; n++) attempt('anna', '192.0.2.1', false)()
    for (let n = 0; n < 9; n++) attempt('anna', '192.0.2.1', false)
    expect(() => attempt('anna', '192.0.2.1', false)()).not.toThrow()
  })

  it('ends an address that tries many accounts, also when it signs in to one of its own meanwhile', () => {
    const {attempt} = open()
    for (let n = 0; n < 50; n++) {
      attempt(`person-${n}`, '192.0.2.1', false)
      if (n < 49) attempt('mallory', '192.0.2.1', true)()
    }
    expect(() => attempt('anna', '192.0.2.1', false)).toThrow('Too many failed sign-ins.')
  })

  it('ends many addresses that try one account, but keeps its owner in', () => {
    const {attempt, pass} = open()
    for (let n = 0; n < 100; n++) attempt('anna', address(n), false)
    expect(() => attempt('anna', address(100), false)).toThrow('Too many failed sign-ins.')
    expect(() => attempt('anna', '192.0.2.1', true)()).not.toThrow()
    pass(60 * minuteMs)
    expect(() => attempt('anna', address(100), false)).not.toThrow()
  })

  it('takes a network of IPv6 for one address', () => {
    const {attempt} = open()
    for (let n = 0; n < 10; n++) attempt('anna', `2001:db8:1:2::${n.toString(16)}`, false)
    expect(() => attempt('anna', '2001:0db8:0001:0002:ffff::1', false)).toThrow('Too many failed sign-ins.')
    expect(() => attempt('anna', '2001:db8:1:3::1', false)).not.toThrow()
  })

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0DB8:0:0:1::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4::/64'],
    ['not an address', 'not an address'],
  ])('%s is counted as %s', (given, counted) => {
    expect(networkOf(given)).toBe(counted)
  })
})
