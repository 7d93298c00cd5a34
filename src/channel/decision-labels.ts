import {mainLanguage} from '../text/language-tag.ts'
import {sentenceLanguage} from '../text/sentence-language.ts'

export interface DecisionLabels {
  yes: string
  no: string
}

const english: DecisionLabels = {yes: 'Yes', no: 'No'}

const labels: Record<string, DecisionLabels> = {
  en: english,
  de: {yes: 'Ja', no: 'Nein'},
  fr: {yes: 'Oui', no: 'Non'},
  es: {yes: 'Sí', no: 'No'},
}

/** What the buttons below a question say: in the language it is asked in, or else in English. @param expected where it does not tell */
export const decisionLabels = (question: string, expected?: string): DecisionLabels =>
  labels[mainLanguage(sentenceLanguage(question, expected) ?? '')] ?? english
