import {device, flag, integer, path, secret, text, timeZone, url} from '../variable.ts'

const readers = ['inference', 'channels'] as const

/** What June remembers, has read and can do: where the language model runs. */
export const mind = {
  TIME_ZONE: timeZone({
    help: 'Time zone of people who have not said theirs, as Europe/Berlin',
    services: readers,
    unset: "the machine's",
  }),
  LEAD_IN_MS: integer({
    help: 'Say a word ("One moment.") on the page when an answer has not begun after so many ms; 0 never does',
    services: ['channels'],
    min: 0,
    max: 60_000,
    default: '2500',
  }),
  EMBEDDING_MODEL: text({
    help: 'Model that finds what means alike: an id of the catalogue or the path of a GGUF file',
    services: readers,
    default: 'Qwen/Qwen3-Embedding-0.6B',
  }),
  EMBEDDING_DEVICE: device({help: 'Where it computes', services: readers, default: 'auto'}),
  MEMORY_ENABLED: flag({
    help: 'Remember conversations and facts beyond the process',
    services: readers,
    default: 'true',
  }),
  CONVERSATION_IDLE_MINUTES: integer({
    help: 'Silence after which a conversation begins anew, in minutes; facts stay',
    services: readers,
    min: 1,
    max: 525_600,
    default: '30',
  }),
  DOCUMENT_MAX_MB: integer({
    help: 'Largest document that is read, in MiB',
    services: readers,
    min: 1,
    max: 1024,
    default: '50',
  }),
  TOOLS_ENABLED: flag({help: 'Let the model call tools', services: readers, default: 'true'}),
  TOOL_TIMEOUT_SECONDS: integer({
    help: 'How long one call of a tool may take, in seconds',
    services: readers,
    min: 1,
    max: 600,
    default: '20',
  }),
  TOOL_ROUNDS: integer({
    help: 'How often the model may call tools before it has to answer',
    services: readers,
    min: 1,
    max: 50,
    default: '6',
  }),
  CONFIRMATION_MINUTES: integer({
    help: 'How long a question whether something is to be done stays open, in minutes',
    services: readers,
    min: 1,
    max: 1440,
    default: '10',
  }),
  TOOLS_FOLDER: path({
    help: 'Folder that the file tools may use, and nothing outside it',
    services: readers,
    unset: 'there are no file tools',
  }),
  TOOLS_SHELL: flag({
    help: 'Let the model run programs in TOOLS_FOLDER, each after a yes',
    services: readers,
    default: 'false',
  }),
  MCP_SERVERS: path({
    help: 'JSON file of MCP servers, {"mcpServers": {NAME: {"command", "args", "env"} or {"url", "headers"}}}',
    services: readers,
    unset: 'none',
  }),
  WEATHER_URL: url(['http', 'https'], {
    help: 'Weather service, asked with ?place=…, answering JSON or text',
    services: readers,
    unset: 'there is no weather tool',
  }),
  WEB_SEARCH_URL: url(['http', 'https'], {
    help: 'Search service, asked with ?q=…&format=json as SearXNG is',
    services: readers,
    unset: 'there is no web search',
  }),
  WEB_SEARCH_API_KEY: secret({help: 'Key for it, sent as a bearer token', services: readers}),
  LLM_HOST: text({
    help: 'Address the language model service listens on',
    services: ['inference'],
    default: '127.0.0.1',
  }),
} as const
