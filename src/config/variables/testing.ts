import {planned} from '../declaration.ts'
import {choice, path, secret} from '../variable.ts'

/** `essence test`, and the container stack around the services. */
export const testing = {
  JUNE_TEST_MODE: choice(['mock', 'stt_tts_roundtrip'], {
    help: 'Which services are stand-ins: all (mock), or all but speech (stt_tts_roundtrip)',
    unset: 'none: every engine is real',
  }),
  JUNE_TEST_DATA_DIR: path({
    help: 'Folder of the reports of test runs',
    services: ['test'],
    default: '~/june_test_data',
  }),
  ...planned({
    GRAFANA_PASSWORD: secret({help: 'Password of the Grafana of the container stack'}),
  }),
} as const
