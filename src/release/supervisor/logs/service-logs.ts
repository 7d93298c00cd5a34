import {redact} from '../../../kit/secret.ts'
import type {ServiceLayout} from '../../host/layout.ts'
import {LogFile, type LogFileOptions} from './log-file.ts'

/** How a line of our structured log begins; `essence up` puts the name of its service and a bar before it. */
const structured = /^(?:[a-z-]+ *│ )?(?=\{"level":")/
/** Bytes in which that must show. */
const startBytes = 80

/** The two files of a service: everything it wrote, and of that what is structured, with what its supervisor says. */
export class ServiceLogs {
  readonly #console: LogFile
  readonly #log: LogFile
  readonly #service: string

  constructor({service, consoleLog, log}: ServiceLayout) {
    this.#service = service
    this.#console = new LogFile(consoleLog)
    this.#log = new LogFile(log)
  }

  /** Changes when files are put aside, and how many are kept. */
  limit(options: LogFileOptions): void {
    this.#console.limit(options)
    this.#log.limit(options)
  }

  /** A line of the service. */
  line(line: Buffer): void {
    this.#console.write(line)
    const start = structured.exec(line.subarray(0, startBytes).toString())
    if (start) this.#log.write(line.subarray(Buffer.byteLength(start[0])))
  }

  /** What the supervisor did, in the shape of the services' own log. */
  event(level: 'info' | 'warn' | 'error', msg: string, facts: object = {}): void {
    const time = new Date().toISOString()
    this.#log.write(
      redact(JSON.stringify({level, time, service: this.#service, supervisor: process.pid, ...facts, msg})),
    )
  }

  close(): void {
    this.#console.close()
    this.#log.close()
  }
}
