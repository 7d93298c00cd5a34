import {
  type Networking,
  NetworkingStatusCode,
  type VoiceConnection,
  type VoiceConnectionState,
  VoiceConnectionStatus,
  type VoiceUDPSocket,
  type VoiceWebSocket,
} from '@discordjs/voice'

type OnUdpMessage = (message: Buffer) => void

/**
 * Keeps what a voice server, or anybody who knows the UDP port, may send from ending the process: @discordjs/voice 0.19 lets errors of the group's
 * keys and of packets that are cut short out of its sockets' listeners and timers, where nobody can catch them. And keeps June's words back where the call is
 * encrypted end to end and she has no key yet: they would go out as they are.
 * @param onBroken the connection can be used no more as it is
 */
export const guardConnection = (connection: VoiceConnection, onBroken: (error: unknown) => void): void => {
  const guarded = new WeakSet<object>()
  const guardSocket = (socket: VoiceWebSocket | undefined): void => {
    if (!socket || guarded.has(socket)) return
    guarded.add(socket)
    const onMessage = socket.onMessage.bind(socket)
    socket.onMessage = event => attempt(() => onMessage(event), onBroken)
  }
  /** Keeping UDP alive, and sending sound, are timers of the library's: an address that is none throws there. */
  const guardUdp = (udp: VoiceUDPSocket | undefined): void => {
    if (!udp || guarded.has(udp)) return
    guarded.add(udp)
    const send = udp.send.bind(udp)
    udp.send = bytes => attempt(() => send(bytes), onBroken)
  }
  const guardNetworking = (networking: Networking | undefined): void => {
    if (!networking || guarded.has(networking)) return
    guarded.add(networking)
    guardSocket(socketOf(networking.state))
    // It opens another one to resume.
    networking.on('stateChange', (_, state) => {
      guardSocket(socketOf(state))
      guardUdp('udp' in state ? state.udp : undefined)
    })
  }
  connection.on('stateChange', (_: VoiceConnectionState, state) => {
    if ('networking' in state) guardNetworking(state.networking)
  })

  const receiver = connection.receiver as unknown as {onUdpMessage: OnUdpMessage}
  const {onUdpMessage} = receiver
  // What is no packet of sound is of no account.
  receiver.onUdpMessage = message =>
    attempt(
      () => onUdpMessage(message),
      () => {},
    )

  const prepareAudioPacket = connection.prepareAudioPacket.bind(connection)
  connection.prepareAudioPacket = packet =>
    hasKeys(connection) ? attempt(() => prepareAudioPacket(packet), onBroken) : undefined
}

/** Whether what June says can be read by those in the call, and by nobody else where it is encrypted end to end. */
export const hasKeys = ({state}: VoiceConnection): boolean => {
  if (state.status !== VoiceConnectionStatus.Ready) return false
  const {state: networking} = state.networking
  if (networking.code !== NetworkingStatusCode.Ready) return false
  const {dave} = networking
  return !dave || dave.protocolVersion === 0 || dave.session?.ready === true
}

const socketOf = (state: Networking['state']): VoiceWebSocket | undefined => ('ws' in state ? state.ws : undefined)

const attempt = <T>(work: () => T, onError: (error: unknown) => void): T | undefined => {
  try {
    return work()
  } catch (error) {
    onError(error)
    return undefined
  }
}
