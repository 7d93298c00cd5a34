import {parseDestination} from '@essence/core/release/ssh/config/destination'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

describe('--host', () => {
  it.each([
    ['web1', {host: 'web1'}],
    ['june@web1', {user: 'june', host: 'web1'}],
    ['june@web1.example.org:2222', {user: 'june', host: 'web1.example.org', port: 2222}],
    ['j.doe+ci@10.0.0.7:22', {user: 'j.doe+ci', host: '10.0.0.7', port: 22}],
    ['me@corp@web1', undefined],
    ['::1', {host: '::1'}],
    ['june@2001:db8::7', {user: 'june', host: '2001:db8::7'}],
    ['june@[2001:db8::7]:2222', {user: 'june', host: '2001:db8::7', port: 2222}],
    ['[fe80::1%eth0]', {host: 'fe80::1%eth0'}],
    ['größe.example', {host: 'größe.example'}],
    ['gpu_box-1', {host: 'gpu_box-1'}],
    ['', undefined],
    ['@web1', undefined],
    ['june@', undefined],
    ['web1:', undefined],
    ['web1:0', undefined],
    ['web1:65536', undefined],
    ['web1:ssh', undefined],
    ['-oProxyCommand=x', undefined],
    ['-l@web1', undefined],
    ['web1;reboot', undefined],
    ['$(reboot)@web1', undefined],
    ['web1 web2', undefined],
    ['[web1]:22', undefined],
    ['ssh://web1', undefined],
  ])('%s', (text, expected) => {
    if (expected) expect(parseDestination(text)).toEqual(expected)
    else expect(() => parseDestination(text)).toThrow(expect.objectContaining({code: 'USAGE'}))
  })

  it('gives nothing the ssh program could take for an option or a shell for a command', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        try {
          const {host, user = 'x'} = parseDestination(text)
          expect(`${host} ${user}`).not.toMatch(/^-| -|['"`$\\;&<>|\n]/)
        } catch (error) {
          expect(error).toMatchObject({code: 'USAGE'})
        }
      }),
    )
  })
})
