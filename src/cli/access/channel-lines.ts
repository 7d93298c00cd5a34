import type {KnownParty, Pairing, Party} from '../../access/channel/port.ts'
import {inOneLine} from '../../kit/in-one-line.ts'
import {table} from '../table.ts'

/** Those who ask and wait, with what lets each in. */
export const pairingLines = (pairings: readonly Pairing[], room: number): string[] =>
  table(
    [{title: 'Code'}, {title: 'Channel'}, {title: 'Who asks'}, {title: 'Id'}, {title: 'Until (UTC)'}],
    pairings.map(({code, channel, id, expiresAt, ...party}) => [code, channel, nameOf(party), id, minute(expiresAt)]),
    room,
  )

export const partyLines = (parties: readonly KnownParty[], room: number): string[] =>
  table(
    [
      {title: 'Channel'},
      {title: 'Id'},
      {title: 'Name', min: 8},
      {title: 'Standing'},
      {title: 'Since (UTC)'},
      {title: 'By'},
    ],
    parties.map(({channel, id, standing, members, reason, since, by, ...party}) => [
      channel,
      id,
      nameOf(party),
      [standing, members === 'allowed' && 'to members who are allowed', inOneLine(reason ?? '')]
        .filter(Boolean)
        .join(': '),
      since ? minute(since) : 'settings',
      by ?? '',
    ]),
    room,
  )

const nameOf = ({kind, name = ''}: Pick<Party, 'kind' | 'name'>): string =>
  kind === 'group' ? `group ${name}`.trim() : name

/** UTC. */
const minute = (at: Date): string => at.toISOString().slice(0, 16).replace('T', ' ')
