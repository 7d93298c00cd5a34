import {numberWords} from './number-words.ts'
import type {FastWords} from './words.ts'

const numbers = numberWords(
  'null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn',
  'zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig',
  (ten, unit) => [`${unit === 'eins' ? 'ein' : unit}und${ten}`],
  {ein: 1, eine: 1, einen: 1, einer: 1, zwo: 2, dreissig: 30},
)

export const german: FastWords = {
  locale: 'de-DE',
  courtesies: {
    before: /^(?:(?:hey|hallo|ok|okay|june|bitte|also|äh|na|so)(?: |$))+/,
    after: /(?: (?:bitte|june|jetzt|denn|eigentlich|danke))+$/,
  },
  time: /^(?:wie spät ist es(?: gerade)?|wie viel uhr ist es|wieviel uhr ist es|(?:sag|sage) mir (?:die uhrzeit|wie spät es ist)|(?:was ist )?die uhrzeit|weißt du wie spät es ist)$/,
  date: /^(?:welche[rns]? (?:tag|datum|wochentag) (?:ist|haben wir)(?: heute)?|was für ein tag ist heute|der wievielte ist(?: es)?(?: heute)?|den wievielten haben wir(?: heute)?|welches datum ist heute)$/,
  stop: /^(?:stopp?|halt|hör auf|aufhören|sei still|still|ruhe|genug|schluss|das reicht|schweig)$/,
  repeat:
    /^(?:(?:kannst du das |sag das |sag es |sage das )?(?:noch ?mal|noch einmal)(?: sagen)?|wiederhole?(?: das| es)?|(?:kannst du das )?(?:bitte )?wiederholen|was hast du gesagt|wie bitte)$/,
  louder:
    /^(?:(?:etwas |ein bisschen |sprich |sprich etwas |mach )?lauter|lautstärke höher|mach(?:e)? (?:es )?lauter)$/,
  quieter:
    /^(?:(?:etwas |ein bisschen |sprich |sprich etwas |mach )?leiser|lautstärke (?:niedriger|runter)|mach(?:e)? (?:es )?leiser)$/,
  volume: /^(?:(?:stell(?:e)? |setz(?:e)? )?(?:die )?lautstärke (?:auf )?)(\S+)(?: prozent)?$/,
  timer:
    /^(?:(?:stell(?:e)?|start(?:e)?|setz(?:e)?|mach(?:e)?)(?: mir)? )?(?:einen |den )?(?:timer|wecker|kurzzeitwecker) (?:auf|für|von|in) (.+?)(?: (?:ein|an))?$/,
  listTimers:
    /^(?:(?:welche|was für) (?:timer|erinnerungen)(?: habe ich| laufen| gibt es| sind gestellt)?|(?:zeig|nenn|sag)(?:e)? mir (?:alle )?meine (?:timer|erinnerungen)|wie lange läuft der timer noch)$/,
  cancelTimer:
    /^(?:(?:lösch(?:e)?|stopp(?:e)?|beend(?:e)?|brich) (?:den |die |meinen |meine |alle |alle meine )?(?:timer|wecker|erinnerung(?:en)?)(?: ab)?|(?:timer|wecker|erinnerung(?:en)?) (?:löschen|stoppen|abbrechen|aus))$/,
  reminderWord: /erinnerung/,
  reminders: [
    /^erinner(?:e)? mich (?<when>(?:in|um|am|morgen|heute|übermorgen|nächste[nrs]?)(?: |\b).*?) (?:daran |an )(?:dass |den |die |das |meinen |meine |mein )?(?<text>.+)$/,
    /^erinner(?:e)? mich (?:daran |an )(?<text>.+?) (?<when>(?:in (?:\S+) (?:sekunden?|minuten?|stunden?|tagen?|wochen?)|(?:morgen|heute|übermorgen|um \d).*))$/,
  ],
  know: /^(?:was weißt du (?:über|von) mi(?:ch|r)|was hast du dir (?:über|von) mi(?:ch|r) gemerkt|was weißt du alles über mich)$/,
  forgetThat: /^(?:vergiss (?:das|dies)(?: wieder)?|vergiss was ich (?:gerade |eben )?gesagt habe|merk dir das nicht)$/,
  forgetAll:
    /^(?:vergiss (?:alles|mich)(?: (?:über mich|von mir|was du (?:über mich|von mir) weißt))?|lösch(?:e)? alles(?: (?:über mich|was du über mich weißt))?)$/,
  remember: /^(?:merk(?:e)? dir|denk(?:e)? daran|vergiss nicht)(?: bitte)? dass (.+)$/,
  sum: /^(?:was (?:ist|ergibt|macht)|wie ?viel (?:ist|sind|ergibt|macht)|rechne|berechne)? ?(.+?)$/,
  operators: {plus: '+', und: '+', minus: '-', weniger: '-', mal: '*', 'geteilt durch': '/', durch: '/'},
  units: [
    [/^sekunden?$/, 1],
    [/^minuten?$/, 60],
    [/^stunden?$/, 3600],
    [/^tage?n?$/, 86_400],
  ],
  numbers,
  and: /^und$/,
  half: {hour: /^(?:eine(?:r)? )?halbe(?:n)? stunde$/, andHalf: /^(.+)einhalb stunden$|^(.+) und eine halbe stunde$/},
  say: {
    time: time => `Es ist ${time}.`,
    date: date => `Heute ist ${date}.`,
    sum: (question, result) => `${question} ist ${result}.`,
    spoken: {'+': 'plus', '-': 'minus', '*': 'mal', '/': 'geteilt durch'},
    minus: 'minus',
    divideByZero: 'Durch null kann man nicht teilen.',
    timer: length => `Der Timer läuft: ${length}.`,
    reminder: when => `Ich erinnere dich, ${when}.`,
    noTimers: 'Es gibt keine Timer oder Erinnerungen.',
    cancelled: 'Ist gelöscht.',
    timers: lines => `Es ${lines.length === 1 ? 'gibt eins' : `gibt ${lines.length}`}: ${lines.join('; ')}.`,
    nothingKnown: 'Ich weiß noch nichts über dich.',
    known: facts => `Das weiß ich über dich: ${facts.join(' ')}`,
    forgotten: 'Das habe ich vergessen.',
    nothingToForget: 'Ich hatte mir nichts gemerkt.',
    remembered: 'Das merke ich mir.',
    nothingSaid: 'Ich habe noch nichts gesagt.',
    louder: 'Lauter.',
    quieter: 'Leiser.',
    volume: percent => `Lautstärke ${percent} Prozent.`,
    excuse: heard =>
      `Ich habe gehört: ${heard}. Ich bin eine Vorführung ohne Sprachmodell und kann das nicht beantworten.`,
  },
}
