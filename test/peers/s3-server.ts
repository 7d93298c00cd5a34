import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {Secret} from '@essence/core/kit/secret'
import {freePort} from '../kit/free-port.ts'
import {python} from './python-clients.ts'

const isThere = spawnSync(python, ['-c', 'import moto.server']).status === 0

/** Empty, or what the title of a test that is skipped ends with. */
export const noS3 = isThere ? '' : ' (skipped: no Python with moto[server])'

/** An S3 server of other people's making, moto, on a free port of loopback. */
export const startS3 = async () => {
  const port = await freePort()
  const server = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {stdio: 'ignore'})
  const root = `http://127.0.0.1:${port}`
  for (;;) {
    if (server.exitCode !== null) throw new Error('moto did not start')
    if (
      await fetch(`${root}/moto-api/`).then(
        ({ok}) => ok,
        () => false,
      )
    )
      break
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  return {
    root,
    settings: {
      MINIO_ENDPOINT: `127.0.0.1:${port}`,
      MINIO_ROOT_USER: 'admin',
      MINIO_ROOT_PASSWORD: new Secret('a-secret-key-to-test-with'),
      MINIO_BUCKET: 'june-storage',
      MINIO_SECURE: false,
    },
    async stop() {
      server.kill('SIGKILL')
      await once(server, 'exit')
    },
  }
}
