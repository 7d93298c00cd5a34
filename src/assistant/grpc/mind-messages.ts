import type {DocumentInfo, DocumentKind, Passage} from '../../documents/port.ts'
import type {Fact, Provenance} from '../../memory/port.ts'
import type {
  Document as DocumentMessage,
  Fact as FactMessage,
  Passage as PassageMessage,
  Reminder as ReminderMessage,
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
