import {sentenceChunker} from '@essence/core/text/sentence-chunker'
import {english as englishWords} from '@essence/core/tts/normalize/english/english'
import {englishPasses} from '@essence/core/tts/normalize/english/passes'
import {german as germanWords} from '@essence/core/tts/normalize/german/german'
import {germanPasses} from '@essence/core/tts/normalize/german/passes'
import {normalizeText} from '@essence/core/tts/normalize/normalize'
import {speechText} from '@essence/core/voice/speech-text'
import {describe, expect, it} from 'vitest'

/** From what a model writes to the words a voice gets. */
const said = (written: string, language: string): string => normalizeText(speechText(written), language)

const english: [written: string, spoken: string][] = [
  // codes, digit by digit; ISBN by the groups of ISO 2108, ZIP codes after the states of USPS Publication 28
  [
    'Beverly Hills, CA 90210 is a famous ZIP code.',
    'Beverly Hills, California nine zero two one zero is a famous ZIP code.',
  ],
  ['Springfield, IL 62701-1234', 'Springfield, Illinois six two seven zero one, one two three four'],
  ['He lives in Austin TX 78701.', 'He lives in Austin Texas seven eight seven zero one.'],
  ['My SSN is 123-45-6789.', 'My S-S-N is one two three, four five, six seven eight nine.'],
  ['ISBN 978-3-16-148410-0', 'I-S-B-N nine seven eight, three, one six, one four eight four one zero, zero'],
  [
    'ISBN-13: 978-0-306-40615-7',
    'I-S-B-N thirteen: nine seven eight, zero, three zero six, four zero six one five, seven',
  ],
  ['ISBN 0-8044-2957-X', 'I-S-B-N zero, eight zero four four, two nine five seven, X'],
  ['ISSN 0317-8471', 'I-S-S-N zero three one seven, eight four seven one'],
  ['Your order #48213 ships today', 'Your order number four eight two one three ships today'],
  ['Order number 5531 was sent.', 'Order number five five three one was sent.'],
  ['Ticket #1023 is open.', 'Ticket number one zero two three is open.'],
  ['Your confirmation code is XK4P9Q.', 'Your confirmation code is X-K four P nine Q.'],
  ['The account number is 12345678.', 'The account number is one two three four five six seven eight.'],
  ['serial number 8X4-2231', 'serial number eight X four, two two three one'],
  ['Your PIN is 1234.', 'Your pin is one two three four.'],
  ['The ID 12345', 'The I-D one two three four five'],
  ['Area code 415.', 'Area code four one five.'],
  ['Use extension 204.', 'Use extension two zero four.'],
  ['your card ends in 4242', 'your card ends in four two four two'],
  ['Visa ending in 4242.', 'Visa ending in four two four two.'],
  ['the last four digits are 0042', 'the last four digits are zero zero four two'],
  // no codes
  ['Call OK 12345 now.', 'Call OK twelve thousand three hundred forty-five now.'],
  ['We order 5000 units.', 'We order five thousand units.'],
  ['Case 12 was closed.', 'Case twelve was closed.'],
  ['The case: 500 people came.', 'The case: five hundred people came.'],
  ['The war ended in 1945.', 'The war ended in nineteen forty-five.'],
  ['The number ends in 3.', 'The number ends in three.'],
  ['The order is 300 dollars.', 'The order is three hundred dollars.'],
  ['90210 people', 'ninety thousand two hundred ten people'],
  // expiry dates; month and year on a card, ISO/IEC 7813
  ['Your card expires 09/27.', 'Your card expires September twenty twenty-seven.'],
  ['The card expires 9/27.', 'The card expires September twenty twenty-seven.'],
  ['exp. 12/2028', 'expires December twenty twenty-eight'],
  ['Valid thru 05/28.', 'Valid through May twenty twenty-eight.'],
  ['The milk expires 9/27.', 'The milk expires September twenty-seventh.'],
  ['It is 9/27 of it.', 'It is nine twenty-sevenths of it.'],
  // flights in group form, FAA JO 7110.65, 2-4-15; rooms, roads and models in pairs
  ['Flight UA 1549', 'Flight U-A fifteen forty-nine'],
  ['Flight LH 400 to JFK.', 'Flight L-H four hundred to J-F-K.'],
  ['Flight 370 vanished.', 'Flight three seventy vanished.'],
  ['United flight 93', 'United flight ninety-three'],
  ['Boeing 747', 'Boeing seven forty-seven'],
  ['room 101', 'room one oh one'],
  ['Rooms 1408 and 12', 'Rooms fourteen oh eight and twelve'],
  ['Suite 350', 'Suite three fifty'],
  ['Route 101 and I-405', 'Route one oh one and I four oh five'],
  ['an Xbox 360 and a Peugeot 208', 'an Xbox three sixty and a Peugeot two oh eight'],
  ['RTX 4090, 1080p', 'R-T-X forty ninety, ten eighty p'],
  ['Nokia 3310', 'Nokia thirty-three ten'],
  ['800x600 pixels', 'eight hundred by six hundred pixels'],
  ['4K, 720p and 2160p', 'four K, seven twenty p and twenty-one sixty p'],
  // no flights, rooms or resolutions
  ['A flight 300 km long.', 'A flight three hundred kilometers long.'],
  ['I saw 3 flights in 2024.', 'I saw three flights in twenty twenty-four.'],
  ['Room 5', 'Room five'],
  ['12 x 15 = 180', 'twelve by fifteen equals one hundred eighty'],
  ['a room of 200 people', 'a room of two hundred people'],
  ['ISO 9001 and ISO 2108', 'I-S-O nine thousand one and I-S-O twenty-one oh eight'],
  // street addresses, USPS Publication 28
  [
    'The address is 1600 Pennsylvania Ave. NW, Apt. 4, Rm. 12.',
    'The address is sixteen hundred Pennsylvania Avenue Northwest, Apartment four, Room twelve.',
  ],
  ['221B Baker Street', 'two twenty-one B Baker Street'],
  ['350 Fifth Avenue', 'three fifty Fifth Avenue'],
  ['1234 N. Main St.', 'twelve thirty-four North Main Street.'],
  ['I live at 5 Elm Ct., Ste. 200, Bldg. B.', 'I live at five Elm Court, Suite two hundred, Building B.'],
  ['In 2024 Wall Street rose.', 'In twenty twenty-four Wall Street rose.'],
  ['10 Dr. Smiths', 'ten Doctor Smiths'],
  // coordinates, ISO 6709
  [
    `position 40°42'46"N 74°0'21"W`,
    'position forty degrees forty-two minutes forty-six seconds north, seventy-four degrees zero minutes twenty-one seconds west',
  ],
  [
    'It lies at 48.8566° N, 2.3522° E.',
    'It lies at forty-eight point eight five six six degrees north, two point three five two two degrees east.',
  ],
  [
    '33°51′S, 151°12′E',
    'thirty-three degrees fifty-one minutes south, one hundred fifty-one degrees twelve minutes east',
  ],
  ['It is 40° today.', 'It is forty degrees today.'],
  ['turn 90° now', 'turn ninety degrees now'],
  // units and powers
  ['Glucose is 90 mg/dL', 'Glucose is ninety milligrams per deciliter'],
  ['10 m/s², 9.81 m/s^2', 'ten meters per second squared, nine point eight one meters per second squared'],
  ['5 W/m² and 1.2 kg/m³', 'five watts per square meter and one point two kilograms per cubic meter'],
  ['5.5 mmol/L', 'five point five millimoles per liter'],
  ['1 mg/mL', 'one milligram per milliliter'],
  ['100 km/h and 60 m/s', 'one hundred kilometers per hour and sixty meters per second'],
  ['120/80 mmHg', 'one hundred twenty over eighty millimeters of mercury'],
  ['Add 2 tbsp oil and 1/2 tsp salt.', 'Add two tablespoons oil and one half teaspoon salt.'],
  ['1 1/2 tbsp and ½ tsp', 'one and a half tablespoons and one half teaspoon'],
  ['1200 sq ft', 'one thousand two hundred square feet'],
  ['f/2.8 and f/16', 'f two point eight and f sixteen'],
  ['$0.02/1K tokens', 'two cents per one thousand tokens'],
  ['$3/1M tokens', 'three dollars per one million tokens'],
  ['6ft 2in tall', 'six feet two inches tall'],
  [`5'11" tall`, 'five feet eleven inches tall'],
  ['his/her', 'his or her'],
  ['5 ft 11 in', 'five feet eleven inches'],
  ['It is 7 in the morning.', 'It is seven in the morning.'],
  // short forms
  ['EPS was $1.05 vs. $0.98 est.', 'E-P-S was one dollar and five cents versus ninety-eight cents estimated.'],
  ['est. 5 million people', 'estimated five million people'],
  ['Est. 1950', 'Established nineteen fifty'],
  ['It was est. in 1950.', 'It was established in nineteen fifty.'],
  ['$5 million (est.)', 'five million dollars (estimated)'],
  // ranges
  ['Open Mon-Fri, closed Sat–Sun.', 'Open Monday to Friday, closed Saturday to Sunday.'],
  ['Mon.-Wed. too', 'Monday to Wednesday too'],
  ['Jan-Mar, Oct–Dec', 'January to March, October to December'],
  ['See you March 5-7pm.', 'See you March five to seven P-M.'],
  ['March 5-7 we meet.', 'March fifth to seventh we meet.'],
  ['the 2023/24 season', 'the twenty twenty-three to twenty-four season'],
  ['1999/00', 'nineteen ninety-nine to two thousand'],
  ['2023-24', 'twenty twenty-three to twenty-four'],
  ['from 1066 to 1154', 'from ten sixty-six to eleven fifty-four'],
  ['between 1939 and 1945', 'between nineteen thirty-nine and nineteen forty-five'],
  ['from 1000 to 1200 dollars', 'from one thousand to one thousand two hundred dollars'],
  ['Sun-dried tomatoes', 'Sun-dried tomatoes'],
  ['2020-12 parts', 'two thousand twenty to twelve parts'],
  // hours of 24
  ['It is 15:00h.', 'It is fifteen hundred hours.'],
  ['15:30h', 'fifteen thirty hours'],
  ['9:00h', `nine o'clock`],
  ['It has 3 hrs.', 'It has three hours.'],
  // formulas
  ['It is $\\frac{1}{3}$ of it, and $$E = mc^2$$.', 'It is one third of it, and E equals m c squared.'],
  [
    '$x = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}$',
    'x equals (minus b plus or minus the square root of (b squared minus four a c)) over (two a)',
  ],
  ['\\(\\alpha + \\beta \\leq 3\\)', 'alpha plus beta less than or equal to three'],
  ['\\[\\sum_{i=1}^{n} i^2\\]', 'the sum from i equals one to n of i squared'],
  ['$\\int_0^1 x^2 \\, dx$', 'the integral from zero to one of x squared d x'],
  ['$\\lim_{x \\to 0} \\frac{\\sin x}{x} = 1$', 'the limit as x goes to zero of (sine of (x)) over x equals one'],
  ['$e^{i\\pi} = -1$ and $10^{-3}$', 'e to the power of (i pi) equals minus one and ten to the minus three'],
  ['$x_1$, $2x$ and $n-1$', 'x one, two x and n minus one'],
  ['$$Area = \\pi r^2$$', 'Area equals pi r squared'],
  ['$\\begin{pmatrix}1 & 2\\end{pmatrix}$ is a matrix.', 'a formula is a matrix.'],
  ['5**2 and 2*3*4', 'five squared and two times three times four'],
  // no formulas
  ['$5 and $10', 'five dollars and ten dollars'],
  ['between $5 and $10, or $5-$10', 'between five dollars and ten dollars, or five to ten dollars'],
  ['It costs 5$ or $6.', 'It costs five dollars or six dollars.'],
  ['Set $HOME/bin:$PATH now.', 'Set dollar HOME or bin: dollar PATH now.'],
  ['cost $20, total=$23', 'cost twenty dollars, total equals twenty-three dollars'],
  // list letters
  ['A) Option one\nB) Option two\nC) Option three', 'A: Option one. B: Option two. C: Option three'],
  ['A) Option one\\nB) Option two', 'A: Option one. B: Option two'],
  ['(a) first\n(b) second', 'a: first. b: second'],
  ['Vitamin A) is not one.', 'Vitamin A) is not one.'],
  // links by their text; parentheses in an address, CommonMark 6.3
  ['[Mercury](https://en.wikipedia.org/wiki/Mercury_(planet)) is hot.', 'Mercury is hot.'],
  ['See [the guide](https://x.org/a "t") (or not).', 'See the guide (or not).'],
]

describe('English', () => {
  it.each(english)('%s', (written, spoken) => expect(said(written, 'en-us')).toBe(spoken))
})

const german: [written: string, spoken: string][] = [
  [
    'Heinrich VIII. lebte im 16. Jahrhundert, Ludwig XIV. und Papst Johannes Paul II. später.',
    'Heinrich der Achte lebte im sechzehnten Jahrhundert, Ludwig der Vierzehnte und Papst Johannes Paul der Zweite später.',
  ],
  ['der Hof Ludwigs XIV.', 'der Hof Ludwigs des Vierzehnten.'],
  ['unter Kaiser Karl V. begann', 'unter Kaiser Karl dem Fünften begann'],
  ['für Elisabeth II. gebaut', 'für Elisabeth die Zweite gebaut'],
  ['Kapitel IV.', 'Kapitel IV.'],
  ['Das kostet 1,5 Mio. € oder 2 Mrd. Euro.', 'Das kostet eins Komma fünf Millionen Euro oder zwei Milliarden Euro.'],
  ['1 Mio. Menschen', 'eine Million Menschen'],
  ['300 Tsd. Euro', 'dreihundert Tausend Euro'],
  [
    'Hauptstr. 5, 10115 Berlin, § 5 Abs. 2.',
    'Hauptstraße fünf, eins null eins eins fünf Berlin, Paragraf fünf Absatz zwei.',
  ],
  ['§§ 5 bis 7', 'Paragrafen fünf bis sieben'],
  ['§ 5 Abs. 2 S. 1 und S. 12', 'Paragraf fünf Absatz zwei Satz eins und Seite zwölf'],
  ['Art. 3 GG', 'Artikel drei GG'],
  ['10115 Menschen', 'zehntausendeinhundertfünfzehn Menschen'],
  ['im 5. Jh. v. Chr.', 'im fünften Jahrhundert vor Christus.'],
  ['Mo-Fr von 9-17 Uhr', 'Montag bis Freitag von neun bis siebzehn Uhr'],
  ['030 1234567', 'null drei null, eins zwei drei vier fünf sechs sieben'],
  ['0171/1234567', 'null eins sieben eins, eins zwei drei vier fünf sechs sieben'],
  ['+49 30 1234567', 'plus vier neun, drei null, eins zwei drei vier fünf sechs sieben'],
  [
    '$\\frac{1}{3}$ und $x^2 + \\sqrt{y} \\leq 3$',
    'ein Drittel und x hoch zwei plus Wurzel aus y kleiner oder gleich drei',
  ],
  ['So-genannte Dinge', 'So-genannte Dinge'],
]

describe('German', () => {
  it.each(german)('%s', (written, spoken) => expect(said(written, 'de')).toBe(spoken))
})

it.each([
  ['fr', '$x^2 + \\sqrt{y} = 3$', 'x au carré plus racine carrée de y égale trois'],
  ['es', '$\\frac{a}{b} - x^3$', 'a sobre b menos x al cubo'],
  ['fi', '$\\begin{cases}1\\end{cases}$', 'formula'],
])('%s: formulas in its own words: %s', (language, written, spoken) => expect(said(written, language)).toBe(spoken))

it.each([
  ['en-us', 'The address is 1600 Pennsylvania Ave. NW, Apt. 4, Rm. 12.'],
  ['de', 'Es war Hauptstr. 5, § 5 Abs. 2.'],
  ['de', 'Ludwig XIV. und Papst Johannes Paul II. später, 2 Mrd. Euro.'],
])('%s: no sentence ends within %s', (_, written) => {
  const chunker = sentenceChunker()
  expect([...chunker.push(written), ...chunker.flush()]).toEqual([written])
})

it.each([
  ...englishPasses.map(pass => ({pass, words: englishWords})),
  ...germanPasses.map(pass => ({pass, words: germanWords})),
])('the pass "$pass.name" reads $pass.example', ({pass, words}) => {
  expect(pass.read(pass.example, words)).not.toBe(pass.example)
})

it.each([
  '$x',
  '\\(a',
  '1-',
  '9/2',
  'ISBN 1',
  '1 ',
  "1°1'",
  'order #1',
  '1 A',
  'Karl V',
  '$\\frac{',
  '1x',
  'card ',
  '12:00',
  'from 1066 ',
])('100 kB of %j is said, and nothing is lost', bit => {
  const text = bit.repeat(100_000 / bit.length)
  for (const language of ['en-us', 'de']) expect(normalizeText(speechText(text), language)).not.toBe('')
})
