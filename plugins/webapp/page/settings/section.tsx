import {type ReactNode, useId} from 'react'

/** What belongs together, under a heading. */
export const Section = ({title, children}: {title: string; children: ReactNode}) => {
  const id = useId()
  return (
    <section className="settings-section" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  )
}
