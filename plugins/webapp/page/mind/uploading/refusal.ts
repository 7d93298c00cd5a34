import {useCallback} from 'react'
import {useTranslation} from 'react-i18next'
import {useStatus} from '../../server/status.ts'
import {sizeIn} from '../../ui/quantities.ts'

/** @returns why a file is not even sent, where June would refuse it anyway */
export const useRefusal = (): ((file: File) => string | undefined) => {
  const {t, i18n} = useTranslation('mind')
  const {data: status} = useStatus()
  const maxBytes = status?.ready ? status.maxDocumentBytes : undefined
  return useCallback(
    ({size}) => {
      if (size === 0) return t('documents.empty')
      if (maxBytes === undefined || size <= maxBytes) return undefined
      return t('documents.tooLarge', {size: sizeIn(i18n.language, size), most: sizeIn(i18n.language, maxBytes)})
    },
    [t, i18n.language, maxBytes],
  )
}
