import {sentenceLanguage} from '@essence/core/text/sentence-language'
import {describe, expect, it} from 'vitest'

describe('the language a sentence is spoken in', () => {
  it.each([
    ['en', 'Das Wetter ist heute schön.', 'de'],
    ['en', 'Paris est la capitale de la France.', 'fr'],
    ['en', 'Hoy hace buen tiempo.', 'es'],
    ['es', 'Paris é a capital da França.', 'pt'],
    ['de', 'The weather is fine today.', 'en'],
    ['en', '今天天气很好。', 'zh'],
    ['de', 'Сегодня хорошая погода.', 'ru'],
    [undefined, 'Das Wetter ist heute schön.', 'de'],
  ])('expected %s: "%s" is in %s', (expected, sentence, language) => {
    expect(sentenceLanguage(sentence, expected)).toBe(language)
  })

  it.each([
    ['de', 'OK.'],
    ['de', 'Ja, gerne!'],
    ['en', 'Hello!'],
    ['en', 'La Traviata.'],
    ['en', 'Bach, Mozart, Beethoven.'],
    ['en', 'Angela Merkel was born in Hamburg.'],
    ['en', 'Garçon, croissant and déjà vu are French words.'],
    ['en', 'You can visit Heidelberg, Rothenburg and Neuschwanstein.'],
    ['de', 'Das Meeting ist im Conference Room.'],
    ['pt-BR', 'Hoje o tempo está bom.'],
    ['nb', 'Været er fint i dag.'],
    ['de', '12 345'],
    [undefined, 'OK.'],
    [undefined, 'Paris é a capital da França.'],
  ])('expected %s: "%s" tells nothing else', (expected, sentence) => {
    expect(sentenceLanguage(sentence, expected)).toBe(expected)
  })
})
