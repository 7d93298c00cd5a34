import {dirname} from 'node:path'
import type {ServiceLayout} from '../../host/layout.ts'
import type {Account} from './account.ts'

export interface UnitOptions {
  layout: ServiceLayout
  /** Node.js that runs the supervisor. */
  node: string
  program: string
  /** Folder of the supervisor's sockets. */
  sockets: string
  /** A unit of the system, for root; else one of a user. */
  system: boolean
  /** Whom a unit of the system runs as. Default: root. */
  account?: Pick<Account, 'name' | 'groups' | 'home'> | undefined
  /** ms the service has to drain. */
  drainMs: number
  /** Folders the service writes to beside its own. */
  writable: readonly string[]
}

/** `june-telegram.service` */
export const unitName = (service: string): string => `june-${service}.service`

/** Seconds that the supervisor has beyond the drain, to kill and to tidy. */
const marginSeconds = 15

/**
 * The systemd unit of a service's supervisor. Hardened as far as nothing of a voice service breaks: no
 * MemoryDenyWriteExecute (V8 and GPU drivers compile at run time), no PrivateDevices and no DevicePolicy (GPU, microphone).
 */
export const renderUnit = (options: UnitOptions): string => {
  const {layout, node, program, system, drainMs} = options
  const exec = [node, program, 'supervise', layout.folder, dirname(layout.log)].map(quote).join(' ')
  return `# Written by essence deploy --systemd; changes belong into a drop-in: systemctl ${system ? '' : '--user '}edit ${unitName(layout.service)}
[Unit]
Description=June: ${layout.service}
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=300
StartLimitBurst=5

[Service]
Type=exec
ExecStart=${exec}
Restart=on-failure
RestartSec=2
# SIGTERM to the supervisor alone, which drains the service; SIGKILL to all that is left.
KillMode=mixed
TimeoutStopSec=${Math.ceil(drainMs / 1000) + marginSeconds}
SuccessExitStatus=143
LimitNOFILE=65536

UMask=0027
NoNewPrivileges=yes
${system ? systemSandbox(options) : userSandbox}
[Install]
WantedBy=${system ? 'multi-user.target' : 'default.target'}
`
}

/** What needs no privileges; most else of a user's unit is for managers that may make namespaces. */
const userSandbox = `LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
`

const userLines = ({name, groups, home}: NonNullable<UnitOptions['account']>): string => `User=${name}
${groups.length > 0 ? `SupplementaryGroups=${groups.join(' ')}\n` : ''}Environment=${quote(`HOME=${home}`)}
AmbientCapabilities=CAP_NET_BIND_SERVICE
`

const systemSandbox = ({layout, sockets, writable, node, account}: UnitOptions): string => {
  const folders = [...new Set([layout.folder, dirname(layout.log), sockets, ...writable])]
  return `${account ? userLines(account) : ''}${userSandbox}CapabilityBoundingSet=CAP_NET_BIND_SERVICE
PrivateTmp=yes
ProtectSystem=strict
${folders.map(folder => `ReadWritePaths=${quote(folder)}`).join('\n')}
${needsHome([...folders, node]) ? '# Something of the service is in a home.\nProtectHome=read-only' : 'ProtectHome=yes'}
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictNamespaces=yes
`
}

const needsHome = (paths: readonly string[]): boolean =>
  paths.some(path => /^\/(?:home|root|run\/user)(?:\/|$)/.test(path))

/** A word of a unit file: `%` begins a specifier, `$` a variable (systemd.service(5), "Command lines"). */
export const quote = (word: string): string =>
  `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`
