import {useForm} from 'react-hook-form'
import {useTranslation} from 'react-i18next'
import {asJuneError} from '../../server/june-error.ts'
import {Field} from '../../ui/field.tsx'
import {FormDialog} from '../../ui/form-dialog.tsx'
import {type BotParty, useChange} from '../admin.ts'
import {nameOf} from './party-text.tsx'

interface BlockPartyProps {
  party: BotParty
  /** Where the focus goes afterwards. */
  finalFocus: () => HTMLElement | null
  onClose: () => void
}

/** Asks whether, and why, a person or a group is no longer heard. */
export const BlockParty = ({party, finalFocus, onClose}: BlockPartyProps) => {
  const {t} = useTranslation('owner')
  const change = useChange()
  const {register, handleSubmit, setError, formState} = useForm({defaultValues: {reason: ''}})
  const {errors, isSubmitting} = formState
  const {channel, kind, id} = party
  const name = nameOf(party)
  const submit = handleSubmit(async ({reason}) => {
    const why = reason.trim() === '' ? {} : {reason: reason.trim()}
    try {
      await change({method: 'POST', path: 'channels/block', body: {channel, kind, id, ...why}})
      onClose()
    } catch (error) {
      setError('root', {message: asJuneError(error).message})
    }
  })
  return (
    <FormDialog
      title={t('bots.blockQuestion', {name})}
      submit={t('bots.block')}
      isBusy={isSubmitting}
      problem={errors.root?.message}
      onSubmit={submit}
      finalFocus={finalFocus}
      onClose={onClose}
    >
      <p className="hint">{t('bots.blockText')}</p>
      <Field label={t('people.reason')} autoComplete="off" maxLength={200} {...register('reason')} />
    </FormDialog>
  )
}
