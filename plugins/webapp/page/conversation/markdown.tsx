import {type ComponentProps, memo, useRef, useState} from 'react'
import {useTranslation} from 'react-i18next'
import ReactMarkdown, {type Components} from 'react-markdown'
import remarkGfm from 'remark-gfm'

const plugins = [remarkGfm]

/** Markdown with tables; HTML in it is text, and nothing is fetched from elsewhere. */
export const Markdown = memo(({text}: {text: string}) => (
  <div className="markdown">
    <ReactMarkdown remarkPlugins={plugins} components={components}>
      {text}
    </ReactMarkdown>
  </div>
))

const Elsewhere = ({href, children}: {href?: string | undefined; children?: ComponentProps<'a'>['children']}) =>
  href === undefined || href === '' ? (
    <span>{children}</span>
  ) : (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  )

const Pre = ({children}: ComponentProps<'pre'>) => {
  const {t} = useTranslation('conversation')
  const block = useRef<HTMLPreElement>(null)
  const [isCopied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(block.current?.textContent ?? '')
    setCopied(true)
    setTimeout(() => setCopied(false), 2000)
  }
  return (
    <div className="code">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it. */}
      <pre ref={block} tabIndex={0}>
        {children}
      </pre>
      {/* Only secure pages may. */}
      {'clipboard' in navigator && (
        <button type="button" className="quiet" aria-live="polite" onClick={() => void copy().catch(() => {})}>
          {t(isCopied ? 'copied' : 'copy')}
        </button>
      )}
    </div>
  )
}

const Table = ({children}: ComponentProps<'table'>) => {
  const {t} = useTranslation('conversation')
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it.
    <section className="table" aria-label={t('table')} tabIndex={0}>
      <table>{children}</table>
    </section>
  )
}

const components: Components = {
  a: ({href, children}) => <Elsewhere href={href}>{children}</Elsewhere>,
  // Pictures from elsewhere would tell others who reads this.
  img: ({src, alt}) => <Elsewhere href={typeof src === 'string' ? src : undefined}>{alt || src}</Elsewhere>,
  pre: ({children}) => <Pre>{children}</Pre>,
  table: ({children}) => <Table>{children}</Table>,
}
