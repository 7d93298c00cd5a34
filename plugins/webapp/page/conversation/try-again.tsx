import {useTranslation} from 'react-i18next'
import {type Again, changeMessage, removeMessage} from './conversation-store.ts'
import {write} from './write.ts'

/** Sends once more what failed, or has no answer. @param id of the message it belongs to */
export const TryAgain = ({id, again: {text, decision, question}}: {id: string; again: Again}) => {
  const {t} = useTranslation('conversation')
  return (
    <button
      type="button"
      className="quiet"
      onClick={() => {
        if (id === question) changeMessage(id, {again: undefined})
        else removeMessage(id)
        void write(text, decision, {question})
      }}
    >
      {t('again')}
    </button>
  )
}
