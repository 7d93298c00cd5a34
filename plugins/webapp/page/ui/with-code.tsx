/** A text in which a command stands as code: between backquotes, or after a colon. */
export const WithCode = ({children}: {children: string}) =>
  children
    .split(/(`[^`]+`|(?<=: )essence .+)/)
    .map(part => (/^(?:`.+`|essence .+)$/.test(part) ? <code key={part}>{part.replaceAll('`', '')}</code> : part))
