import {expect, it} from 'vitest'
import type {DiscordApi} from '../../src/client/discord-api.ts'
import {DiscordError} from '../../src/client/discord-error.ts'
import {idAt} from '../../src/incoming/seen.ts'
import {carrierTo} from '../../src/outgoing/carrier.ts'

const unknownWebhook = new DiscordError('REMOTE_REFUSED', 'Unknown Webhook', {
  ...{status: 404, reason: 10_015, certainlyNotDone: true},
})

const judged = (agoMs: number, isElsewhere: boolean) => {
  const interaction = {id: idAt(Date.now() - agoMs), applicationId: '1', token: 't', isPrivate: false}
  const note = {kind: 'text', text: ''} as const
  return carrierTo({} as DiscordApi, {channelId: '5', interaction, isElsewhere}, note).judge(unknownWebhook, note)
}

it('waits for the first answer that another process gives, as long as that may come', () => {
  expect(judged(500, true)).toMatchObject({sent: 'no', again: true})
  expect(judged(60_000, true)).toMatchObject({sent: 'no', again: false})
  // Where it is given here, it was given or refused before.
  expect(judged(500, false)).toMatchObject({sent: 'no', again: false})
})
