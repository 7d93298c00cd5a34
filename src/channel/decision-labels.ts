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

/** What the buttons below a question say: in the language it is asked in, or else in English. */
export const decisionLabels = (question: string): DecisionLabels =>
  labels[sentenceLanguage(question, undefined) ?? ''] ?? english
