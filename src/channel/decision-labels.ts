import {sentenceLanguage} from '../text/sentence-language.ts'
import {wordsIn} from './words/words.ts'

export interface DecisionLabels {
  yes: string
  no: string
}

/** What the buttons below a question say: in the language it is asked in. @param expected the person's, where that does not tell */
export const decisionLabels = (question: string, expected?: string | undefined): DecisionLabels => {
  const words = wordsIn(sentenceLanguage(question, expected))
  return {yes: words('yes'), no: words('no')}
}
