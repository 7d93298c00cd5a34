import {numberWords} from './number-words.ts'
import type {FastWords} from './words.ts'

const numbers = numberWords(
  'zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf',
  'vingt trente quarante cinquante soixante septante quatre-vingts nonante',
  (ten, unit) => [`${ten}-${unit}`, `${ten} ${unit}`, ...(unit === 'un' ? [`${ten} et un`, `${ten}-et-un`] : [])],
  {
    une: 1,
    'soixante-dix': 70,
    'quatre-vingt': 80,
    'quatre-vingt-dix': 90,
    'dix sept': 17,
    'dix huit': 18,
    'dix neuf': 19,
  },
)

export const french: FastWords = {
  locale: 'fr-FR',
  courtesies: {
    before: /^(?:(?:hé|salut|bonjour|ok|okay|june|alors|euh|dis|s'il te plaît|s'il vous plaît)(?: |$))+/,
    after: /(?: (?:s'il te plaît|s'il vous plaît|june|maintenant|merci))+$/,
  },
  time: /^(?:quelle heure (?:est-il|est il|il est)|il est quelle heure|(?:dis|donne)(?:-| )moi l'heure|tu as l'heure|l'heure)$/,
  date: /^(?:quel jour (?:sommes-nous|sommes nous|on est|est-on|est-ce)(?: aujourd'hui)?|quelle est la date(?: d'aujourd'hui| aujourd'hui)?|on est quel jour(?: aujourd'hui)?|quelle date sommes-nous)$/,
  stop: /^(?:stop|arrête|arrête-toi|arrêtez|tais-toi|silence|ça suffit|assez|chut)$/,
  repeat:
    /^(?:répète|répétez|répète(?: ça| cela)|(?:peux-tu|tu peux) répéter(?: ça)?|redis(?:-le)?|qu'est-ce que tu as dit|encore une fois|pardon)$/,
  louder: /^(?:(?:parle |un peu )?plus fort|monte le (?:son|volume)|augmente le (?:son|volume))$/,
  quieter: /^(?:(?:parle )?(?:moins fort|plus bas|plus doucement)|baisse le (?:son|volume)|diminue le (?:son|volume))$/,
  volume: /^(?:(?:mets |règle )?(?:le )?(?:volume|son) (?:à )?)(\S+)(?: pour ?cent)?$/,
  timer:
    /^(?:(?:mets|lance|démarre|règle|programme|fais)(?:-| )?(?:moi )?)?(?: ?un | ?le )?(?:minuteur|minuterie|timer|compte à rebours) (?:de|pour|sur|à) (.+)$/,
  listTimers:
    /^(?:quels (?:minuteurs|rappels)(?: ai-je| j'ai| sont en cours)?|(?:liste|montre|dis)(?:-| )?(?:moi )?(?:tous )?mes (?:minuteurs|rappels)|combien de temps reste-t-il)$/,
  cancelTimer:
    /^(?:annule|arrête|supprime|efface) (?:le |mon |mes |les |tous mes |tous les )?(?:minuteurs?|minuterie|timers?|rappels?)$/,
  reminderWord: /rappel/,
  reminders: [
    /^rappelle(?:-| )moi (?<when>(?:dans|à|demain|ce soir|aujourd'hui|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b.*?) (?:de |d'|que )(?<text>.+)$/,
    /^rappelle(?:-| )moi (?:de |d'|que )(?<text>.+?) (?<when>(?:dans \S+(?: \S+)? (?:secondes?|minutes?|heures?|jours?|semaines?)|(?:demain|ce soir|à \d).*))$/,
  ],
  know: /^(?:que sais-tu (?:de|sur) moi|qu'est-ce que tu sais (?:de|sur) moi|qu'est ce que tu sais (?:de|sur) moi|tu sais quoi (?:de|sur) moi|que savez-vous (?:de|sur) moi)$/,
  forgetThat: /^(?:oublie (?:ça|cela|le)|oublie-le|oublie ce que (?:je viens de dire|j'ai dit))$/,
  forgetAll:
    /^(?:oublie tout(?: (?:sur moi|ce que tu sais(?: (?:de|sur) moi)?))?|oublie-moi|efface tout(?: (?:sur moi|ce que tu sais(?: (?:de|sur) moi)?))?)$/,
  remember: /^(?:souviens-toi|retiens|note|n'oublie pas)(?: bien)? qu(?:e |')(.+)$/,
  sum: /^(?:combien (?:font|fait|ça fait)|ça fait combien|calcule)? ?(.+?)(?: (?:font|fait)(?: combien)?)?$/,
  operators: {plus: '+', et: '+', moins: '-', fois: '*', 'multiplié par': '*', 'divisé par': '/', sur: '/'},
  units: [
    [/^secondes?$/, 1],
    [/^minutes?$/, 60],
    [/^heures?$/, 3600],
    [/^jours?$/, 86_400],
  ],
  numbers,
  and: /^et$/,
  half: {hour: /^une demi(?:-| )heure$/, andHalf: /^(.+ heures?) et demie?$/},
  say: {
    time: time => `Il est ${time}.`,
    date: date => `Nous sommes le ${date}.`,
    sum: (question, result) => `${question} font ${result}.`,
    spoken: {'+': 'plus', '-': 'moins', '*': 'fois', '/': 'divisé par'},
    minus: 'moins',
    divideByZero: 'On ne peut pas diviser par zéro.',
    timer: length => `Le minuteur est lancé : ${length}.`,
    reminder: when => `Je vous le rappellerai, ${when}.`,
    noTimers: "Il n'y a ni minuteur ni rappel.",
    cancelled: "C'est annulé.",
    timers: lines => `Il y en a ${lines.length} : ${lines.join(' ; ')}.`,
    nothingKnown: 'Je ne sais encore rien de vous.',
    known: facts => `Voici ce que je sais de vous : ${facts.join(' ')}`,
    forgotten: "C'est oublié.",
    nothingToForget: "Je n'avais rien noté.",
    remembered: "Je m'en souviendrai.",
    nothingSaid: "Je n'ai encore rien dit.",
    louder: 'Plus fort.',
    quieter: 'Moins fort.',
    volume: percent => `Volume à ${percent} pour cent.`,
    excuse: heard =>
      `J'ai entendu : ${heard}. Je suis une démonstration sans modèle de langage et je ne peux pas y répondre.`,
  },
}
