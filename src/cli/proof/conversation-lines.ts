import {inOneLine} from '../../kit/in-one-line.ts'
import {conversationFigures} from '../../report/conversation-figures.ts'
import type {Conversations} from '../../report/conversation-report.ts'
import {table, wrapWords} from '../table.ts'

/** Of a test of conversations: which did not go as expected, and the figures of all. */
export const conversationLines = (conversations: Conversations, room: number): string[] => {
  const {scenarios} = conversations
  const failed = scenarios.filter(({failures}) => failures.length > 0)
  const figures = conversationFigures(conversations)
  return [
    `${scenarios.length - failed.length} of ${scenarios.length} scenarios passed`,
    ...failed.flatMap(({name, failures}) =>
      failures.flatMap(failure => wrapWords(`✗ ${name}: ${inOneLine(failure)}`, room)),
    ),
    ...table(
      [{title: 'Figure'}, {title: '', align: 'right'}, {title: '', min: 10}],
      figures.map(({name, value, note}) => [name, value, note]),
      room,
    ),
  ]
}
