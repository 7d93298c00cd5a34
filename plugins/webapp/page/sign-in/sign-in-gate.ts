import {create} from 'zustand'

interface SignInGate {
  /** Somebody has to sign in before anything else. */
  isClosed: boolean
  open: () => void
}

export const useSignInGate = create<SignInGate>(() => ({isClosed: false, open: () => {}}))

/** Shows the form; resolves once a person has signed in. */
export const signIn = (): Promise<void> =>
  new Promise(resolve => {
    useSignInGate.setState({
      isClosed: true,
      open: () => {
        useSignInGate.setState({isClosed: false})
        resolve()
      },
    })
  })
