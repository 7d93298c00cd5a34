import {Component, type ReactNode} from 'react'
import {useTranslation} from 'react-i18next'

/** Stands in for a part of the page that could not be loaded or shown. */
export class Broken extends Component<{children: ReactNode}, {isBroken: boolean}> {
  override state = {isBroken: false}

  static getDerivedStateFromError(): {isBroken: boolean} {
    return {isBroken: true}
  }

  override render(): ReactNode {
    return this.state.isBroken ? <Reload /> : this.props.children
  }
}

const Reload = () => {
  const {t} = useTranslation()
  return (
    <main className="view" role="alert">
      <h1>{t('broken.title')}</h1>
      <p>{t('broken.why')}</p>
      <button type="button" className="primary" onClick={() => location.reload()}>
        {t('broken.reload')}
      </button>
    </main>
  )
}
