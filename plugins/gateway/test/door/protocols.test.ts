import {expect, it} from 'vitest'
import {chosenProtocol, tokenOfProtocols} from '../../src/door/socket/protocols.ts'

it.each([
  [['realtime', 'openai-insecure-api-key.june_x', 'openai-beta.realtime-v1'], 'june_x', 'realtime'],
  [['openai-insecure-api-key.june_x'], undefined, false],
  [['chat', 'superchat'], undefined, 'chat'],
  [[], undefined, false],
])('of the subprotocols %j the token is %s, and spoken is %s', (offered, token, chosen) => {
  expect(tokenOfProtocols(offered.join(', '))).toBe(token)
  expect(chosenProtocol(new Set(offered))).toBe(chosen)
})
