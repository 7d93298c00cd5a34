/** A conversation of the list, as the gateway tells of it. */
export interface ConversationInfo {
  id: string
  session: string
  channel?: string
  title: string
  message_count: number
  created_at: string
  updated_at: string
}
