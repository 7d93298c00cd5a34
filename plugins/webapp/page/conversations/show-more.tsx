import {useEffect, useRef} from 'react'
import {useTranslation} from 'react-i18next'

/** The end of a list that has more: comes of itself when it is scrolled to. */
export const ShowMore = ({isBusy, onMore}: {isBusy: boolean; onMore: () => void}) => {
  const {t} = useTranslation('list')
  const button = useRef<HTMLButtonElement>(null)
  const more = useRef(onMore)
  more.current = onMore
  useEffect(() => {
    if (!button.current || isBusy) return
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) more.current()
    })
    observer.observe(button.current)
    return () => observer.disconnect()
  }, [isBusy])
  return (
    <button ref={button} type="button" className="quiet more-of-list" disabled={isBusy} onClick={onMore}>
      {t('more')}
    </button>
  )
}
