import {useEffect} from 'react'
import {useTranslation} from 'react-i18next'
import {Virtuoso} from 'react-virtuoso'
import {DownIcon} from '../ui/icons.tsx'
import {Bubble} from './bubble.tsx'
import {dayOf, isSameDay} from './clock.ts'
import {type Message, useConversation} from './conversation-store.ts'
import {useFollowEnd} from './follow-end.ts'
import {useWriting} from './writing-store.ts'

/** Bubbles, as many as can be seen; the end stays in sight while it grows. */
export const MessageList = () => {
  const {t} = useTranslation('conversation')
  const messages = useConversation(state => state.messages)
  const {scrollerRef, isAway, toEnd} = useFollowEnd()
  const newest = messages.findLastIndex(({who}) => who === 'you')
  const newestId = messages[newest]?.id
  // biome-ignore lint/correctness/useExhaustiveDependencies: who says something wants to see it.
  useEffect(toEnd, [newestId])
  return (
    // What comes is told by `Answered`: bubbles also come into the page while a reader scrolls.
    <div className="messages" role="log" aria-live="off" aria-label={t('log')}>
      <Virtuoso
        data={messages}
        scrollerRef={scrollerRef}
        computeItemKey={(_, {id}) => id}
        itemContent={(index, message: Message) => (
          <>
            <Day at={message.at} before={messages[index - 1]?.at} />
            <Bubble message={message} isNewest={index === newest} isPast={index < newest} />
          </>
        )}
        alignToBottom
        increaseViewportBy={400}
      />
      {isAway && (
        <button type="button" className="icon-button to-end" aria-label={t('toEnd')} onClick={toEnd}>
          <DownIcon />
        </button>
      )}
      <Answered />
    </div>
  )
}

/** Stands before the first message of each day. */
const Day = ({at, before}: {at: number; before: number | undefined}) => {
  const {i18n} = useTranslation()
  if (before !== undefined && isSameDay(at, before)) return null
  return (
    <p className="day">
      <time dateTime={new Date(at).toISOString()}>{dayOf(at, i18n.language)}</time>
    </p>
  )
}

/** What June answers without a voice, for those who have the page read to them. */
const Answered = () => {
  const answered = useWriting(state => state.answered)
  return (
    <p className="unseen" aria-live="polite">
      {answered}
    </p>
  )
}
