import {DAVESession} from '@snazzah/davey'
import {type MlsDelivery, openMlsDelivery, splitCommit, vector} from './mls-delivery.ts'
import {op} from './opcodes.ts'

/** What a group says to the client that is tested. */
export interface DaveClient {
  binary(opcode: number, payload: Buffer): void
  json(opcode: number, data: object): void
}

const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff])

/** As `ProposalsOperationType`: davey exports types only. */
const append = 0

/**
 * A call that is encrypted end to end: the people in it, each with a session of their own, and the client that is tested, which is reached through
 * the voice server. Real MLS on both sides.
 */
export class DaveGroup {
  readonly #channelId: string
  readonly #delivery: MlsDelivery
  readonly #sessions = new Map<string, DAVESession>()
  #client: DaveClient | undefined
  #isClientIn = false
  /** The client is to commit, as there is nobody else. */
  #isClientAsked = false
  #transition = 0
  /** Transitions that the client has said it is ready for. */
  readonly executed: number[] = []
  /** Times that the client could not follow, and asked to be added anew. */
  invalidated = 0
  /** Key packages of the client are left lying: it stays out of the group. */
  isStuck = false

  constructor(channelId: string) {
    this.#channelId = channelId
    this.#delivery = openMlsDelivery(channelId)
  }

  /** The client has come, or is away. */
  connect(client: DaveClient | undefined): void {
    this.#client = client
    this.#isClientIn = false
    client?.binary(op.externalSender, this.#delivery.externalSender)
  }

  /** Whether the client holds the same keys as the people. */
  get isClientIn(): boolean {
    return this.#isClientIn
  }

  sessionOf(person: string): DAVESession | undefined {
    return this.#sessions.get(person)
  }

  /** What people share to compare: of the client it must be the same. */
  get privacyCode(): string | undefined {
    return this.#sessions.values().next().value?.voicePrivacyCode
  }

  add(person: string): void {
    const session = this.#newSession(person)
    const keyPackage = session.getSerializedKeyPackage()
    const members = [...this.#sessions.values()].filter(({ready}) => ready)
    this.#sessions.set(person, session)
    if (members[0]) this.#commit(members, this.#delivery.add(epochOf(members[0]), keyPackage))
    // The client is alone, or nobody is here: it forms the group.
    else this.#propose(this.#delivery.add(0n, keyPackage))
  }

  remove(person: string): void {
    const session = this.#sessions.get(person)
    this.#sessions.delete(person)
    const members = [...this.#sessions.values()].filter(({ready}) => ready)
    const leaf = session?.ownLeafIndex ?? undefined
    if (!session?.ready || leaf === undefined) return
    if (members[0]) this.#commit(members, this.#delivery.remove(epochOf(members[0]), leaf))
    else {
      // Nobody is left to be in a group with: the next one begins at epoch 1.
      this.#isClientIn = false
      this.#client?.json(op.prepareEpoch, {protocol_version: 1, epoch: 1})
    }
  }

  /** A binary message of the client. */
  take(opcode: number, payload: Buffer): void {
    if (opcode === op.keyPackage) this.#welcomeClient(payload)
    // A commit that was not waited for has lost against that of the people.
    else if (opcode === op.commitWelcome && this.#isClientAsked) {
      this.#isClientAsked = false
      const {commit, welcome} = splitCommit(payload)
      const id = this.#nextTransition()
      for (const session of this.#sessions.values()) {
        if (session.ready) session.processCommit(commit)
        else if (welcome) session.processWelcome(welcome)
      }
      this.#isClientIn = true
      this.#client?.binary(op.announceCommit, Buffer.concat([uint16(id), commit]))
    }
  }

  /** The client holds the keys of a transition. */
  ready(transition: number): void {
    this.executed.push(transition)
    this.#client?.json(op.executeTransition, {transition_id: transition})
  }

  invalid(): void {
    this.invalidated++
    this.#isClientIn = false
  }

  /** The client has sent what it is to be added by; a group of people is formed anew, where it had been in the old one. */
  #welcomeClient(keyPackage: Buffer): void {
    this.#isClientIn = false
    if (this.isStuck) return
    if (this.#sessions.size === 0) return
    const people = [...this.#sessions.keys()]
    this.#sessions.clear()
    for (const person of people) this.#sessions.set(person, this.#newSession(person))
    const [first, ...rest] = [...this.#sessions.values()] as [DAVESession, ...DAVESession[]]
    const adds = [...rest.map(session => session.getSerializedKeyPackage()), keyPackage]
    const proposals = vector(Buffer.concat(adds.map(one => this.#delivery.add(0n, one))))
    const {commit, welcome} = first.processProposals(append, proposals)
    if (!commit || !welcome) throw new Error('No commit was made of the proposals.')
    first.processCommit(commit)
    for (const session of rest) session.processWelcome(welcome)
    this.#isClientIn = true
    this.#client?.binary(op.welcome, Buffer.concat([uint16(this.#nextTransition()), welcome]))
  }

  /** The first of the people commits, and all follow. */
  #commit(members: readonly DAVESession[], proposal: Buffer): void {
    const proposals = vector(proposal)
    const made = members.map(session => session.processProposals(append, proposals))
    if (this.#isClientIn) this.#client?.binary(op.proposals, Buffer.concat([Buffer.from([append]), proposals]))
    const {commit, welcome} = made[0] ?? {}
    if (!commit) throw new Error('No commit was made of the proposal.')
    for (const session of members) session.processCommit(commit)
    for (const session of this.#sessions.values()) if (welcome && !session.ready) session.processWelcome(welcome)
    if (!this.#isClientIn) return
    this.#client?.binary(op.announceCommit, Buffer.concat([uint16(this.#nextTransition()), commit]))
  }

  #propose(proposal: Buffer): void {
    if (this.isStuck || !this.#client) return
    this.#isClientAsked = true
    this.#client.binary(op.proposals, Buffer.concat([Buffer.from([append]), vector(proposal)]))
  }

  #newSession(person: string): DAVESession {
    const session = new DAVESession(1, person, this.#channelId)
    session.setExternalSender(this.#delivery.externalSender)
    return session
  }

  /** 0 is of a group that was not there before; here every one is announced, so that a client has to say that it is ready. */
  #nextTransition(): number {
    return ++this.#transition
  }
}

const epochOf = ({epoch}: DAVESession): bigint => {
  if (epoch === null) throw new Error('There is no group yet.')
  return epoch
}
