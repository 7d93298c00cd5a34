import {useMutation, useQuery, useQueryClient} from '@tanstack/react-query'
import {useTranslation} from 'react-i18next'
import {askJson} from '../server/ask.ts'
import {momentIn} from '../ui/quantities.ts'
import {useTold} from './told.tsx'
import {Trouble} from './trouble.tsx'

interface PendingReminder {
  id: string
  kind: 'timer' | 'reminder'
  text: string
  due_at: string
}

const path = '/api/reminders/pending'
const queryKey = ['reminders']
/** ms; one that became due is gone. */
const lookMs = 15_000

/** What June is to remind somebody of, soonest first. */
export const Reminders = () => {
  const {t, i18n} = useTranslation('mind')
  const client = useQueryClient()
  const {told, tell} = useTold()
  const {
    data: reminders,
    error,
    isPending,
  } = useQuery({
    queryKey,
    queryFn: ({signal}) => askJson<{reminders: PendingReminder[]}>(path, {signal}).then(({reminders}) => reminders),
    refetchInterval: lookMs,
  })
  const cancel = useMutation({
    mutationFn: ({id}: PendingReminder) => askJson(`${path}/${encodeURIComponent(id)}`, {method: 'DELETE'}),
    onSuccess: () => tell(t('reminders.cancelled')),
    onSettled: () => client.invalidateQueries({queryKey}),
  })
  return (
    <>
      {told}
      <Trouble error={error ?? cancel.error} />
      {isPending && <p className="soft">{t('looking')}</p>}
      {reminders?.length === 0 && <p className="soft">{t('reminders.none')}</p>}
      <ul className="cards" aria-label={t('reminders.title')}>
        {reminders?.map(each => (
          <li key={each.id}>
            <p>{each.text}</p>
            <p className="soft small">
              {t(`reminders.${each.kind}`)}, <time dateTime={each.due_at}>{momentIn(i18n.language, each.due_at)}</time>
            </p>
            <div className="row">
              <button
                type="button"
                className="quiet"
                aria-label={t('reminders.cancelIt', {text: each.text})}
                onClick={() => cancel.mutate(each)}
              >
                {t('reminders.cancel')}
              </button>
            </div>
          </li>
        ))}
      </ul>
    </>
  )
}
