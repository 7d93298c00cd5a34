import {type ReactNode, useEffect, useRef} from 'react'

/** A place of the page beside the conversation: its heading has the focus when it is opened. */
export const View = ({title, children}: {title: string; children: ReactNode}) => {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} – June`
    heading.current?.focus()
  }, [title])
  return (
    <main className="view">
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </main>
  )
}
