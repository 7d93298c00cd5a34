import {mainLanguage} from '../text/language-tag.ts'

/** What people say to a question that is to be answered with yes or no; the whole of it, without punctuation and courtesies. */
const words: Record<string, {yes: RegExp; no: RegExp}> = {
  en: {
    yes: /^(?:yes|yeah|yep|yup|sure|okay|ok|do it|do that|go ahead|please do|confirm|confirmed|correct|of course|absolutely)$/,
    no: /^(?:no|nope|nah|don't|dont|do not|don't do it|dont do it|cancel|stop|never mind|nevermind|forget it|leave it|better not)$/,
  },
  de: {
    yes: /^(?:ja|jawohl|jo|klar|gerne|okay|ok|mach das|mach es|tu es|bestätigt|genau|natürlich|auf jeden fall)$/,
    no: /^(?:nein|nee|ne|nicht|abbrechen|lass es|lass das|lieber nicht|stopp|stop|vergiss es|auf keinen fall)$/,
  },
  fr: {
    yes: /^(?:oui|ouais|d'accord|daccord|bien sûr|vas-y|vas y|allez-y|allez y|okay|ok|fais-le|fais le|faites-le|confirmé|je confirme)$/,
    no: /^(?:non|pas du tout|annule|annuler|annulez|laisse tomber|surtout pas|arrête|stop|ne le fais pas)$/,
  },
  es: {
    yes: /^(?:sí|si|claro|vale|de acuerdo|okay|ok|hazlo|adelante|por supuesto|confirmo|confirmado)$/,
    no: /^(?:no|para nada|cancela|cancelar|cancélalo|déjalo|mejor no|no lo hagas|para|stop)$/,
  },
}

const courtesies =
  /(?:^|\s)(?:please|june|thanks|thank you|bitte|danke|s'il te plaît|s'il vous plaît|merci|por favor|gracias)(?=\s|$)/g

/** `yes` or `no`, where a text is surely that and nothing else, in its language; undefined where it is something else. */
export const agreementIn = (text: string, language: string | undefined): 'yes' | 'no' | undefined => {
  const said = plain(text)
  // Said twice is said once: "yes yes", "no, no".
  const [first = '', ...rest] = said.split(' ')
  const once = rest.length > 0 && rest.every(word => word === first) ? first : said
  const own = language === undefined ? undefined : words[mainLanguage(language)]
  // One whose language was misheard, as that of short utterances often is, is still understood: but never against its own language.
  for (const {yes, no} of [...(own ? [own] : []), ...Object.values(words)]) {
    if (yes.test(once)) return 'yes'
    if (no.test(once)) return 'no'
  }
  return undefined
}

const plain = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('’', "'")
    .replaceAll(/[^\p{L}\p{M}\p{N}'\s-]/gu, ' ')
    .replace(courtesies, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()

const refusals: Record<string, string> = {
  en: 'All right, I will leave it.',
  de: 'Gut, ich lasse es.',
  fr: 'Très bien, je ne le fais pas.',
  es: 'De acuerdo, no lo hago.',
}

/** What is said when a person does not want what was asked about. */
export const refusalIn = (language: string | undefined): string =>
  refusals[language === undefined ? 'en' : mainLanguage(language)] ?? 'All right, I will leave it.'

const outcomes: Record<string, {done: string; failed: string}> = {
  en: {done: 'It is done.', failed: 'That did not work.'},
  de: {done: 'Ist erledigt.', failed: 'Das hat nicht geklappt.'},
  fr: {done: "C'est fait.", failed: "Cela n'a pas marché."},
  es: {done: 'Hecho.', failed: 'No ha funcionado.'},
}

/** What is said of what a person agreed to, where no model can tell it. */
export const outcomeIn = (language: string | undefined, isDone: boolean): string => {
  const {done, failed} = outcomes[language === undefined ? 'en' : mainLanguage(language)] ?? {
    done: 'It is done.',
    failed: 'That did not work.',
  }
  return isDone ? done : failed
}
