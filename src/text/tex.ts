const signs: Record<string, string> = {
  times: '×',
  cdot: '×',
  ast: '×',
  div: '÷',
  pm: '±',
  leq: '≤',
  le: '≤',
  geq: '≥',
  ge: '≥',
  neq: '≠',
  ne: '≠',
  approx: '≈',
  sim: '≈',
  infty: '∞',
  to: '→',
  rightarrow: '→',
  in: '∈',
  lt: '<',
  gt: '>',
}
const large: Record<string, string> = {sum: '∑', prod: '∏', int: '∫', lim: 'lim'}
const functions = new Set('sin cos tan log ln exp'.split(' '))
const greek = new Set(
  (
    'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega ' +
    'Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega'
  ).split(' '),
)
/** What only shows something, or shows it otherwise. */
const invisible = new Set('left right big Big bigl bigr displaystyle textstyle quad qquad limits , ; : ! >'.split(' '))
/** What marks its argument, which is read without it. */
const wrappers = new Set(
  'mathbf mathit mathcal mathbb boldsymbol vec hat bar tilde overline underline boxed'.split(' '),
)
const literal = new Set('text mathrm operatorname textbf textit mbox'.split(' '))

/** What cannot be told in a line: matrices, cases, macros, arguments that are missing. */
class Unreadable extends Error {}

const longest = 160

/**
 * A formula in TeX as one line of Unicode: fractions with ∕, powers as ² ³ or ^, roots as √, sums as ∑(i = 1 … n). Greek letters
 * by their names, letters apart. Undefined for what is too long or too deep to be followed by ear.
 * @param tex without its `$`
 */
export const plainFormula = (tex: string): string | undefined => {
  const tokens = tex.match(/\\[a-zA-Z]+|\\.|\d+(?:[.,]\d+)*|\p{L}{4,}|\S/gsu) ?? []
  try {
    const [text] = sequence(tokens, 0, 0)
    return text === '' || text.length > longest || !/[\p{L}\p{N}∞]/u.test(text) ? undefined : text
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
}

type Read = [text: string, next: number]

/** Up to the closing brace, or the end. */
const sequence = (tokens: readonly string[], from: number, depth: number, closing = '}'): Read => {
  if (depth > 8) throw new Unreadable()
  let text = ''
  let at = from
  for (; at < tokens.length && tokens[at] !== closing; ) {
    const token = tokens[at] ?? ''
    if (token === '^') {
      const [power, next] = argument(tokens, at + 1, depth)
      text += raised(power)
      at = next
    } else {
      const [piece, next] = element(tokens, at, depth)
      text = joined(text, piece)
      at = next
    }
  }
  if (depth > 0 && at >= tokens.length) throw new Unreadable()
  return [text.trim(), at + 1]
}

const raised = (power: string): string => ({'2': '²', '3': '³', '∘': '°', '′': '′'})[power] ?? `^${grouped(power)}`

/** More than one thing stands in parentheses. */
const grouped = (text: string): string => (/^[-−]?[\p{L}\p{N}.,∞]+[²³]?$/u.test(text) ? text : `(${text})`)

const operators = '+=<>×÷±≤≥≠≈→∈∕−'
/** A minus without anything before it belongs to what follows. */
const joined = (text: string, piece: string): string => {
  if (piece === '') return text
  if (piece === '−') return text === '' || /[(,]$/.test(text) ? `${text}−` : `${text} − `
  if (operators.includes(piece)) return `${text.trimEnd()} ${piece} `
  const close = text === '' || /[\s(−√∛]$/.test(text) || /^[),.!;°′]/.test(piece)
  return close ? text + piece : `${text} ${piece}`
}

const argument = (tokens: readonly string[], at: number, depth: number): Read => {
  const token = tokens[at]
  if (token === undefined || token === '}' || token === '^' || token === '_') throw new Unreadable()
  if (token === '{') return sequence(tokens, at + 1, depth + 1)
  if (token === '\\circ') return ['∘', at + 1]
  if (/^\d{2,}$/.test(token)) {
    // `x^23` is x²3 in TeX; nobody means it.
    return [token, at + 1]
  }
  return element(tokens, at, depth + 1)
}

const element = (tokens: readonly string[], at: number, depth: number): Read => {
  const token = tokens[at] ?? ''
  if (token === '{') return sequence(tokens, at + 1, depth + 1)
  if (token === '_') return argument(tokens, at + 1, depth)
  if (token === '-') return ['−', at + 1]
  if (token === '*') return ['×', at + 1]
  if (token === '/') return ['∕', at + 1]
  if (token === "'") return ['′', at + 1]
  if (token === '|' || token === '~') return ['', at + 1]
  if (token.startsWith('\\')) return command(token.slice(1), tokens, at + 1, depth)
  if (/[&#$}\\]/.test(token)) throw new Unreadable()
  return [token, at + 1]
}

const command = (name: string, tokens: readonly string[], at: number, depth: number): Read => {
  const sign = signs[name]
  if (sign !== undefined && Object.hasOwn(signs, name)) return [sign, at]
  if (invisible.has(name)) return ['', tokens[at] === '.' && (name === 'left' || name === 'right') ? at + 1 : at]
  if (greek.has(name)) return [name, at]
  if (name === 'varepsilon' || name === 'varphi') return [name.slice(3), at]
  if (name === '%') return ['%', at]
  if (name === '{') return ['(', at]
  if (name === '}') return [')', at]
  if (name === 'circ') return ['°', at]
  if (name === 'ldots' || name === 'dots' || name === 'cdots') return ['…', at]
  if (/^[dt]?frac$/.test(name)) return fraction(tokens, at, depth)
  if (name === 'sqrt') return root(tokens, at, depth)
  if (Object.hasOwn(large, name)) return withLimits(large[name] ?? '', tokens, at, depth)
  if (functions.has(name)) return applied(name, tokens, at, depth)
  if (wrappers.has(name)) return argument(tokens, at, depth)
  if (literal.has(name) && tokens[at] === '{') {
    const end = tokens.indexOf('}', at)
    if (end === -1) throw new Unreadable()
    return [tokens.slice(at + 1, end).join(''), end + 1]
  }
  throw new Unreadable()
}

const fraction = (tokens: readonly string[], at: number, depth: number): Read => {
  const [over, next] = argument(tokens, at, depth)
  const [under, end] = argument(tokens, next, depth)
  const numbers = /^\d{1,3}$/.test(over) && /^\d{1,3}$/.test(under)
  return [numbers ? `${over}/${under}` : `${grouped(over)} ∕ ${grouped(under)}`, end]
}

const root = (tokens: readonly string[], at: number, depth: number): Read => {
  if (tokens[at] !== '[') {
    const [under, end] = argument(tokens, at, depth)
    return [`√${grouped(under)}`, end]
  }
  const [degree, next] = sequence(tokens, at + 1, depth + 1, ']')
  if (degree !== '3') throw new Unreadable()
  const [under, end] = argument(tokens, next, depth)
  return [`∛${grouped(under)}`, end]
}

/** `\sum_{i=1}^{n}`, in either order; a limit has only one. */
const withLimits = (sign: string, tokens: readonly string[], from: number, depth: number): Read => {
  const limits: Record<string, string> = {}
  let at = from
  while (tokens[at] === '_' || tokens[at] === '^' || tokens[at] === '\\limits') {
    const mark = tokens[at] ?? ''
    if (mark === '\\limits') at++
    else [limits[mark], at] = argument(tokens, at + 1, depth)
  }
  const {_: low, '^': high} = limits
  if (low === undefined) return [sign, at]
  return [high === undefined ? `${sign}(${low})` : `${sign}(${low} … ${high})`, at]
}

/** `\sin x`, `\log(2x)`, `\sin^2 x`. */
const applied = (name: string, tokens: readonly string[], from: number, depth: number): Read => {
  let [power, at] = ['', from]
  if (tokens[at] === '^') {
    const [raisedTo, next] = argument(tokens, at + 1, depth)
    ;[power, at] = [raised(raisedTo), next]
  }
  if (tokens[at] === '(' || tokens[at] === '\\left') return [`${name}${power}`, at]
  const [of, end] = argument(tokens, at, depth)
  return [`${name}${power}(${of})`, end]
}
