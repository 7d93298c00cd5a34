import {useEffect, useLayoutEffect, useRef} from 'react'
import {createPortal} from 'react-dom'
import {useForm} from 'react-hook-form'
import {useTranslation} from 'react-i18next'
import {refusal} from '../server/june-error.ts'
import {type GivenTokens, keepTokens, lastPerson} from '../server/tokens.ts'
import {leaveNothing} from './leave-nothing.ts'
import {useSignInGate} from './sign-in-gate.ts'

interface Credentials {
  username: string
  password: string
}

type Entered = {is: 'refused'; why: string} | {is: 'same'} | {is: 'another'}

const enter = async (credentials: Credentials): Promise<Entered> => {
  const response = await fetch('/auth/login', {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify(credentials),
  })
  if (!response.ok) return {is: 'refused', why: (await refusal(response)).message}
  const given: GivenTokens = await response.json()
  const before = lastPerson()
  const isAnother = before !== undefined && before !== given.username
  if (isAnother) await leaveNothing()
  keepTokens(given)
  return {is: isAnother ? 'another' : 'same'}
}

/** Where June wants to know who is there: over all of the page, whose dialogs may be open. What was begun there goes on afterwards. */
export const SignInForm = () => {
  const {t} = useTranslation()
  const open = useSignInGate(gate => gate.open)
  const dialog = useRef<HTMLDialogElement>(null)
  const {register, handleSubmit, setError, setFocus, formState} = useForm<Credentials>({
    defaultValues: {username: lastPerson() ?? ''},
  })
  useLayoutEffect(() => {
    const before = document.activeElement
    if (!dialog.current?.open) dialog.current?.showModal()
    return () => {
      if (before instanceof HTMLElement) setTimeout(() => before.focus())
    }
  }, [])
  useEffect(() => setFocus(lastPerson() === undefined ? 'username' : 'password'), [setFocus])
  const submit = handleSubmit(async ({username, password}) => {
    const unreachable = (): Entered => ({is: 'refused', why: t('unreachable')})
    const entered = await enter({username: username.trim(), password}).catch(unreachable)
    if (entered.is === 'same') open()
    // What another person said, or waits to be sent, is not this one's.
    else if (entered.is === 'another') location.reload()
    else {
      setError('root', {message: entered.why})
      setFocus('password', {shouldSelect: true})
    }
  })
  const stay = (): void => {
    if (dialog.current?.isConnected) dialog.current.showModal()
  }
  return createPortal(
    <dialog
      ref={dialog}
      className="sign-in"
      aria-labelledby="sign-in-title"
      // A browser heeds a refusal to cancel once, and then closes it.
      onKeyDown={event => event.key === 'Escape' && event.preventDefault()}
      onCancel={event => event.preventDefault()}
      onClose={stay}
    >
      <form onSubmit={submit}>
        <h2 id="sign-in-title">{t('signIn.title')}</h2>
        <label>
          {t('signIn.name')}
          <input
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={64}
            required
            {...register('username')}
          />
        </label>
        <label>
          {t('signIn.password')}
          <input type="password" autoComplete="current-password" maxLength={256} required {...register('password')} />
        </label>
        <p className="problem" role="alert">
          {formState.errors.root?.message}
        </p>
        <button type="submit" className="primary" disabled={formState.isSubmitting}>
          {t('signIn.enter')}
        </button>
      </form>
    </dialog>,
    document.body,
  )
}
