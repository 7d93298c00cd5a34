/** The subprotocol of OpenAI's clients in browsers, which name it beside one that carries their token. */
const realtimeProtocol = 'realtime'

const tokenProtocol = 'openai-insecure-api-key.'

/** The token that a client which can send no headers offers as a subprotocol, beside `realtime`. */
export const tokenOfProtocols = (header: string | undefined): string | undefined => {
  const offered = header?.split(',').map(each => each.trim()) ?? []
  if (!offered.includes(realtimeProtocol)) return undefined
  return offered.find(each => each.startsWith(tokenProtocol))?.slice(tokenProtocol.length)
}

/** The subprotocol that is spoken of those offered: OpenAI's, else the client's first; never the one that carries a token. */
export const chosenProtocol = (offered: ReadonlySet<string>): string | false =>
  offered.has(realtimeProtocol)
    ? realtimeProtocol
    : ([...offered].find(each => !each.startsWith(tokenProtocol)) ?? false)
