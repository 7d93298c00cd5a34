import type {Role} from '@essence/core/access/port'
import {useForm} from 'react-hook-form'
import {useTranslation} from 'react-i18next'
import {asJuneError} from '../server/june-error.ts'
import {Checks} from '../ui/checks.tsx'
import {Field} from '../ui/field.tsx'
import {FormDialog} from '../ui/form-dialog.tsx'
import {type Person, roles, useChange} from './admin.ts'

interface NewPerson {
  username: string
  password: string
  roles: Role[]
}

/** What the gateway takes, docs/access.md. */
export const passwordLength = {min: 8, max: 256}

/** The form for a new account. */
export const AddPerson = ({onClose}: {onClose: () => void}) => {
  const {t} = useTranslation('owner')
  const change = useChange<Person>()
  const {register, handleSubmit, setError, formState} = useForm<NewPerson>({
    defaultValues: {username: '', password: '', roles: ['user']},
  })
  const {errors, isSubmitting} = formState
  const submit = handleSubmit(async body => {
    try {
      await change({method: 'POST', path: 'users', body})
      onClose()
    } catch (error) {
      setError('root', {message: asJuneError(error).message})
    }
  })
  return (
    <FormDialog
      title={t('people.add')}
      submit={t('people.addOne')}
      isBusy={isSubmitting}
      problem={errors.root?.message}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field
        label={t('people.name')}
        hint={t('people.nameHint')}
        problem={errors.username?.message}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        {...register('username', {
          required: t('people.nameHint'),
          pattern: {value: /^[A-Za-z0-9_-]{1,64}$/, message: t('people.nameHint')},
        })}
      />
      <Field
        label={t('people.password')}
        type="password"
        hint={t('people.passwordHint', passwordLength)}
        problem={errors.password?.message}
        autoComplete="new-password"
        {...register('password', {
          required: t('people.passwordHint', passwordLength),
          minLength: {value: passwordLength.min, message: t('people.passwordHint', passwordLength)},
          maxLength: {value: passwordLength.max, message: t('people.passwordHint', passwordLength)},
        })}
      />
      <Checks
        label={t('people.roles')}
        options={roles.map(value => ({value, label: t(`role.${value}`)}))}
        problem={errors.roles?.message}
        {...register('roles', {validate: chosen => chosen.length > 0 || t('people.roleNeeded')})}
      />
    </FormDialog>
  )
}
