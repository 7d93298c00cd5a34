import {useEffect, useState} from 'react'
import {useTranslation} from 'react-i18next'
import {useLocation} from 'wouter'
import {useRefusal} from './refusal.ts'
import {upload} from './uploads.ts'

const hasFiles = ({dataTransfer}: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false

/** A folder looks like a file that cannot be read. */
const foldersIn = ({items}: DataTransfer): string[] =>
  [...items].flatMap(item => {
    const entry = item.webkitGetAsEntry()
    return entry?.isDirectory ? [entry.name] : []
  })

/** Files may be dropped anywhere on the page. */
export const DropZone = () => {
  const {t} = useTranslation(['shell', 'mind'])
  const [isOver, setOver] = useState(false)
  const [, navigate] = useLocation()
  const refuse = useRefusal()
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      // Else the browser would open the file in the place of the page.
      event.preventDefault()
      setOver(true)
    }
    const leave = ({relatedTarget}: DragEvent): void => {
      if (relatedTarget === null) setOver(false)
    }
    const drop = (event: DragEvent): void => {
      if (!hasFiles(event) || !event.dataTransfer) return
      event.preventDefault()
      setOver(false)
      const folders = foldersIn(event.dataTransfer)
      const why = (file: File) => (folders.includes(file.name) ? t('documents.folder', {ns: 'mind'}) : refuse(file))
      upload(event.dataTransfer.files, {everybody: false, refuse: why})
      navigate('/knows/documents')
    }
    const listening = new AbortController()
    const {signal} = listening
    document.addEventListener('dragover', over, {signal})
    document.addEventListener('dragleave', leave, {signal})
    document.addEventListener('drop', drop, {signal})
    return () => listening.abort()
  }, [navigate, refuse, t])
  return (
    <div className="drop-zone" hidden={!isOver}>
      <p>{t('drop')}</p>
    </div>
  )
}
