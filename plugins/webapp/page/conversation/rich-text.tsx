import {type ComponentType, lazy, Suspense, useDeferredValue} from 'react'

/** Text without any of these reads the same as markdown, and needs no more than itself. */
const marks = /[*_`#[\]~|<>\\&]|https?:|www\.|@|^\s*(?:[-+]|\d+[.)])\s|^\s*-{3}|^={3}/m

const Markdown = lazy<ComponentType<{text: string}>>(() =>
  import('./markdown.tsx').then(
    ({Markdown}) => ({default: Markdown}),
    // The gateway is away, or serves a newer page: the words can be read all the same.
    () => ({default: ({text}: {text: string}) => text}),
  ),
)

/** An answer: markdown where there is some. While it grows, it is formatted as often as there is time. */
export const RichText = ({text}: {text: string}) => {
  const deferred = useDeferredValue(text)
  if (!marks.test(deferred)) return text
  return (
    <Suspense fallback={text}>
      <Markdown text={deferred} />
    </Suspense>
  )
}
