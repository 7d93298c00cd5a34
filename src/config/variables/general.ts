import {planned} from '../declaration.ts'
import {choice, flag, integer, path, text, url} from '../variable.ts'

/** Read by every service. */
export const general = {
  ENV_SH: path({
    help: 'File of NAME=value lines with settings, read instead of .env in the working directory; never executed',
    unset: 'the file .env in the working directory is read, if there is one',
  }),
  JUNE_DATA_DIR: path({
    help: 'Folder of everything June keeps: conversations, audio, jobs',
    default: '~/june_data',
  }),
  SERVICE_NAME: text({help: 'Name of the deployed service; set by the run.sh of a deployment', services: ['release']}),
  DRAIN_TIMEOUT_SECONDS: integer({
    help: 'How long a service that is told to stop may finish what it has begun, in seconds',
    min: 0,
    max: 3600,
    default: '25',
  }),
  LOG_LEVEL: choice(['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'], {
    help: 'Least serious message that is logged',
    default: 'INFO',
  }),
  LOG_FORMAT: choice(['auto', 'pretty', 'json'], {
    help: 'Shape of log lines; auto is pretty on a terminal and json elsewhere',
    default: 'auto',
  }),
  LOG_FILE_MB: integer({
    help: 'Size at which the log files of a deployed service are put aside, in MiB',
    min: 1,
    max: 1024,
    default: '10',
  }),
  LOG_FILES: integer({
    help: 'How many files of each log are kept, the current one included',
    min: 1,
    max: 99,
    default: '5',
  }),
  LOG_TRANSCRIPTS: flag({
    help: 'Log what people say and what June answers, at level DEBUG; personal data',
    default: 'false',
  }),
  ENABLE_METRICS: flag({help: 'Offer Prometheus metrics', default: 'true'}),
  ENVIRONMENT: choice(['development', 'production'], {
    help: 'Production turns on what only makes sense behind TLS (HSTS)',
    default: 'development',
  }),
  ...planned({
    ENABLE_TRACING: flag({help: 'Send traces to JAEGER_ENDPOINT, where that is set', default: 'true'}),
    JAEGER_ENDPOINT: url(['http', 'https'], {
      help: 'Collector of traces, as http://jaeger:14268/api/traces',
      unset: 'no traces',
    }),
  }),
} as const
