import {useRef, useState} from 'react'

/**
 * Says what was done, also to those who listen, and takes the focus: what was pressed may be gone.
 * @returns where it is said, and how to say it
 */
export const useTold = () => {
  const place = useRef<HTMLParagraphElement>(null)
  const [words, setWords] = useState('')
  const tell = (said: string): void => {
    setWords(said)
    place.current?.focus()
  }
  const told = (
    <p ref={place} className="told" role="status" tabIndex={-1}>
      {words}
    </p>
  )
  return {told, tell}
}
