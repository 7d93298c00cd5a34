import type {Machine} from '../../../compute/machine.ts'
import {nearest} from '../../../kit/nearest.ts'
import {describeMachine} from '../../../models/catalogue/machine.ts'
import {ask} from '../../ask.ts'
import type {Choice} from './choice.ts'
import {type Offer, offerLines} from './offers.ts'

/** What an answer means; undefined where it means nothing. Enter takes what is recommended. */
export const chosenBy = (answer: string, offers: readonly Offer[]): Choice['models'] | undefined => {
  const names = [...offers.map(({profile}) => profile), 'none' as const]
  if (answer === '') return offers.find(({recommended}) => recommended)?.profile ?? 'none'
  if (/^(n|no)$/i.test(answer)) return 'none'
  const typed = answer.toLowerCase()
  return names[Number(answer) - 1] ?? names.find(name => name === typed)
}

interface ModelsQuestion {
  machine: Machine
  rate: number | undefined
  note: (line: string) => void
  question?: string | undefined
  refused?: string | undefined
}

/**
 * Asks a person which models to download; again where the answer means nothing. Ctrl-D is none.
 * @param rate bytes a second that were measured; undefined where they are not known
 * @param question above the offers. Default: that of `essence up`
 * @param refused message of CANCELLED
 * @throws CANCELLED for Ctrl-C
 */
export const askModels = async (
  offers: readonly Offer[],
  {machine, rate, note, question, refused = 'Nothing was started.'}: ModelsQuestion,
): Promise<Choice['models']> => {
  note(
    ['', ...offerLines(offers, rate, undefined, question), '', `This machine: ${describeMachine(machine)}.`].join('\n'),
  )
  const usual = offers.findIndex(({recommended}) => recommended) + 1
  for (;;) {
    const answer = await ask(`Number or name [${usual}]: `, refused)
    if (answer === undefined) return 'none'
    const chosen = chosenBy(answer, offers)
    if (chosen) return chosen
    const meant = nearest(answer, [...offers.map(({profile}) => profile), 'none'])
    note(`"${answer}" is none of these. ${meant ? `Did you mean ${meant}? ` : ''}Type a number, or press Enter.`)
  }
}
