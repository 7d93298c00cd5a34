import {type ComponentType, type ReactNode, useEffect, useRef, useState} from 'react'
import {createStore, type StoreApi, useStore} from 'zustand'

/** ms after which the page has come to rest: what only opens is fetched then, and opens at once. */
const restMs = 1500

/** What a button opens: the button itself, once it is there, and what comes of it. */
export interface OpenedProps {
  label: string
  icon: ReactNode
  className: string
  /** It was pressed before it was there. */
  isOpenAtFirst: boolean
}

/** A part of the page that nobody sees before they press something. */
export interface Late<P> {
  /** @returns whether it is there: June may be away */
  fetch: () => Promise<boolean>
  fetched: StoreApi<{Part: ComponentType<P> | undefined}>
}

export const late = <P extends object>(load: () => Promise<ComponentType<P>>): Late<P> => {
  const fetched = createStore<{Part: ComponentType<P> | undefined}>(() => ({Part: undefined}))
  let fetching: Promise<boolean> | undefined
  const attempt = async (): Promise<boolean> => {
    try {
      fetched.setState({Part: await load()})
      return true
    } catch {
      fetching = undefined
      return false
    }
  }
  const fetch = (): Promise<boolean> => {
    fetching ??= attempt()
    return fetching
  }
  return {fetch, fetched}
}

/** Fetches the part, at the latest when the page has come to rest. @returns it, once it is there */
export const useLate = <P extends object>({fetch, fetched}: Late<P>): ComponentType<P> | undefined => {
  useEffect(() => {
    const timer = setTimeout(() => void fetch(), restMs)
    return () => clearTimeout(timer)
  }, [fetch])
  return useStore(fetched, ({Part}) => Part)
}

interface LateButtonProps<P extends OpenedProps> {
  part: Late<P>
  button: Omit<OpenedProps, 'isOpenAtFirst'>
  /** Further ones of the part. */
  more: Omit<P, keyof OpenedProps>
}

/** A button that opens something: until that is there it only looks like it, and remembers that it was pressed. */
export const LateButton = <P extends OpenedProps>({part, button, more}: LateButtonProps<P>) => {
  const Part = useLate(part)
  const [isAsked, setAsked] = useState(false)
  const place = useRef<HTMLSpanElement>(null)
  const hasFocus = useRef(false)
  const isThere = Part !== undefined
  useEffect(() => {
    if (isThere && hasFocus.current && !isAsked) place.current?.querySelector('button')?.focus()
  }, [isThere, isAsked])
  return (
    <span ref={place} className="late">
      {Part ? (
        <Part {...({...button, ...more, isOpenAtFirst: isAsked} as unknown as P)} />
      ) : (
        <button
          type="button"
          className={button.className}
          aria-label={button.label}
          aria-busy={isAsked}
          onClick={() => {
            setAsked(true)
            void part.fetch().then(setAsked)
          }}
          onFocus={() => {
            hasFocus.current = true
          }}
          onBlur={() => {
            hasFocus.current = false
          }}
        >
          {button.icon}
        </button>
      )}
    </span>
  )
}
