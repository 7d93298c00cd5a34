import type {Pass} from './pass.ts'

type Named = 'en' | 'de' | 'fr' | 'es'
/** What signs of formulas are called, in the order they are looked for; `$1` and `$2` are the limits. */
const structure: [RegExp, Record<Named, string>][] = [
  [/\$…\$/g, {en: 'a formula', de: 'eine Formel', fr: 'une formule', es: 'una fórmula'}],
  [
    /∑\(([^()…]{1,60}?) ?… ?([^()…]{1,60})\)/g,
    {
      en: 'the sum from $1 to $2 of',
      de: 'die Summe von $1 bis $2 über',
      fr: 'la somme de $1 à $2 de',
      es: 'la suma de $1 a $2 de',
    },
  ],
  [
    /∏\(([^()…]{1,60}?) ?… ?([^()…]{1,60})\)/g,
    {
      en: 'the product from $1 to $2 of',
      de: 'das Produkt von $1 bis $2 über',
      fr: 'le produit de $1 à $2 de',
      es: 'el producto de $1 a $2 de',
    },
  ],
  [
    /∫\(([^()…]{1,60}?) ?… ?([^()…]{1,60})\)/g,
    {
      en: 'the integral from $1 to $2 of',
      de: 'das Integral von $1 bis $2 über',
      fr: "l'intégrale de $1 à $2 de",
      es: 'la integral de $1 a $2 de',
    },
  ],
  [
    /(?<!\p{L})lim\(([^()→]{1,60})→([^()→]{1,60})\)/gu,
    {
      en: 'the limit as $1 goes to $2 of',
      de: 'der Grenzwert für $1 gegen $2 von',
      fr: 'la limite quand $1 tend vers $2 de',
      es: 'el límite cuando $1 tiende a $2 de',
    },
  ],
  [/∑/g, {en: ' the sum of ', de: ' die Summe von ', fr: ' la somme de ', es: ' la suma de '}],
  [/∏/g, {en: ' the product of ', de: ' das Produkt von ', fr: ' le produit de ', es: ' el producto de '}],
  [/∫/g, {en: ' the integral of ', de: ' das Integral von ', fr: " l'intégrale de ", es: ' la integral de '}],
  [/∛/g, {en: 'the cube root of ', de: 'dritte Wurzel aus ', fr: 'racine cubique de ', es: 'raíz cúbica de '}],
  [/√\s?/g, {en: 'the square root of ', de: 'Wurzel aus ', fr: 'racine carrée de ', es: 'raíz cuadrada de '}],
  [/\s?∕\s?/g, {en: ' over ', de: ' durch ', fr: ' sur ', es: ' sobre '}],
  [/\s?∈\s?/g, {en: ' in ', de: ' aus ', fr: ' dans ', es: ' en '}],
  [/(?<!\p{L})sin(²?)\(/gu, {en: 'sine$1 of (', de: 'Sinus$1 von (', fr: 'sinus$1 de (', es: 'seno$1 de ('}],
  [/(?<!\p{L})cos(²?)\(/gu, {en: 'cosine$1 of (', de: 'Kosinus$1 von (', fr: 'cosinus$1 de (', es: 'coseno$1 de ('}],
  [
    /(?<!\p{L})tan(²?)\(/gu,
    {en: 'tangent$1 of (', de: 'Tangens$1 von (', fr: 'tangente$1 de (', es: 'tangente$1 de ('},
  ],
  [
    /(?<!\p{L})(?:log|ln)\(/gu,
    {en: 'the logarithm of (', de: 'Logarithmus von (', fr: 'logarithme de (', es: 'logaritmo de ('},
  ],
  [/(?<!\p{L})exp\(/gu, {en: 'e to the power of (', de: 'e hoch (', fr: 'e puissance (', es: 'e elevado a ('}],
  [
    /(?<=[\p{L}\p{N})])\^(?=[−-]?[\p{L}(∞])/gu,
    {en: ' to the power of ', de: ' hoch ', fr: ' puissance ', es: ' elevado a '},
  ],
  [/\s−\s/g, {en: ' minus ', de: ' minus ', fr: ' moins ', es: ' menos '}],
  [/(?<![\p{L}\p{N})]\s?)−(?=\p{L})/gu, {en: 'minus ', de: 'minus ', fr: 'moins ', es: 'menos '}],
]

/** Signs that units may have as well, so they come after those. English has its own. */
const single: [RegExp, Record<Exclude<Named, 'en'>, string>][] = [
  [/(?<=[\p{L}\p{N})])²/gu, {de: ' hoch zwei', fr: ' au carré', es: ' al cuadrado'}],
  [/(?<=[\p{L}\p{N})])³/gu, {de: ' hoch drei', fr: ' au cube', es: ' al cubo'}],
  [/(?<=[\p{L}\p{N})])\^(?=[−-]?\d)/gu, {de: ' hoch ', fr: ' puissance ', es: ' elevado a '}],
  [/\s?≤\s?/g, {de: ' kleiner oder gleich ', fr: ' inférieur ou égal à ', es: ' menor o igual que '}],
  [/\s?≥\s?/g, {de: ' größer oder gleich ', fr: ' supérieur ou égal à ', es: ' mayor o igual que '}],
  [/\s?≠\s?/g, {de: ' ungleich ', fr: ' différent de ', es: ' distinto de '}],
  [/\s?≈\s?/g, {de: ' ungefähr ', fr: ' environ ', es: ' aproximadamente '}],
  [/\s?±\s?/g, {de: ' plus minus ', fr: ' plus ou moins ', es: ' más menos '}],
  [/\s?÷\s?/g, {de: ' geteilt durch ', fr: ' divisé par ', es: ' dividido por '}],
  [/∞/g, {de: 'unendlich', fr: "l'infini", es: 'infinito'}],
]

const replaced = <Language extends string>(
  text: string,
  table: [RegExp, Record<Language, string>][],
  language: Language,
): string => table.reduce((spoken, [sign, words]) => spoken.replace(sign, words[language]), text)

/** Formulas as `plainFormulas` leaves them: what holds them together. */
export const formulas = (language: Named): Pass => ({
  name: 'formulas',
  example: '(a + b) ∕ c',
  read: text => replaced(text, structure, language),
})

/** What is left of their signs. */
export const formulaSigns = (language: Exclude<Named, 'en'>): Pass => ({
  name: 'signs of formulas',
  example: 'x²',
  read: text => replaced(text, single, language),
})
