import {permissions} from '@essence/core/access/port'
import {useState} from 'react'
import {Controller, useForm} from 'react-hook-form'
import {useTranslation} from 'react-i18next'
import {asJuneError} from '../server/june-error.ts'
import {now} from '../server/now.ts'
import {useStatus} from '../server/status.ts'
import {Checks} from '../ui/checks.tsx'
import {Choice} from '../ui/choice.tsx'
import {Field} from '../ui/field.tsx'
import {FormDialog} from '../ui/form-dialog.tsx'
import {type ApiKey, useChange} from './admin.ts'
import {NewKey} from './new-key.tsx'

/** Days; the last is for ever. */
const lives = ['30', '90', '365', ''] as const

interface Wanted {
  name: string
  user: string
  permissions: string[]
  days: (typeof lives)[number]
}

const dayMs = 86_400_000

/** Whoever asks on the machine itself is called so, and has no account. */
const atMachine = 'local'

/** The form for a new API key, and the key, which is shown once. */
export const AddKey = ({onClose}: {onClose: () => void}) => {
  const {t} = useTranslation('owner')
  const {data: status} = useStatus()
  const [made, setMade] = useState<string>()
  const change = useChange<ApiKey & {key: string}>()
  const {register, control, handleSubmit, setError, formState} = useForm<Wanted>({
    defaultValues: {
      name: '',
      user: status && status.you.id !== atMachine ? status.you.id : '',
      permissions: ['service.inference'],
      days: '90',
    },
  })
  const {errors, isSubmitting} = formState
  const submit = handleSubmit(async ({name, user, permissions, days}) => {
    const end = days === '' ? {} : {expires_at: new Date(now() + Number(days) * dayMs).toISOString()}
    try {
      const {key} = await change({method: 'POST', path: 'keys', body: {name, user_id: user, permissions, ...end}})
      setMade(key)
    } catch (error) {
      setError('root', {message: asJuneError(error).message})
    }
  })
  if (made !== undefined) return <NewKey value={made} onClose={onClose} />
  return (
    <FormDialog
      title={t('keys.add')}
      submit={t('keys.make')}
      isBusy={isSubmitting}
      problem={errors.root?.message}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field
        label={t('keys.name')}
        hint={t('keys.nameHint')}
        problem={errors.name?.message}
        autoComplete="off"
        maxLength={100}
        {...register('name', {required: t('keys.nameHint')})}
      />
      <Field
        label={t('keys.person')}
        hint={t('keys.personHint')}
        problem={errors.user?.message}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={64}
        {...register('user', {required: t('keys.personHint')})}
      />
      <Checks
        label={t('keys.permissions')}
        options={permissions.map(value => ({value, label: value}))}
        problem={errors.permissions?.message}
        {...register('permissions', {validate: chosen => chosen.length > 0 || t('keys.permissionNeeded')})}
      />
      <Controller
        name="days"
        control={control}
        render={({field: {value, onChange}}) => (
          <Choice
            label={t('keys.life')}
            options={lives.map(days => ({
              value: days,
              label: days === '' ? t('keys.forEver') : t('keys.days', {count: Number(days)}),
            }))}
            value={value}
            onChange={onChange}
          />
        )}
      />
    </FormDialog>
  )
}
