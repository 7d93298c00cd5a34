import type {Host} from '../host/host.ts'
import {deploy} from './deploy.ts'
import {history} from './history.ts'
import {lockRelease, lockStatus} from './lock.ts'
import {logs} from './logs.ts'
import {plan} from './plan.ts'
import type {HostOperation, OperationHandler} from './port.ts'
import {rollback} from './rollback.ts'
import {restart, start, stop} from './start-stop.ts'
import {facts, status} from './status.ts'
import {undeploy} from './undeploy.ts'

export type HostHandlers = {[Name in HostOperation]: OperationHandler<Name>}

/** How each operation is done on a machine. */
export const hostHandlers = (host: Host): HostHandlers => ({
  facts: facts(host),
  plan: plan(host),
  deploy: deploy(host),
  rollback: rollback(host),
  start: start(host),
  restart: restart(host),
  stop: stop(host),
  undeploy: undeploy(host),
  status: status(host),
  history: history(host),
  logs: logs(host),
  lockStatus: lockStatus(host),
  lockRelease: lockRelease(host),
})
