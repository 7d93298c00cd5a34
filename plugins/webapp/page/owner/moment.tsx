import {useTranslation} from 'react-i18next'

/** A moment as people of the page's language write it. */
export const Moment = ({at}: {at: string}) => {
  const {i18n} = useTranslation()
  const written = new Intl.DateTimeFormat(i18n.language, {dateStyle: 'medium', timeStyle: 'short'})
  return <time dateTime={at}>{written.format(new Date(at))}</time>
}
