// Which language a message asks June to speak, if it asks for one at all.
import {askedLanguage} from '@essence/core/channel/language/asked-language'
import {languageNamed, ownName} from '@essence/core/channel/language/language-names'
import {describe, expect, it} from 'vitest'

describe('askedLanguage', () => {
  it.each([
    ['Speak German, please.', 'de'],
    ['June, switch to French!', 'fr'],
    ['Please change the language to Norwegian', 'no'],
    ['let’s speak Chinese', 'zh'],
    ['Sprich Deutsch', 'de'],
    ['Sprich bitte Englisch.', 'en'],
    ['Bitte sprich jetzt Englisch', 'en'],
    ['Bitte, June: sprich Englisch mit mir.', 'en'],
    ['Lass uns Italienisch reden', 'it'],
    ['Parle français, s’il te plaît.', 'fr'],
    ["Passe à l'anglais", 'en'],
    ['Parle-moi en allemand', 'de'],
    ['Háblame en inglés, por favor', 'en'],
    ['Cambia al español.', 'es'],
    ['Parliamo in italiano', 'it'],
    ['Fale comigo em português, por favor.', 'pt'],
    ['Говори по-русски, пожалуйста', 'ru'],
    ['Переключись на английский', 'en'],
    ['日本語で話してください。', 'ja'],
    ['英語に切り替えて', 'en'],
    ['한국어로 말해 주세요', 'ko'],
    ['请说中文', 'zh'],
    ['用德语和我说话吧。', 'de'],
    ['切换到英文', 'en'],
    ['تحدث معي بالعربية من فضلك', 'ar'],
    ['غيّر اللغة إلى الإنجليزية', 'en'],
    ['हिंदी में बोलो', 'hi'],
    ['कृपया अंग्रेज़ी में बात कीजिए।', 'en'],
    ['Spreek Nederlands met me', 'nl'],
    ['Byt till svenska, tack', 'sv'],
    ['Snakk norsk', 'no'],
    ['Tal dansk med mig', 'da'],
    ['Puhu suomea!', 'fi'],
    ['Puhu minulle ruotsia', 'sv'],
    ['Mów po polsku', 'pl'],
    ['Zmień język na niemiecki, proszę', 'de'],
    ['Lütfen Türkçe konuş', 'tr'],
    ['İngilizceye geç', 'en'],
    ['Μίλα μου ελληνικά', 'el'],
    ['SPEAK ENGLISH', 'en'],
  ])('%s → %s', (text, language) => {
    expect(askedLanguage(text)).toBe(language)
  })

  it.each([
    'Do you speak German?',
    'Speak German?',
    '¿Hablas inglés?',
    'Fala inglês?',
    'How do you say hello in German',
    'Answer in German',
    'Speak German to my mother when she calls',
    'She speaks German',
    'German',
    'Speak',
    'Please',
    'June, please',
    'Switch to Klingon',
    'Change the language to Swahili',
    'Erzähl mir, wie ich Deutsch lernen kann',
    '',
    '…',
    'please '.repeat(11),
    `speak german${' '.repeat(100_000)}`,
  ])('%s asks for none', text => {
    expect(askedLanguage(text)).toBeUndefined()
  })
})

describe('languageNamed', () => {
  it.each([
    ['de', 'de'],
    ['pt_BR', 'pt'],
    ['German', 'de'],
    ['DEUTSCH', 'de'],
    ['немецкий', 'de'],
    ['allemand', 'de'],
    ['Ελληνικά', 'el'],
    ['हिंदी', 'hi'],
    ['norsk bokmål', 'no'],
    ['nb', 'no'],
    ['Klingon', undefined],
    ['tlh', undefined],
    ['', undefined],
  ])('%s is %s', (asked, language) => {
    expect(languageNamed(asked)).toBe(language)
  })

  it('knows what each calls itself', () => {
    expect(['en', 'de', 'ru', 'tr', 'ja'].map(tag => ownName(tag as 'en'))).toEqual([
      ...['English', 'Deutsch', 'Русский', 'Türkçe', '日本語'],
    ])
  })
})
