import * as z from 'zod'
import {EssenceError} from '../../kit/errors.ts'
import type {Secret} from '../../kit/secret.ts'
import {defineTool, type Tool} from '../tool.ts'
import {fetchText} from './fetch-text.ts'

export interface WebSearchEndpoint {
  url: string
  /** Sent as a bearer token. */
  apiKey?: Secret | undefined
}

/** Asks the service with `?place=…&language=…`; what it answers, JSON or text, is given to the model. */
export const weather = (endpoint: string): Tool =>
  defineTool({
    name: 'weather',
    description: 'Tells the weather of a place, now and in the next days.',
    input: z.strictObject({place: z.string().min(1).max(200)}),
    effect: 'none',
    foreign: true,
    run: ({place}, {language, signal}) =>
      fetchText('The weather service', withQuery(endpoint, {place, ...(language ? {language} : {})}), {signal}),
  })

/** As SearXNG answers `format=json`. */
const searchResults = z.object({
  results: z.array(z.object({title: z.string(), url: z.string(), content: z.string().nullish()})),
})

const maxResults = 6

export const webSearch = ({url, apiKey}: WebSearchEndpoint): Tool =>
  defineTool({
    name: 'web_search',
    description: 'Searches the web: titles, addresses and a few lines of what was found.',
    input: z.strictObject({query: z.string().min(1).max(400)}),
    effect: 'none',
    foreign: true,
    async run({query}, {signal}) {
      const headers = apiKey && {authorization: `Bearer ${apiKey.reveal()}`}
      const text = await fetchText('The search service', withQuery(url, {q: query, format: 'json'}), {headers, signal})
      const {results} = resultsIn(text)
      if (results.length === 0) return 'Nothing was found.'
      return results
        .slice(0, maxResults)
        .map(({title, url, content}) => [title, url, content ?? ''].join('\n'))
        .join('\n\n')
    },
  })

const resultsIn = (text: string): z.output<typeof searchResults> => {
  try {
    return searchResults.parse(JSON.parse(text))
  } catch (cause) {
    throw new EssenceError(
      'REMOTE_REFUSED',
      'The search service did not answer with {"results": [{title, url, content}]}.',
      {
        suggestions: ['Set WEB_SEARCH_URL to the /search of a SearXNG that allows the format json.'],
        cause,
      },
    )
  }
}

const withQuery = (endpoint: string, query: Record<string, string>): URL => {
  const url = new URL(endpoint)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url
}
