/**
 * Descriptors of the listening sockets that this process was started with (socket activation, sd_listen_fds(3)): those under a
 * name, which for services of ours is the variable of the port. The process that passes them on keeps them open, so connections
 * wait in their queue when this process ends, and the next one accepts them.
 */
export const inheritedSockets = (name: string, env: NodeJS.ProcessEnv = process.env): number[] => {
  // Meant for another process, of which this one has inherited the environment only.
  if (env['LISTEN_PID'] !== String(process.pid)) return []
  const count = Number(env['LISTEN_FDS'] ?? 0)
  return (env['LISTEN_FDNAMES'] ?? '')
    .split(':')
    .slice(0, count)
    .flatMap((inherited, index) => (inherited === name ? [firstDescriptor + index] : []))
}

/** SD_LISTEN_FDS_START */
const firstDescriptor = 3

/** Variables a deployment sets for the one process it starts; a process that starts others keeps them from these. */
export const deploymentVariables = ['ESSENCE_HEALTH_SOCKET', 'LISTEN_FDS', 'LISTEN_FDNAMES', 'LISTEN_PID'] as const
