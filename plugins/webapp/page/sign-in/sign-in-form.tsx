import {useEffect} from 'react'
import {useForm} from 'react-hook-form'
import {useTranslation} from 'react-i18next'
import {refusal} from '../server/june-error.ts'
import {keepTokens, tokens} from '../server/tokens.ts'
import {useSignInGate} from './sign-in-gate.ts'

interface Credentials {
  username: string
  password: string
}

/** @returns what is wrong with it, for the person */
const enter = async (credentials: Credentials): Promise<string | undefined> => {
  const response = await fetch('/auth/login', {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify(credentials),
  })
  if (!response.ok) return (await refusal(response)).message
  // What another person said, or waits to be sent, is not this one's.
  if (keepTokens(await response.json())) location.reload()
  return undefined
}

/** Where June wants to know who is there: instead of the page. */
export const SignInForm = () => {
  const {t} = useTranslation()
  const open = useSignInGate(gate => gate.open)
  const {register, handleSubmit, setError, setFocus, formState} = useForm<Credentials>()
  useEffect(() => setFocus('username'), [setFocus])
  const submit = handleSubmit(async ({username, password}) => {
    const failure = await enter({username: username.trim(), password}).catch(() => t('unreachable'))
    if (failure !== undefined) {
      setError('root', {message: failure})
      setFocus('password', {shouldSelect: true})
    } else if (tokens()) open()
  })
  return (
    <form className="sign-in" aria-labelledby="sign-in-title" onSubmit={submit}>
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
  )
}
