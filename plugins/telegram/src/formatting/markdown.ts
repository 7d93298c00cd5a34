import {displayWidth, padColumns} from '@essence/core/kit/display-width'
import {lexer, type Token, type Tokens} from 'marked'
import {type Entity, type Formatted, FormattedWriter} from './formatted.ts'

/** An answer as a model writes it, in Markdown, as Telegram shows it; where nothing would be left of it, as it was written. */
export const formattedOf = (markdown: string): Formatted => {
  const plain = {text: markdown.trim(), entities: []}
  const out = new FormattedWriter()
  try {
    blocks(lexer(markdown, {gfm: true}), out, '')
  } catch (error) {
    // Quotations within quotations, thousands of them.
    if (error instanceof RangeError) return plain
    throw error
  }
  const formatted = out.formatted()
  return formatted.text.trim() ? formatted : plain
}

const blocks = (tokens: readonly Token[], out: FormattedWriter, indent: string): void => {
  for (const token of tokens) block(token, out, indent)
}

const block = (token: Token, out: FormattedWriter, indent: string): void => {
  switch (token.type) {
    case 'space':
      break
    case 'heading':
      out.gap()
      out.marked({type: 'bold'}, () => inline(token.tokens ?? [], out))
      break
    case 'code':
      out.gap()
      // Nothing within it cannot be marked: it is shown as it was written.
      if (String(token.text).trim() === '') out.write(token.raw.trim())
      else out.marked({type: 'pre', ...(token.lang ? {language: String(token.lang)} : {})}, () => out.write(token.text))
      break
    case 'blockquote':
      out.gap()
      out.marked({type: 'blockquote'}, () => {
        const quoted = new FormattedWriter()
        blocks(token.tokens ?? [], quoted, '')
        // A quotation within one is not shown as such.
        append(quoted.formatted(), out, 'blockquote')
      })
      break
    case 'list':
      if (indent === '') out.gap()
      list(token as Tokens.List, out, indent)
      break
    case 'table':
      out.gap()
      out.marked({type: 'pre'}, () => out.write(tableText(token as Tokens.Table)))
      break
    case 'hr':
      out.gap()
      out.write('———')
      break
    case 'paragraph':
      out.gap()
      inline(token.tokens ?? [], out)
      break
    case 'text':
      'tokens' in token && token.tokens ? inline(token.tokens, out) : out.write(token.text)
      break
    default:
      out.gap()
      out.write(token.raw.trim())
      break
  }
}

const append = ({text, entities}: Formatted, out: FormattedWriter, without?: Entity['type']): void => {
  const at = out.length
  out.write(text)
  for (const entity of entities) if (entity.type !== without) out.mark({...entity, offset: entity.offset + at})
}

const list = ({items, ordered, start}: Tokens.List, out: FormattedWriter, indent: string): void => {
  for (const [index, item] of items.entries()) {
    out.line()
    const bullet = ordered ? `${Number(start || 1) + index}.` : '•'
    const box = item.task ? (item.checked ? '☑ ' : '☐ ') : ''
    out.write(`${indent}${bullet} ${box}`)
    for (const token of item.tokens) {
      if (token.type === 'list') list(token as Tokens.List, out, `${indent}   `)
      else if (token.type === 'text' || token.type === 'paragraph')
        inline(('tokens' in token && token.tokens) || [], out)
      else if (token.type !== 'checkbox') block(token, out, indent)
    }
  }
}

const inline = (tokens: readonly Token[], out: FormattedWriter): void => {
  for (const token of tokens) {
    const inside = (): void => inline(('tokens' in token && token.tokens) || [], out)
    switch (token.type) {
      case 'strong':
        out.marked({type: 'bold'}, inside)
        break
      case 'em':
        out.marked({type: 'italic'}, inside)
        break
      case 'del':
        out.marked({type: 'strikethrough'}, inside)
        break
      case 'codespan':
        out.marked({type: 'code'}, () => out.write(token.text))
        break
      case 'link':
      case 'image':
        link(token as Tokens.Link | Tokens.Image, out)
        break
      case 'br':
        out.write('\n')
        break
      case 'text':
        if ('tokens' in token && token.tokens) inside()
        else out.write(token.text)
        break
      default:
        out.write('text' in token ? String(token.text) : token.raw)
    }
  }
}

/** An address that is its own text is found by Telegram itself; one that is none of the web is shown as it was written. */
const link = (token: Tokens.Link | Tokens.Image, out: FormattedWriter): void => {
  const isWeb = /^https?:\/\//.test(token.href)
  if (token.type === 'link' && token.text === token.href) out.write(token.text)
  else if (!isWeb) out.write(token.raw)
  else {
    out.marked({type: 'text_link', url: token.href}, () => {
      if (token.type === 'link') inline(token.tokens, out)
      else out.write(token.text || token.href)
    })
  }
}

/** Columns of letters of one width, as wide as their widest cell. */
const tableText = ({header, rows}: Tokens.Table): string => {
  const plain = (cell: Tokens.TableCell): string => {
    const out = new FormattedWriter()
    inline(cell.tokens, out)
    return out.formatted().text
  }
  const lines = [header, ...rows].map(row => row.map(plain))
  const widths = header.map((_, at) => Math.max(...lines.map(line => displayWidth(line[at] ?? ''))))
  const shown = lines.map(line =>
    line
      .map((cell, at) => padColumns(cell, widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const rule = widths.map(width => '─'.repeat(width)).join('  ')
  return [shown[0], rule, ...shown.slice(1)].join('\n')
}
