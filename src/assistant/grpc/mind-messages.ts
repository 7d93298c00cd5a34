import type {DocumentInfo, DocumentKind, Passage} from '../../documents/port.ts'
import type {ConversationInfo, Fact, Provenance, StoredMessage} from '../../memory/port.ts'
import type {
  Conversation as ConversationMessage,
  Document as DocumentMessage,
  Fact as FactMessage,
  Passage as PassageMessage,
  Reminder as ReminderMessage,
  Message as SaidMessage,
} from '../../rpc/generated/june/mind/mind.ts'
import type {DueReminder, Reminder} from '../../tools/port.ts'

/** The name of the service in its proto. */
export const mindService = 'june.mind.Mind'

export const factMessage = ({validFrom, validTo, ...fact}: Fact): FactMessage => ({
  ...fact,
  validFromMs: Number(validFrom),
  validToMs: validTo && Number(validTo),
})

export const factFrom = ({validFromMs, validToMs, provenance, ...fact}: FactMessage): Fact => ({
  ...fact,
  provenance: provenance as Provenance,
  validFrom: new Date(validFromMs),
  validTo: validToMs === undefined ? undefined : new Date(validToMs),
})

export const conversationMessage = ({createdAt, lastAt, session, ...info}: ConversationInfo): ConversationMessage => ({
  ...info,
  sessionId: session,
  createdAtMs: Number(createdAt),
  lastAtMs: Number(lastAt),
})

export const conversationFrom = ({
  createdAtMs,
  lastAtMs,
  sessionId,
  ...info
}: ConversationMessage): ConversationInfo => ({
  ...info,
  session: sessionId,
  createdAt: new Date(createdAtMs),
  lastAt: new Date(lastAtMs),
})

export const saidMessage = ({createdAt, tools = [], ...message}: StoredMessage): SaidMessage => ({
  ...message,
  tools,
  createdAtMs: Number(createdAt),
})

export const saidFrom = ({createdAtMs, tools, role, ...message}: SaidMessage): StoredMessage => ({
  ...message,
  role: role as StoredMessage['role'],
  tools: tools.length > 0 ? tools : undefined,
  createdAt: new Date(createdAtMs),
})

export const documentMessage = ({addedAt, ...document}: DocumentInfo): DocumentMessage => ({
  ...document,
  addedAtMs: Number(addedAt),
})

export const documentFrom = ({addedAtMs, kind, state, ...document}: DocumentMessage): DocumentInfo => ({
  ...document,
  kind: kind as DocumentKind,
  state: state as DocumentInfo['state'],
  addedAt: new Date(addedAtMs),
})

export const passageMessage = ({document, ...passage}: Passage): PassageMessage => ({
  ...passage,
  documentId: document.id,
  documentName: document.name,
})

export const passageFrom = ({documentId, documentName, ...passage}: PassageMessage): Passage => ({
  ...passage,
  document: {id: documentId, name: documentName},
})

export const reminderMessage = (reminder: DueReminder & Partial<Reminder>): ReminderMessage => {
  const {speaker: userId, session: sessionId, dueAt, kind = '', ...rest} = reminder
  return {...rest, userId, sessionId, dueAtMs: Number(dueAt), kind}
}

export const dueFrom = ({userId, sessionId, dueAtMs, kind: _, ...rest}: ReminderMessage): DueReminder => ({
  ...rest,
  speaker: userId,
  session: sessionId,
  dueAt: new Date(dueAtMs),
})

export const reminderFrom = (message: ReminderMessage): Reminder => ({
  ...dueFrom(message),
  kind: message.kind as Reminder['kind'],
})
