import type {Role} from '@essence/core/access/port'
import {useForm} from 'react-hook-form'
import {useTranslation} from 'react-i18next'
import {asJuneError} from '../server/june-error.ts'
import {Checks} from '../ui/checks.tsx'
import {Field} from '../ui/field.tsx'
import {FormDialog} from '../ui/form-dialog.tsx'
import {passwordLength} from './add-person.tsx'
import {type Person, pathOf, roles, useChange} from './admin.ts'

interface Changed {
  roles: Role[]
  isBlocked: boolean
  reason: string
  password: string
}

/** The form that changes, blocks and unblocks a person. */
export const ChangePerson = ({person, onClose}: {person: Person; onClose: () => void}) => {
  const {t} = useTranslation('owner')
  const change = useChange<Person>()
  const wasBlocked = person.status === 'blocked'
  const {register, handleSubmit, watch, setError, formState} = useForm<Changed>({
    defaultValues: {roles: person.roles, isBlocked: wasBlocked, reason: person.reason ?? '', password: ''},
  })
  const {errors, isSubmitting, dirtyFields} = formState
  const submit = handleSubmit(async given => {
    // Only what was changed: another admin may have changed the rest.
    const body = {
      ...(dirtyFields.roles && {roles: given.roles}),
      ...((dirtyFields.isBlocked || dirtyFields.reason) && {
        status: given.isBlocked ? 'blocked' : 'active',
        ...(given.isBlocked && given.reason !== '' && {reason: given.reason}),
      }),
      ...(given.password !== '' && {password: given.password}),
    }
    try {
      if (Object.keys(body).length > 0) await change({method: 'PUT', path: pathOf('users', person.id), body})
      onClose()
    } catch (error) {
      setError('root', {message: asJuneError(error).message})
    }
  })
  return (
    <FormDialog
      title={t('people.changeOne', {name: person.username})}
      submit={t('people.save')}
      isBusy={isSubmitting}
      problem={errors.root?.message}
      onSubmit={submit}
      onClose={onClose}
    >
      <p className="hint">{t('people.changeHint')}</p>
      <Checks
        label={t('people.roles')}
        options={roles.map(value => ({value, label: t(`role.${value}`)}))}
        problem={errors.roles?.message}
        {...register('roles', {validate: chosen => chosen.length > 0 || t('people.roleNeeded')})}
      />
      <label className="check-line">
        <input type="checkbox" {...register('isBlocked')} />
        {t('people.blocked')}
      </label>
      {watch('isBlocked') && (
        <Field label={t('people.reason')} autoComplete="off" maxLength={500} {...register('reason')} />
      )}
      <Field
        label={t('people.newPassword')}
        type="password"
        hint={t('people.newPasswordHint')}
        problem={errors.password?.message}
        autoComplete="new-password"
        {...register('password', {
          validate: ({length}) =>
            length === 0 ||
            (length >= passwordLength.min && length <= passwordLength.max) ||
            t('people.passwordHint', passwordLength),
        })}
      />
    </FormDialog>
  )
}
