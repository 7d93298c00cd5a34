import type {KnownParty, Pairing} from '@essence/core/access/channel/port'
import {memberRules, partyKinds, standings} from '@essence/core/access/channel/port'
import type {FastifyRequest} from 'fastify'
import type {ZodTypeProvider} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {AddRoutes} from '../door/context.ts'

const partyId = {
  /** `telegram`. */
  channel: z.string().min(1).max(40),
  kind: z.enum(partyKinds).default('person'),
  id: z.string().min(1).max(40),
}

const party = {channel: z.string(), kind: z.enum(partyKinds), id: z.string(), name: z.string().optional()}

const knownSchema = z.object({
  ...party,
  standing: z.enum(standings),
  members: z.enum(memberRules).optional(),
  since: z.iso.datetime().optional(),
  by: z.string().optional(),
  reason: z.string().optional(),
})

const waitingSchema = z.object({
  ...party,
  code: z.string(),
  asked_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
})

const approval = z.strictObject({
  code: z.string().min(1).max(20),
  /** As an owner. */
  owner: z.boolean().default(false),
  members: z.enum(memberRules).optional(),
})
const block = z.strictObject({...partyId, reason: z.string().max(200).optional()})

/** Who may talk to bots, for whoever may administer; nothing where the gateway does not know. */
export const addChannelsRoutes: AddRoutes = (door, {channels}) => {
  if (!channels) return
  const http = door.withTypeProvider<ZodTypeProvider>()
  const reads = {access: 'admin.read'} as const
  const writes = {access: 'admin.write'} as const
  const tags = ['admin']

  http.get(
    '/admin/channels',
    {
      config: reads,
      schema: {
        tags,
        summary: 'Who may talk to bots, who is blocked, and who asks to be let in.',
        response: {200: z.object({waiting: z.array(waitingSchema), known: z.array(knownSchema)})},
      },
    },
    async () => {
      const access = await channels()
      const [waiting, known] = await Promise.all([access.pairings(), access.list()])
      return {waiting: waiting.map(pairingToWire), known: known.map(partyToWire)}
    },
  )
  http.post(
    '/admin/channels/approve',
    {
      config: writes,
      schema: {tags, summary: 'Let in who asks with a code.', body: approval, response: {200: waitingSchema}},
    },
    async request => {
      const {code, owner, members} = request.body
      const standing = owner ? 'owner' : 'allowed'
      return pairingToWire(await (await channels()).decide(code, {standing, members, by: doer(request)}))
    },
  )
  http.post(
    '/admin/channels/block',
    {config: writes, schema: {tags, summary: 'Block a person or a group.', body: block, response: {200: knownSchema}}},
    async request => {
      const {reason, ...party} = request.body
      const access = await channels()
      const asking = await access.pairings(party.channel)
      const name = asking.find(({kind, id}) => kind === party.kind && id === party.id)?.name
      return partyToWire(await access.block({...party, name}, {by: doer(request), reason}))
    },
  )
  http.post(
    '/admin/channels/unblock',
    {
      config: writes,
      schema: {
        tags,
        summary: 'Take a block back; without a standing where they are a stranger again.',
        body: z.strictObject(partyId),
        response: {200: knownSchema.partial({standing: true})},
      },
    },
    async request => {
      const found = await (await channels()).unblock(request.body, {by: doer(request)})
      return found ? partyToWire(found) : request.body
    },
  )
}

/** An account of the gateway, told apart from people of channels. */
const doer = ({caller}: FastifyRequest): string => `gateway:${caller.userId}`

const partyToWire = ({since, ...known}: KnownParty): z.input<typeof knownSchema> => ({
  ...known,
  since: since?.toISOString(),
})

const pairingToWire = ({
  channel,
  kind,
  id,
  name,
  code,
  askedAt,
  expiresAt,
}: Pairing): z.input<typeof waitingSchema> => ({
  ...{channel, kind, id, name, code},
  asked_at: askedAt.toISOString(),
  expires_at: expiresAt.toISOString(),
})
