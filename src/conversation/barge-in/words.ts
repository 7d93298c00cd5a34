/** What people say while they listen, and what they say to have quiet. */
interface ListeningWords {
  /** Said to show that one listens, or by nobody at all: no reason to stop. Plain words, see `plain`. */
  fillers: readonly string[]
  /** Ends an answer at once, alone or with little beside it. */
  stops: readonly string[]
}

const words: Readonly<Record<string, ListeningWords>> = {
  en: {
    fillers:
      `mhm mm mmm hmm hm mmhmm mhmm uhhuh uh huh um umm er ah oh ooh aha ok okay yeah yep yes right sure cool nice wow really good great
      alright exactly indeed so well`.split(/\s+/),
    stops: [
      'stop',
      'wait',
      'hold on',
      'pause',
      'quiet',
      'be quiet',
      'shut up',
      'enough',
      'hang on',
      'one moment',
      'silence',
      'cancel',
    ],
  },
  de: {
    fillers:
      `mhm mm mmm hmm hm äh ähm öh aha ah oh ach ja jo jaja ok okay genau gut stimmt klar so na nun schön super toll echt eben
      richtig`.split(/\s+/),
    stops: [
      'stopp',
      'stop',
      'halt',
      'warte',
      'warte mal',
      'moment',
      'einen moment',
      'ruhe',
      'sei still',
      'still',
      'genug',
      'aufhören',
      'hör auf',
    ],
  },
  fr: {
    fillers:
      `mhm mm mmm hmm hm euh heu ah oh hein oui ouais ok okay daccord d'accord bon bien voilà exact exactement super vraiment
      ben`.split(/\s+/),
    stops: [
      'stop',
      'arrête',
      'arrêtez',
      'attends',
      'attendez',
      'un instant',
      'un moment',
      'silence',
      'tais toi',
      'assez',
      'pause',
    ],
  },
  es: {
    fillers: `mhm mm mmm hmm hm eh em ah oh ajá sí si ya vale ok okay claro bueno bien exacto pues genial`.split(/\s+/),
    stops: [
      'para',
      'alto',
      'espera',
      'espere',
      'un momento',
      'silencio',
      'cállate',
      'basta',
      'stop',
      'detente',
      'pausa',
    ],
  },
  it: {
    fillers: `mhm mm mmm hmm hm eh ehm ah oh sì si ok okay certo bene va esatto bello davvero`.split(/\s+/),
    stops: [
      'stop',
      'ferma',
      'fermati',
      'aspetta',
      'un momento',
      'un attimo',
      'silenzio',
      'basta',
      'zitto',
      'zitta',
      'pausa',
    ],
  },
}

/** Of the language, and English, which recognisers write for sounds of any; of all where it is not known. */
export const listeningWords = (language: string | undefined): {fillers: Set<string>; stops: readonly string[]} => {
  const own = language === undefined ? undefined : words[language]
  const some = own ? [own, words['en'] as ListeningWords] : Object.values(words)
  return {
    fillers: new Set(some.flatMap(({fillers}) => fillers)),
    stops: [...new Set(some.flatMap(({stops}) => stops))],
  }
}
