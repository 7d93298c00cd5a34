import {planned} from '../declaration.ts'
import {integer, path, pattern, port, secret, text, url} from '../variable.ts'

/** Autonomous tasks: the orchestrator, its agents, and the TODO service. */
export const tasks = planned({
  ORCHESTRATOR_PORT: port({help: 'Port of the orchestrator', default: '8005'}),
  JUNE_AGENT_ID: text({help: 'Name of an agent', unset: 'made from the host name'}),
  JUNE_AGENT_TYPE: pattern({
    help: 'What an agent does',
    pattern: /^(implementation|breakdown)$/,
    expected: 'implementation or breakdown',
    default: 'implementation',
  }),
  JUNE_PROJECT_ID: text({help: 'Project an agent takes tasks of', unset: 'any'}),
  JUNE_SLEEP_INTERVAL: integer({
    help: 'Pause of an agent without tasks, in seconds',
    min: 1,
    default: '60',
  }),
  TODO_SERVICE_URL: url(['http', 'https'], {
    help: 'TODO service the agents take tasks from',
    default: 'http://localhost:8004',
  }),
  TODO_SERVICE_API_KEY: secret({help: 'Key for the TODO service'}),
  TODO_SERVICE_PORT: port({help: 'Port of the TODO service', default: '8004'}),
  TODO_DB_PATH: path({help: 'Its database file', unset: 'kept in JUNE_DATA_DIR'}),
  TODO_BACKUPS_DIR: path({help: 'Folder of its backups', unset: 'backups below JUNE_DATA_DIR'}),
  TODO_BACKUP_INTERVAL_HOURS: integer({
    help: 'Pause between backups, in hours; 0 makes none',
    min: 0,
    default: '24',
  }),
})
