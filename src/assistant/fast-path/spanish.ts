import {numberWords} from './number-words.ts'
import type {FastWords} from './words.ts'

const numbers = numberWords(
  'cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve',
  'veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa',
  (ten, unit, value) => (value < 30 ? [`veinti${unit}`] : [`${ten} y ${unit}`]),
  {un: 1, una: 1, veintiún: 21, veintidós: 22, veintitrés: 23, veintiséis: 26, dieciseis: 16},
)

export const spanish: FastWords = {
  locale: 'es-ES',
  courtesies: {
    before: /^(?:(?:oye|hola|ok|okay|vale|june|por favor|pues|eh|bueno)(?: |$))+/,
    after: /(?: (?:por favor|june|ahora|gracias))+$/,
  },
  time: /^(?:qué hora es|qué horas son|que hora es|(?:dime|dame) la hora|la hora|sabes qué hora es)$/,
  date: /^(?:qué (?:día|fecha) es(?: hoy)?|que (?:día|dia|fecha) es(?: hoy)?|a qué (?:día )?estamos(?: hoy)?|cuál es la fecha(?: de hoy)?|qué día es hoy)$/,
  stop: /^(?:para|basta|detente|cállate|silencio|stop|ya basta|es suficiente)$/,
  repeat:
    /^(?:repite(?: eso)?|repítelo|(?:puedes )?repetir(?: eso)?|dilo (?:otra vez|de nuevo)|otra vez|qué has dicho|qué dijiste|cómo dices)$/,
  louder: /^(?:(?:habla |un poco )?más (?:alto|fuerte)|sube el (?:volumen|sonido))$/,
  quieter: /^(?:(?:habla |un poco )?más (?:bajo|flojo)|baja el (?:volumen|sonido))$/,
  volume: /^(?:(?:pon |sube |baja )?(?:el )?volumen (?:al? )?)(\S+)(?: por ciento)?$/,
  timer:
    /^(?:(?:pon|ponme|inicia|crea|programa)(?:me)? )?(?:un |el )?(?:temporizador|timer|cronómetro|minutero) (?:de|para|a|por) (.+)$/,
  listTimers:
    /^(?:qué (?:temporizadores|recordatorios)(?: tengo| hay)?|(?:lista|muestra|dime) (?:todos )?mis (?:temporizadores|recordatorios)|cuánto tiempo (?:falta|queda))$/,
  cancelTimer:
    /^(?:cancela|para|detén|borra|quita|elimina) (?:el |los |mi |mis |todos los |todos mis )?(?:temporizador(?:es)?|timers?|recordatorios?)$/,
  reminderWord: /recordatorio/,
  reminders: [
    /^recuérdame (?<when>(?:en|a las|mañana|hoy|esta noche|el)\b.*?) (?:que |de )(?<text>.+)$/,
    /^recuérdame (?:que |de )?(?<text>.+?) (?<when>(?:en \S+(?: \S+)? (?:segundos?|minutos?|horas?|días?|semanas?)|(?:mañana|esta noche|hoy|a las? \d).*))$/,
  ],
  know: /^(?:qué sabes (?:de|sobre) mí|que sabes (?:de|sobre) mi|qué sabes de mi|qué recuerdas (?:de|sobre) mí)$/,
  forgetThat: /^(?:olvida (?:eso|esto|lo que (?:acabo de decir|he dicho|dije)))$/,
  forgetAll:
    /^(?:olvida todo(?: (?:sobre mí|lo que sabes(?: (?:de|sobre) mí)?))?|olvídame|borra todo(?: (?:sobre mí|lo que sabes(?: (?:de|sobre) mí)?))?)$/,
  remember: /^(?:recuerda|acuérdate|apunta|no olvides)(?: de)? que (.+)$/,
  sum: /^(?:cuánto (?:es|son|da)|cuanto (?:es|son|da)|calcula)? ?(.+?)$/,
  operators: {
    más: '+',
    mas: '+',
    y: '+',
    menos: '-',
    por: '*',
    'multiplicado por': '*',
    entre: '/',
    'dividido entre': '/',
    'dividido por': '/',
  },
  units: [
    [/^segundos?$/, 1],
    [/^minutos?$/, 60],
    [/^horas?$/, 3600],
    [/^días?$/, 86_400],
  ],
  numbers,
  and: /^y$/,
  half: {hour: /^media hora$/, andHalf: /^(.+ horas?) y media$/},
  say: {
    time: time => `${/^1:/.test(time) ? 'Es la' : 'Son las'} ${time}.`,
    date: date => `Hoy es ${date}.`,
    sum: (question, result) => `${question} son ${result}.`,
    spoken: {'+': 'más', '-': 'menos', '*': 'por', '/': 'entre'},
    minus: 'menos',
    divideByZero: 'No se puede dividir por cero.',
    timer: length => `El temporizador está en marcha: ${length}.`,
    reminder: when => `Te lo recordaré, ${when}.`,
    noTimers: 'No hay temporizadores ni recordatorios.',
    cancelled: 'Está cancelado.',
    timers: lines => `Hay ${lines.length}: ${lines.join('; ')}.`,
    nothingKnown: 'Todavía no sé nada de ti.',
    known: facts => `Esto es lo que sé de ti: ${facts.join(' ')}`,
    forgotten: 'Lo he olvidado.',
    nothingToForget: 'No había apuntado nada.',
    remembered: 'Lo recordaré.',
    nothingSaid: 'Todavía no he dicho nada.',
    louder: 'Más alto.',
    quieter: 'Más bajo.',
    volume: percent => `Volumen al ${percent} por ciento.`,
    excuse: heard => `He oído: ${heard}. Soy una demostración sin modelo de lenguaje y no puedo responder a eso.`,
  },
}
