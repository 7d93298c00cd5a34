import type {SpokenLanguage} from '../words/words.ts'

/** How people ask for another language, and what surrounds that. */
interface Phrases {
  /** Whole sentences; `{}` is the language, `{form}` the form that `form` makes of its name. */
  ask: readonly string[]
  form?: (name: string) => string
  /** What may stand before or behind. */
  polite: readonly string[]
}

/** Only what can mean nothing else: “answer in German” may be about one answer, “do you speak German” asks. */
export const changePhrases: Record<SpokenLanguage, Phrases> = {
  en: {
    ask: [
      ...['speak {}', 'speak in {}', 'speak {} with me', 'speak {} to me', 'talk to me in {}', "let's speak {}"],
      ...['switch to {}', 'change to {}', 'switch the language to {}', 'switch language to {}'],
      ...['change the language to {}', 'change language to {}', 'set the language to {}', 'set language to {}'],
    ],
    polite: ['please', 'now', 'from now on'],
  },
  es: {
    ask: [
      ...['habla {}', 'habla en {}', 'háblame en {}', 'habla {} conmigo', 'hablemos {}', 'hablemos en {}'],
      ...['cambia a {}', 'cambia al {}', 'cambia el idioma a {}', 'cambia el idioma al {}', 'pon el idioma en {}'],
    ],
    polite: ['por favor', 'ahora'],
  },
  fr: {
    ask: [
      ...['parle {}', 'parle en {}', 'parle-moi {}', 'parle-moi en {}', 'parle {} avec moi', 'parlons {}'],
      ...['passe au {}', 'passe à l’{}', 'passe en {}', 'change la langue en {}', 'mets la langue en {}'],
    ],
    polite: ['s’il te plaît', 's’il vous plaît', 'maintenant'],
  },
  de: {
    ask: [
      ...['sprich {}', 'sprich auf {}', 'sprich {} mit mir', 'sprich mit mir {}', 'rede {} mit mir', 'rede {}'],
      ...['lass uns {} sprechen', 'lass uns {} reden', 'wechsle zu {}', 'wechsle auf {}', 'wechsle ins {}e'],
      ...['wechsle die Sprache zu {}', 'ändere die Sprache auf {}', 'ändere die Sprache zu {}'],
      ...['stell die Sprache auf {}', 'stelle die Sprache auf {}', 'schalte auf {} um', 'stell auf {} um'],
    ],
    polite: ['bitte', 'jetzt', 'ab jetzt'],
  },
  it: {
    ask: [
      ...['parla {}', 'parla in {}', 'parlami in {}', 'parla {} con me', 'parliamo {}', 'parliamo in {}'],
      ...['passa al {}', 'passa all’{}', 'passa allo {}', 'cambia lingua in {}', 'cambia la lingua in {}'],
    ],
    polite: ['per favore', 'per piacere', 'adesso', 'ora'],
  },
  pt: {
    ask: [
      ...['fala {}', 'fale {}', 'fala em {}', 'fale em {}', 'fala comigo em {}', 'fale comigo em {}'],
      ...['vamos falar {}', 'vamos falar em {}', 'muda para {}', 'mude para {}', 'muda a língua para {}'],
      ...['mude a língua para {}', 'muda o idioma para {}', 'mude o idioma para {}'],
    ],
    polite: ['por favor', 'se faz favor', 'agora'],
  },
  ru: {
    ask: [
      ...['говори {form}', 'говори со мной {form}', 'давай говорить {form}', 'говорите {form}', 'давай {form}'],
      ...['перейди на {}', 'перейди на {} язык', 'переключись на {}', 'переключись на {} язык'],
      ...['смени язык на {}', 'поменяй язык на {}', 'измени язык на {}'],
    ],
    form: name => (name.endsWith('ий') ? `по-${name.slice(0, -1)}` : `на ${name}`),
    polite: ['пожалуйста', 'теперь'],
  },
  ja: {
    ask: [
      ...['{}で話して', '{}で話しましょう', '{}で喋って', '{}でしゃべって', '{}に切り替えて', '{}に変えて'],
      ...['言語を{}に変えて', '言語を{}に切り替えて', '言語を{}にして'],
    ],
    polite: ['ください', 'お願いします', 'これからは'],
  },
  ko: {
    ask: [
      ...['{}로 말해', '{}로 말해 줘', '{}로 말해 주세요', '{}로 이야기해 줘', '{}로 이야기해 주세요', '{}로 바꿔'],
      ...['{}로 바꿔 줘', '{}로 바꿔 주세요', '언어를 {}로 바꿔 줘', '언어를 {}로 바꿔 주세요'],
    ],
    polite: ['이제', '지금'],
  },
  zh: {
    ask: [
      ...['说{}', '讲{}', '用{}说', '用{}说话', '用{}和我说话', '用{}跟我说话', '改用{}', '改说{}', '切换到{}'],
      ...['切换成{}', '换成{}', '把语言改成{}', '把语言换成{}', '把语言切换到{}'],
      ...['说{form}', '讲{form}', '用{form}说', '改用{form}', '切换到{form}', '换成{form}'],
    ],
    form: name => name.replace(/语$/, '文'),
    polite: ['请', '现在', '吧'],
  },
  ar: {
    ask: [
      ...['تحدث {form}', 'تحدثي {form}', 'تكلم {form}', 'تكلمي {form}', 'تحدث معي {form}', 'تحدثي معي {form}'],
      ...['تكلم معي {form}', 'تكلمي معي {form}', 'غير اللغة إلى {}', 'غيري اللغة إلى {}', 'انتقل إلى {}'],
    ],
    form: name => `ب${name}`,
    polite: ['من فضلك', 'رجاء', 'الآن'],
  },
  hi: {
    ask: [
      ...['{} बोलो', '{} बोलिए', '{} में बोलो', '{} में बोलिए', '{} में बात करो', '{} में बात कीजिए'],
      ...['मुझसे {} में बात करो', 'मुझसे {} में बात कीजिए', 'भाषा {} करो', 'भाषा {} कर दो', 'भाषा {} कीजिए'],
    ],
    polite: ['कृपया', 'अब'],
  },
  nl: {
    ask: [
      ...['spreek {}', 'spreek {} met me', 'spreek {} met mij', 'praat {}', 'praat {} met me', 'praat {} met mij'],
      ...['laten we {} spreken', 'laten we {} praten', 'schakel over naar {}', 'wissel naar {}'],
      ...['verander de taal naar {}', 'verander de taal in {}', 'zet de taal op {}'],
    ],
    polite: ['alsjeblieft', 'alstublieft', 'nu'],
  },
  sv: {
    ask: [
      ...['prata {}', 'prata {} med mig', 'tala {}', 'tala {} med mig', 'byt till {}', 'byt språk till {}'],
      ...['ändra språk till {}', 'ändra språket till {}', 'växla till {}'],
    ],
    polite: ['tack', 'snälla', 'nu'],
  },
  no: {
    ask: [
      ...['snakk {}', 'snakk {} med meg', 'prat {}', 'prat {} med meg', 'bytt til {}', 'bytt språk til {}'],
      ...['endre språk til {}', 'endre språket til {}'],
    ],
    polite: ['vær så snill', 'er du snill', 'nå'],
  },
  da: {
    ask: [
      ...['tal {}', 'tal {} med mig', 'snak {}', 'snak {} med mig', 'skift til {}', 'skift sprog til {}'],
      ...['skift sproget til {}', 'ændr sproget til {}'],
    ],
    polite: ['vær så venlig', 'tak', 'nu'],
  },
  fi: {
    ask: ['puhu {form}', 'puhu {form} kanssani', 'puhu minulle {form}', 'puhutaan {form}', 'vaihda kieleksi {}'],
    form: name => (name === 'suomi' ? 'suomea' : `${name}${/[aou]/.test(name) ? 'a' : 'ä'}`),
    polite: ['ole hyvä', 'kiitos', 'nyt'],
  },
  pl: {
    ask: [
      ...['mów {form}', 'mów do mnie {form}', 'mów ze mną {form}', 'rozmawiaj ze mną {form}', 'rozmawiajmy {form}'],
      ...['przełącz na {}', 'przełącz się na {}', 'przejdź na {}', 'zmień język na {}'],
    ],
    form: name => (name.endsWith('i') && name !== 'hindi' ? `po ${name.slice(0, -1)}u` : `w ${name}`),
    polite: ['proszę', 'teraz'],
  },
  tr: {
    ask: [
      ...['{} konuş', 'benimle {} konuş', '{} konuşalım', '{}ya geç', '{}ye geç', 'dili {} yap'],
      ...['dili {} olarak değiştir', 'dili {} olarak ayarla'],
    ],
    polite: ['lütfen', 'şimdi', 'artık'],
  },
  el: {
    ask: [
      ...['μίλα {}', 'μίλα μου {}', 'μίλα μου στα {}', 'μίλα στα {}', 'μίλησε {}', 'μίλησέ μου {}', 'μίλα μαζί μου {}'],
      ...['ας μιλήσουμε {}', 'άλλαξε γλώσσα σε {}', 'άλλαξε τη γλώσσα σε {}', 'άλλαξε σε {}'],
    ],
    polite: ['παρακαλώ', 'σε παρακαλώ', 'τώρα'],
  },
}
