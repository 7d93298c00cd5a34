import {DirectionProvider} from '@base-ui/react/direction-provider'
import type {ReactNode} from 'react'
import {useRead} from './words.ts'

/** Has the components within go in the direction the page is read in. */
export const Reading = ({children}: {children: ReactNode}) => {
  const direction = useRead(read => read.direction)
  return <DirectionProvider direction={direction}>{children}</DirectionProvider>
}
