import {listenError} from '@essence/core/kit/listen-error'
import {expect, it} from 'vitest'

const address = {host: '127.0.0.1', port: 80, variable: 'STT_PORT'}

it('names the port that is taken, by the code or by a text that has it', () => {
  const texts = ['No address added out of total 1 resolved errors: [listen EADDRINUSE: address already in use]', '']
  for (const text of texts) {
    const cause = Object.assign(new Error(text), text === '' ? {code: 'EADDRINUSE'} : {})
    expect(listenError(cause, address)).toMatchObject({
      code: 'PORT_IN_USE',
      message: 'Port 80 on 127.0.0.1 is taken by another program.',
      suggestions: ['Choose another port: STT_PORT=81', "See who has it: ss -ltnp 'sport = :80'"],
      cause,
    })
  }
})

it.each([
  ['EACCES', 'Ports below 1024 need root: set STT_PORT to 1024 or more.'],
  ['EADDRNOTAVAIL', 'Check STT_PORT and the host.'],
])('says what to do about %s', (code, step) => {
  expect(listenError(Object.assign(new Error(), {code}), address)).toMatchObject({
    code: 'CONFIG_INVALID',
    message: `Cannot listen on 127.0.0.1:80 (${code}).`,
    suggestions: [step],
  })
})
